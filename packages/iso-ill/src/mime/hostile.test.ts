import { DecodeError, type DecodeErrorCode } from '@interlend/core';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { decodeMime } from '../mime.js';
import { apdu, checkedIn, lines, octets, single, type } from './samples.test-support.js';

describe('hostile mail', () => {
  const multipart = (boundary: string, inner: string): string =>
    lines(
      'MIME-Version: 1',
      `Content-Type: multipart/mixed; boundary=${boundary}`,
      '',
      `--${boundary}`,
      inner,
      `--${boundary}--`,
    );
  const nested = (levels: number): string =>
    levels === 0 ? single : multipart(`b${levels}x`, nested(levels - 1));
  const flat = (parts: number): string => multipart('b', Array(parts).fill('').join('\r\n--b\r\n'));

  it.each<{ title: string; mail: string; code: DecodeErrorCode }>([
    { title: 'more levels than eight', mail: nested(9), code: 'limit' },
    { title: 'more entities than 64', mail: flat(64), code: 'limit' },
    { title: 'a header without end', mail: 'X: y\r\n'.repeat(20_000), code: 'limit' },
    { title: 'a field without end', mail: `X: ${'y'.repeat(70_000)}`, code: 'limit' },
    { title: 'a size beyond the limit', mail: ' '.repeat(8 * 1024 * 1024 + 1), code: 'limit' },
    {
      title: 'a multipart without a boundary',
      mail: 'MIME-Version: 1\r\nContent-Type: multipart/x\r\n\r\n',
      code: 'badly-structured',
    },
  ])('is refused for $title', ({ mail, code }) => {
    expect(() => decodeMime(octets(mail))).toThrow(expect.objectContaining({ name: 'DecodeError', code }));
  });

  it('is taken up to the limits', () => {
    expect(decodeMime(octets(nested(8))).parts).toEqual([apdu(checkedIn)]);
    expect(decodeMime(octets(flat(63))).parts).toHaveLength(63);
    const limits = {
      parts: 1,
      depth: 0,
      entityOctets: single.length,
      headerOctets: single.indexOf('\r\n\r\n') + 4,
    };
    expect(decodeMime(octets(single), { limits }).parts).toEqual([apdu(checkedIn)]);
  });

  it.each([
    ['comments', 'a/b; c=d'.replace(';', `${'('.repeat(60_000)};`)],
    ['escapes', `a/b; c="${'\\'.repeat(60_000)}`],
    ['semicolons', `a/b${';'.repeat(60_000)}`],
    ['blanks', `a/b;${' '.repeat(60_000)}x`],
  ])('with endless %s is read in time that grows with its length', (_, value) => {
    expect(decodeMime(octets(`MIME-Version: 1\r\nContent-Type: ${value}\r\n\r\n`)).parts).toHaveLength(1);
  });

  it.each([
    ['delimiters that are none', `${'--b-\r\n'.repeat(100_000)}`],
    ['blanks behind a delimiter', `--b${' '.repeat(500_000)}x`],
    ['equals signs', `--b\r\nContent-Transfer-Encoding: quoted-printable\r\n\r\n${'= '.repeat(250_000)}`],
    ['padding', `--b\r\n${type}\r\nContent-Transfer-Encoding: base64\r\n\r\n${'='.repeat(500_000)}`],
  ])('with endless %s is read in time that grows with its length', (_, body) => {
    const mail = `MIME-Version: 1\r\nContent-Type: multipart/mixed; boundary=b\r\n\r\n${body}`;
    expect(decodeMime(octets(mail)).parts.length).toBeLessThan(3);
  });

  it('gives parts or a DecodeError, whatever was cut, put in or changed', () => {
    const original = octets(flat(2).replace('b\r\n', `b\r\n${single}\r\n--b\r\n${nested(2)}\r\n--b\r\n`));
    const change = fc.tuple(fc.nat(original.length), fc.nat(40), fc.uint8Array({ maxLength: 6 }));
    fc.assert(
      fc.property(fc.array(change, { minLength: 1, maxLength: 4 }), (changes) => {
        let bytes = [...original];
        for (const [at, count, put] of changes)
          bytes = [...bytes.slice(0, at), ...put, ...bytes.slice(at + count)];
        try {
          decodeMime(Uint8Array.from(bytes));
        } catch (error) {
          expect(error).toBeInstanceOf(DecodeError);
        }
      }),
      { numRuns: 1000 },
    );
  });
});
