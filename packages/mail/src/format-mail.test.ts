import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { formatMail } from './format-mail.js';
import { anyMail, lines, sample } from './mail-samples.test-support.js';
import { parsePlainMail } from './parse-plain-mail.js';
import { readMail } from './read-mail.js';
import { assertSendable } from './smtp/octets.js';

const refused = (code: string, path: string) => expect.objectContaining({ name: 'EncodeError', code, path });

describe('formatMail', () => {
  it('writes one plain text with CRLF', () => {
    expect(Buffer.from(formatMail(sample)).toString('latin1').split('\r\n')).toEqual([
      'Date: Mon, 04 Mar 2024 12:00:00 +0000',
      'From: desk@library.example',
      'To: ill@partner.example',
      'Message-ID: <ill.TE9BTi0x.1@library.example>',
      'Subject: Request LOAN-1',
      'MIME-Version: 1.0',
      'Content-Type: text/plain; charset=us-ascii',
      'Content-Transfer-Encoding: 7bit',
      '',
      'Title: On Examples',
      '',
    ]);
  });

  it('writes what is not ASCII as quoted-printable, and a subject as encoded words', () => {
    const text = Buffer.from(formatMail({ ...sample, subject: 'Bücher', text: 'Größe = 1 \n' })).toString(
      'latin1',
    );
    expect(text).toContain('Subject: =?UTF-8?B?QsO8Y2hlcg==?=\r\n');
    expect(text).toContain('Gr=C3=B6=C3=9Fe =3D 1=20\r\n');
  });

  it.each([
    ['subject', { subject: 'Hello\r\nBcc: all@library.example' }],
    ['subject', { subject: 'Hello\nBcc: all@library.example' }],
    ['subject', { subject: 'Hello\0' }],
    ['subject', { subject: 'Hello\u2028Bcc: all@library.example' }],
    ['fromName', { fromName: 'Desk\r\nBcc: all@library.example' }],
  ] as const)('refuses to inject a header field by %s', (path, change) => {
    expect(() => formatMail({ ...sample, ...change })).toThrow(refused('unsayable-character', path));
  });

  it.each([
    ['from', { from: 'desk@library.example\r\nBcc: x@y.example' }],
    ['to', { to: 'a@b.example, c@d.example' }],
    ['to', { to: '<a@b.example>' }],
    ['to', { to: '' }],
    ['messageId', { messageId: '<a b@c.example>' }],
    ['inReplyTo', { inReplyTo: '<a@c.example>\r\nBcc: x@y.example' }],
    ['references.0', { references: ['a@c.example'] }],
    ['date', { date: 'yesterday' }],
  ] as const)('refuses another value than one %s', (path, change) => {
    expect(() => formatMail({ ...sample, ...change })).toThrow(refused('invalid-value', path));
  });

  it.each(['a\rb', 'a\r\nb', 'a\0b'])('refuses the text %j', (text) => {
    expect(() => formatMail({ ...sample, text })).toThrow(refused('unsayable-character', 'text'));
  });

  it('is undone by parsePlainMail, and read the same by readMail', async () => {
    await fc.assert(
      fc.asyncProperty(anyMail, async (mail) => {
        const octets = formatMail(mail);
        assertSendable(octets, 1_000_000);
        expect(parsePlainMail(octets)).toEqual(mail);
        const read = await readMail(octets);
        const { autoSubmitted: _, fromName, subject, ...rest } = mail;
        expect(read).toMatchObject({ ...rest, text: expect.anything() });
        // Readers collapse blanks in headers, and a text ends in a line.
        expect(read.subject).toBe(subject.replaceAll(/\s+/g, ' '));
        expect(read.text.trimEnd()).toBe(mail.text.trimEnd());
        if (fromName !== undefined) expect(read.fromName).toBe(fromName.replaceAll(/\s+/g, ' '));
      }),
      { numRuns: 300 },
    );
  });

  it('keeps what a reader found out about a mail', () => {
    const mail = {
      ...sample,
      nature: 'bounce',
      bounce: {
        action: 'failed',
        status: '5.1.1',
        recipient: 'ill@partner.example',
        diagnostic: 'gibt’s nicht',
      },
      proof: 'proven',
      leftOut: ['2 attachments'],
    } as const;
    expect(parsePlainMail(formatMail(mail))).toEqual(mail);
  });
});

describe('parsePlainMail', () => {
  it.each([
    ['no header', 'incomplete', lines('Subject: x', 'From: a@b.example')],
    ['no mail', 'not-a-message', lines('00-0000', 'XXXXXXX', '', '')],
    ['a field twice', 'badly-structured', lines('From: a@b.example', 'From: c@d.example', '', '')],
    [
      'several parts',
      'unrecognized-message',
      lines('From: a@b.example', 'Content-Type: multipart/mixed', '', ''),
    ],
    [
      'base64',
      'unrecognized-message',
      lines('From: a@b.example', 'Content-Transfer-Encoding: base64', '', ''),
    ],
    ['a broken header', 'malformed', lines('From: a@b.example', 'x y', '', '')],
  ])('refuses %s', (_, code, bytes) => {
    expect(() => parsePlainMail(bytes)).toThrow(expect.objectContaining({ name: 'DecodeError', code }));
  });

  it('gives a mail or a DecodeError for any octets', () => {
    fc.assert(
      fc.property(anyMail, fc.nat(), fc.nat(255), (mail, at, octet) => {
        const bytes = formatMail(mail);
        bytes[at % bytes.length] = octet;
        try {
          parsePlainMail(bytes);
        } catch (error) {
          expect(error).toMatchObject({ name: 'DecodeError' });
        }
      }),
      { numRuns: 500 },
    );
  });
});
