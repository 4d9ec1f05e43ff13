import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { encode, randomApdu } from '../codec.js';
import { decodeMime, encodeMime, formatEntity, type OutgoingMimePart } from '../mime.js';
import {
  base64,
  checkedIn,
  head,
  ids,
  instructions,
  lines,
  message,
  octets,
  text,
  type,
} from './samples.test-support.js';

describe('encodeMime', () => {
  it('writes one APDU as one entity', () => {
    const written = text(formatEntity(encodeMime([{ kind: 'apdu', bytes: checkedIn }])));
    const [header, body] = written.split('\r\n\r\n');
    expect(header).toBe(lines('MIME-Version: 1.0', type, 'Content-Transfer-Encoding: base64'));
    expect(body?.replaceAll('\r\n', '')).toBe(base64(checkedIn));
  });

  it('writes several parts as a multipart with a boundary that no part can hold', () => {
    const written = text(
      formatEntity(
        encodeMime([
          { kind: 'apdu', bytes: checkedIn },
          { kind: 'delivery-instructions', bytes: instructions },
        ]),
      ),
    );
    const boundary = /boundary="([^"]+)"/.exec(written)?.[1] ?? '';
    expect(boundary).toContain('_');
    expect(written.split(`--${boundary}`)).toHaveLength(4);
    expect(written).toContain(
      lines('', 'Content-Type: application/ill-ddi; transfer-encoding=iso-8825-ber', ''),
    );
  });

  it('writes no line of more than 76 columns and no bare line end', () => {
    const big = encode({ apdu: 'Message', ...head, note: 'x'.repeat(5000) });
    const written = text(
      formatEntity(
        encodeMime([
          { kind: 'apdu', bytes: big },
          { kind: 'apdu', bytes: checkedIn },
        ]),
      ),
    );
    expect(Math.max(...written.split('\r\n').map((line) => line.length))).toBe(76);
    expect(written.replaceAll('\r\n', '')).not.toMatch(/[\r\n]/);
  });

  it('writes the same parts as the same octets, and others with another boundary', () => {
    const parts: OutgoingMimePart[] = [
      { kind: 'apdu', bytes: checkedIn },
      { kind: 'apdu', bytes: message },
    ];
    expect(encodeMime(parts)).toEqual(encodeMime(parts));
    expect(encodeMime(parts).fields).not.toEqual(encodeMime([...parts].reverse()).fields);
  });

  it.each([
    { title: 'no part', parts: [], code: 'missing', path: 'parts' },
    { title: 'octets that are no APDU', parts: [instructions], code: 'invalid-value', path: 'parts[0]' },
    {
      title: 'two APDUs in one part',
      parts: [Uint8Array.of(...checkedIn, ...message)],
      code: 'invalid-value',
      path: 'parts[0]',
    },
    {
      title: 'an APDU without responder-id',
      parts: [encode({ apdu: 'Expired', ...head, responderId: undefined as never })],
      code: 'missing',
      path: 'parts[0].responderId',
    },
    {
      title: 'more parts than a reader takes',
      parts: Array(64).fill(checkedIn),
      code: 'too-long',
      path: 'parts',
    },
  ])('refuses $title', ({ parts, code, path }) => {
    expect(() => encodeMime(parts.map((bytes) => ({ kind: 'apdu', bytes })))).toThrow(
      expect.objectContaining({ name: 'EncodeError', code, path }),
    );
  });

  it('writes as many parts as a reader takes', () => {
    const parts: OutgoingMimePart[] = Array(63).fill({ kind: 'apdu', bytes: checkedIn });
    expect(decodeMime(formatEntity(encodeMime(parts))).parts).toHaveLength(63);
  });

  it.each(['', 'a b', 'a"b', 'a\r\nX: y', 'x'.repeat(71)])('refuses the boundary %j', (boundary) => {
    const parts: OutgoingMimePart[] = Array(2).fill({ kind: 'apdu', bytes: checkedIn });
    expect(() => encodeMime(parts, { boundary })).toThrow(expect.objectContaining({ code: 'invalid-value' }));
    expect(encodeMime(parts, { boundary: 'next part'.replace(' ', '-') }).fields[1]?.value).toContain(
      'next-part',
    );
  });
});

describe('formatEntity', () => {
  const body = octets('');

  it('folds a long field so that it is read again as it was', () => {
    const value = `${'word  and '.repeat(30)}end`;
    const written = text(formatEntity({ fields: [{ name: 'Subject', value }], body }));
    expect(Math.max(...written.split('\r\n').map((line) => line.length))).toBeLessThanOrEqual(76);
    expect(written.slice('Subject: '.length).replaceAll('\r\n', '')).toBe(value);
  });

  it.each([
    ['Subject', 'ILL\r\nBcc: someone@a.example'],
    ['Subject', 'ILL\nBcc: someone@a.example'],
    ['Subject', 'ILL\rBcc: someone@a.example'],
    ['Subject', 'ILL\u0000'],
    ['Subject', 'ILL\u2028Bcc: x'],
    ['Subject\r\nBcc', 'someone@a.example'],
    ['Subject: a\r\nBcc', 'x'],
    ['', 'x'],
    ['Sub ject', 'x'],
  ])('refuses the field %j with %j', (name, value) => {
    expect(() => formatEntity({ fields: [{ name, value }], body })).toThrow(
      expect.objectContaining({ name: 'EncodeError', code: 'unsayable-character' }),
    );
  });

  it('refuses a word that no line can hold', () => {
    expect(() => formatEntity({ fields: [{ name: 'X', value: 'x'.repeat(996) }], body })).toThrow(
      expect.objectContaining({ code: 'too-long', path: 'fields.X' }),
    );
    expect(formatEntity({ fields: [{ name: 'X', value: 'x'.repeat(995) }], body })).toHaveLength(1002);
  });

  it('never writes more fields than it was given', () => {
    const anyText = fc.string({ unit: fc.constantFrom(...'aB: \t\r\n\0\u0085\u2028'), maxLength: 120 });
    fc.assert(
      fc.property(anyText, anyText, (name, value) => {
        let written: string;
        try {
          written = text(formatEntity({ fields: [{ name, value }], body }));
        } catch (error) {
          expect(error).toMatchObject({ name: 'EncodeError' });
          return;
        }
        expect(written.endsWith('\r\n\r\n')).toBe(true);
        for (const line of written.slice(0, -4).split('\r\n').slice(1)) expect(line).toMatch(/^ +[^ ]/);
      }),
      { numRuns: 200 },
    );
  });
});

describe('encodeMime and decodeMime', () => {
  it('give back what was put in', () => {
    const anyApdu = fc.nat().map((seed): OutgoingMimePart => {
      let state = seed;
      const random = (): number => {
        state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
        return state / 2 ** 32;
      };
      return { kind: 'apdu', bytes: encode({ ...randomApdu(random), ...ids }) };
    });
    const ddi = fc
      .uint8Array({ maxLength: 200 })
      .map((bytes): OutgoingMimePart => ({ kind: 'delivery-instructions', bytes }));
    fc.assert(
      fc.property(fc.array(fc.oneof(anyApdu, ddi), { minLength: 1, maxLength: 6 }), (parts) => {
        const { fields, body } = encodeMime(parts);
        const mail = formatEntity({ fields: [{ name: 'Subject', value: 'ILL' }, ...fields], body });
        expect(decodeMime(mail)).toEqual({ parts, deviations: [] });
        expect(decodeMime(octets(text(mail).replaceAll('\r\n', '\n'))).parts).toEqual(parts);
      }),
      { numRuns: 200 },
    );
  });
});
