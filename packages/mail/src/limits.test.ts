import { describe, expect, it } from 'vitest';
import { isMailAddress } from './addresses.js';
import { parseBounce } from './bounce.js';
import { isMessageId } from './correlation.js';
import { formatMail } from './format-mail.js';
import { addressOctets, defaultMailLimits, lineOctets } from './limits.js';
import { lines, sample } from './mail-samples.test-support.js';
import { readMail } from './read-mail.js';

const head = ['From: ill@partner.example', 'To: desk@library.example', 'Subject: x'];
const limit = { name: 'DecodeError', code: 'limit' };

/** Parts within parts, as many as asked for, with a text in the innermost. */
const nested = (depth: number): Uint8Array =>
  lines(
    ...head,
    ...Array.from({ length: depth }, (_, at) => [
      `Content-Type: multipart/mixed; boundary=b${at}`,
      '',
      `--b${at}`,
    ]).flat(),
    'Content-Type: text/plain',
    '',
    'within',
  );

describe('each limit of a mail that is read', () => {
  it('octets of all of it', async () => {
    const bytes = lines(...head, '', 'x'.repeat(100));
    const limits = { messageOctets: bytes.length };
    expect((await readMail(bytes, { limits })).text.trim()).toHaveLength(100);
    await expect(readMail(lines(...head, '', 'x'.repeat(101)), { limits })).rejects.toMatchObject(limit);
  });

  it('lines', async () => {
    const ofLines = (count: number): Uint8Array =>
      lines(...head, '', `x${'\n'.repeat(count - head.length - 2)}`);
    const most = defaultMailLimits.lines;
    expect((await readMail(ofLines(most))).text.trim()).toBe('x');
    await expect(readMail(ofLines(most + 1))).rejects.toMatchObject(limit);
  });

  it('characters of HTML', async () => {
    const ofLength = (length: number): Uint8Array => {
      const html = `<p>x</p>${' '.repeat(length - '<p>x</p>'.length - 1)}`;
      return lines(...head, 'Content-Type: text/html', '', html);
    };
    const limits = { htmlCharacters: 100 };
    expect(await readMail(ofLength(100), { limits })).not.toHaveProperty('leftOut');
    const cut = await readMail(ofLength(101), { limits });
    expect(cut).toMatchObject({ text: 'x', leftOut: ['the end of a long text'] });
  });

  it('octets of the header, without its line ends', async () => {
    const withHeader = (octets: number): Uint8Array =>
      lines(...head, `X: ${'x'.repeat(octets - head.join('').length - 'X: '.length)}`, '', 'y');
    const { headerOctets } = defaultMailLimits;
    expect((await readMail(withHeader(headerOctets))).text.trim()).toBe('y');
    await expect(readMail(withHeader(headerOctets + 1))).rejects.toMatchObject(limit);
  });

  it('parts within parts', async () => {
    const { nesting } = defaultMailLimits;
    expect((await readMail(nested(nesting))).text.trim()).toBe('within');
    await expect(readMail(nested(nesting + 1))).rejects.toMatchObject(limit);
  });

  it('characters of the text', async () => {
    const limits = { textCharacters: 10 };
    const whole = await readMail(lines(...head, '', 'x'.repeat(10)), { limits });
    expect(whole.text).toBe('x'.repeat(10));
    expect(whole).not.toHaveProperty('leftOut');
    const cut = await readMail(lines(...head, '', 'x'.repeat(11)), { limits });
    expect(cut).toMatchObject({ text: 'x'.repeat(10), leftOut: ['the end of a long text'] });
  });

  it('mails that it names', async () => {
    const named = (count: number): Uint8Array =>
      lines(
        `References: ${Array.from({ length: count }, (_, at) => `<${at}@x.example>`).join(' ')}`,
        ...head,
        '',
        'x',
      );
    const { references } = defaultMailLimits;
    expect((await readMail(named(references))).references?.[0]).toBe('<0@x.example>');
    const more = (await readMail(named(references + 1))).references;
    expect(more).toHaveLength(references);
    expect(more?.[0]).toBe('<1@x.example>');
  });

  it('servers that it passed', async () => {
    const passed = (count: number): Uint8Array =>
      lines(...Array.from({ length: count }, (_, at) => `Received: from a by b id ${at}`), ...head, '', 'x');
    const { hops } = defaultMailLimits;
    expect(await readMail(passed(hops))).not.toHaveProperty('nature');
    expect((await readMail(passed(hops + 1))).nature).toBe('loop');
  });

  it.each([
    ['subject', 1000, (text: string) => ['From: ill@partner.example', `Subject: ${text}`]],
    ['fromName', 200, (text: string) => [`From: ${text} <ill@partner.example>`, 'Subject: x']],
  ] as const)('characters of the %s', async (field, most, fields) => {
    for (const length of [most, most + 1])
      expect((await readMail(lines(...fields('x'.repeat(length)), '', 'x')))[field]).toHaveLength(most);
  });

  it('characters of what a mail server says of a bounce', () => {
    const diagnosticOf = (length: number): string | undefined =>
      parseBounce(`Action: failed\nDiagnostic-Code: smtp; ${'x'.repeat(length)}`, undefined)?.diagnostic;
    for (const [length, kept] of [
      [499, 499],
      [500, 500],
      [501, 500],
    ] as const)
      expect(diagnosticOf(length)).toHaveLength(kept);
  });
});

describe('each limit of a mail that is written', () => {
  it('octets of a line: a longer one is written in another way', () => {
    const written = (length: number): string =>
      Buffer.from(formatMail({ ...sample, text: 'x'.repeat(length) })).toString();
    expect(written(lineOctets)).toContain('7bit');
    expect(written(lineOctets + 1)).toContain('quoted-printable');
    expect(
      Math.max(
        ...written(lineOctets + 1)
          .split('\r\n')
          .map(({ length }) => length),
      ),
    ).toBeLessThan(79);
  });

  it('octets of an address, before the sign and in all', () => {
    const { local, whole } = addressOctets;
    expect(isMailAddress(`${'a'.repeat(local)}@x.example`)).toBe(true);
    expect(isMailAddress(`${'a'.repeat(local + 1)}@x.example`)).toBe(false);
    const ofLength = (length: number): string => {
      const address = `a@${'b'.repeat(60)}.${'b'.repeat(60)}.${'b'.repeat(60)}.`;
      return address + 'c'.repeat(length - address.length);
    };
    const long = ofLength(whole - 9);
    expect(isMailAddress(`${long}.${'d'.repeat(whole - long.length - 1)}`)).toBe(true);
    expect(isMailAddress(`${long}.${'d'.repeat(whole - long.length)}`)).toBe(false);
  });

  it('characters of a message id', () => {
    const ofLength = (length: number): string => `<${'a'.repeat(length - '<@x.example>'.length)}@x.example>`;
    expect(isMessageId(ofLength(900))).toBe(true);
    expect(isMessageId(ofLength(901))).toBe(false);
    expect(() => formatMail({ ...sample, messageId: ofLength(901) })).toThrow(
      expect.objectContaining({ name: 'EncodeError' }),
    );
  });
});
