import { describe, expect, it } from 'vitest';
import { formatMail } from './format-mail.js';
import { lines } from './mail-samples.test-support.js';
import { parsePlainMail } from './parse-plain-mail.js';
import { readMail } from './read-mail.js';

const head = ['From: ill@partner.example', 'To: desk@library.example', 'Subject: Re: LOAN-1'];
const inParts = ['Content-Type: multipart/mixed; boundary=x', '', '--x'];

/** A mail inside a mail, as deep as asked for. */
function forwarded(depth: number): readonly string[] {
  const inner = [...head, '', 'innermost'];
  return Array.from({ length: depth }).reduce<readonly string[]>(
    (inside) => [...head, 'Content-Type: message/rfc822', '', ...inside],
    inner,
  );
}

describe('a mail that is not as it should be', () => {
  it.each([
    ['without its boundary', ['Content-Type: multipart/mixed', '', '--x', '', 'text', '--x--']],
    ['without an end of its parts', [...inParts, 'Content-Type: text/plain', '', 'text']],
    ['whose parts have no header', [...inParts, 'text', '--x--']],
    [
      'whose parts are as many as its lines',
      [...inParts, ...Array.from({ length: 5000 }, () => ['', 'a', '--x']).flat()],
    ],
    ['with an encoding that there is not', ['Content-Transfer-Encoding: rot13', '', 'text']],
    ['with base64 that is none', ['Content-Transfer-Encoding: base64', '', '!!!=====A']],
    ['with quoted-printable that is none', ['Content-Transfer-Encoding: quoted-printable', '', 'a=ZZ=', '=']],
    ['with a type that is none', ['Content-Type: ;;;==', '', 'text']],
    ['with two types', ['Content-Type: text/html', 'Content-Type: text/plain', '', '<b>x</b>']],
    ['with lines that are no header', ['no colon here', ': no name', '', 'text']],
    ['with encoded words that are none', ['Comments: =?UTF-8?B?!!!?= =?x?Q?=ZZ?= =?UTF-8?B?', '', 'text']],
    ['with control characters', ['X-Odd: \u0000\u0007', '', 'a\0b\u0008c\u001b[31m']],
    ['with a date that is none', ['Date: the day after tomorrow', '', 'text']],
    ['with ids that are none', ['Message-ID: <>', 'In-Reply-To: <a b>', 'References: <<>> <x', '', 'text']],
    ['with HTML that never ends', ['Content-Type: text/html', '', `${'<div>'.repeat(20_000)}text`]],
    ['with HTML of entities in entities', ['Content-Type: text/html', '', '&amp;'.repeat(50_000)]],
    ['with an address list that never ends', [`Cc: ${'a@b.example, '.repeat(5000)}`, '', 'text']],
    ['with groups in groups of addresses', [`Cc: ${'g: '.repeat(2000)}a@b.example;`, '', 'text']],
    ['with comments in comments', [`Cc: ${'('.repeat(2000)}a@b.example${')'.repeat(2000)}`, '', 'text']],
  ])('is read as far as it goes, and can be written: %s', async (_, rest) => {
    const mail = await readMail(lines(...head, ...rest));
    expect(parsePlainMail(formatMail(mail))).toMatchObject({ from: 'ill@partner.example' });
    expect(mail.text).not.toMatch(/(?![\t\n])\p{Cc}/u);
  });

  it('may hold mails in mails: none of them is read in its place', async () => {
    for (const depth of [1, 5, 200]) {
      const mail = await readMail(lines(...forwarded(depth)));
      expect(mail.text).not.toContain('innermost');
    }
  });
});

describe('a mail that costs much to read', () => {
  const most = 4 * 1024 * 1024;
  it.each([
    ['of empty lines', 'text/plain', '\n'],
    ['of short lines that flow', 'text/plain; format=flowed', 'a \r\n'],
    ['of empty parts', 'multipart/mixed; boundary=x', '--x\r\n\r\n'],
  ])('is refused before it is read: %s', async (_, type, piece) => {
    const body = piece.repeat((most - 1000) / piece.length);
    await expect(readMail(lines(...head, `Content-Type: ${type}`, '', body))).rejects.toMatchObject({
      name: 'DecodeError',
      code: 'limit',
      message: expect.stringContaining('lines'),
    });
  });

  it('is read no further than text is looked for: elements in elements', async () => {
    const body = '<div>'.repeat((most - 1000) / '<div>'.length);
    const mail = await readMail(lines(...head, 'Content-Type: text/html', '', body));
    expect(mail).toMatchObject({ text: '', leftOut: ['the end of a long text'] });
  });
});

describe('a sender', () => {
  it.each([
    ['in the name', 'From: "ill@partner.example" <evil@elsewhere.example>', 'evil@elsewhere.example'],
    [
      'in an encoded name',
      'From: =?UTF-8?B?PGlsbEBwYXJ0bmVyLmV4YW1wbGU+?= <evil@elsewhere.example>',
      'evil@elsewhere.example',
    ],
    ['in a comment', 'From: evil@elsewhere.example (ill@partner.example)', 'evil@elsewhere.example'],
  ])('that another address pretends to be %s is that other address', async (_, from, address) => {
    expect((await readMail(lines(from, 'To: desk@library.example', '', 'x'))).from).toBe(address);
  });

  it.each([
    ['two addresses', 'From: ill@partner.example, evil@elsewhere.example'],
    ['two fields', 'From: ill@partner.example\r\nFrom: evil@elsewhere.example'],
    ['an address after a line end in the field', 'From: ill@partner.example\r\n\t,evil@elsewhere.example'],
    ['a group', 'From: us: ill@partner.example, evil@elsewhere.example;'],
  ])('that is %s is none', async (_, from) => {
    await expect(readMail(lines(from, 'To: desk@library.example', '', 'x'))).rejects.toMatchObject({
      name: 'DecodeError',
      code: 'badly-structured',
    });
  });

  it('is not who Reply-To, Sender or Return-Path name', async () => {
    const mail = await readMail(
      lines(
        'Return-Path: <ill@partner.example>',
        'Sender: ill@partner.example',
        'Reply-To: ill@partner.example',
        'From: evil@elsewhere.example',
        'To: desk@library.example',
        '',
        'x',
      ),
    );
    expect(mail.from).toBe('evil@elsewhere.example');
  });
});
