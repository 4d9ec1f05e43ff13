import { DecodeError, type DecodeErrorCode } from '@interlend/core';
import { latin1 } from '@interlend/wire/ber';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { encode, randomApdu } from './codec.js';
import { fromLatin1 } from './mime/transfer-encoding.js';
import { decodeMime, encodeMime, formatEntity, type MimePart, type OutgoingMimePart } from './mime.js';

const ids = {
  requesterId: { personOrInstitutionSymbol: { institutionSymbol: 'TEST:REQ' } },
  responderId: { personOrInstitutionSymbol: { institutionSymbol: 'TEST:RSP' } },
} as const;
const head = {
  protocolVersionNum: 2,
  transactionId: { transactionGroupQualifier: 'TGQ-0001', transactionQualifier: 'TQ-0001' },
  serviceDateTime: { dateTimeOfThisService: { date: '20240103', time: '101112' } },
  ...ids,
} as const;
const checkedIn = encode({ apdu: 'Checked-In', ...head, dateCheckedIn: '20240203' });
const message = encode({ apdu: 'Message', ...head, note: 'Über naïve examples' });
const instructions = Uint8Array.of(0x30, 0x03, 0x02, 0x01, 0xff);

const octets = fromLatin1;
const text = (bytes: Uint8Array): string => latin1(bytes, 0, bytes.length);
const base64 = (bytes: Uint8Array): string => btoa(text(bytes));
const lines = (...all: readonly string[]): string => all.join('\r\n');
const codes = (mail: string): readonly string[] =>
  decodeMime(octets(mail)).deviations.map(({ code }) => code);
const apdu = (bytes: Uint8Array): MimePart => ({ kind: 'apdu', bytes });

const type = 'Content-Type: application/iso-10161-ill-1; transfer-encoding=iso-8825-ber';
const single = lines(
  'MIME-Version: 1.0',
  type,
  'Content-Transfer-Encoding: base64',
  '',
  base64(checkedIn),
  '',
);

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

describe('decodeMime', () => {
  it('reads what a strict sender writes, without a deviation', () => {
    expect(decodeMime(octets(single), { isStrict: true })).toEqual({
      parts: [apdu(checkedIn)],
      deviations: [],
    });
  });

  it('passes over the fields of the mail', () => {
    const mail = lines('Received: from a.example', '\tby b.example', 'Subject: ILL', single);
    expect(decodeMime(octets(mail))).toEqual({ parts: [apdu(checkedIn)], deviations: [] });
  });

  it('reads any case, folded lines, comments and quoted parameters', () => {
    const mail = lines(
      'MIME-VERSION: 1.0 (made by hand)',
      'content-type: Application/ISO-10161-ILL-1 (an (inner) comment);',
      '\tTransfer-Encoding = "ISO-8825-\\BER" ; name="a;b.ber"',
      'CONTENT-transfer-encoding:BASE64 (of course)',
      '',
      base64(checkedIn),
    );
    expect(decodeMime(octets(mail))).toEqual({ parts: [apdu(checkedIn)], deviations: [] });
  });

  it('reads a multipart with a covering note and delivery instructions', () => {
    const mail = lines(
      'MIME-Version: 1.0',
      'Content-Type: multipart/mixed; boundary="=next part="',
      '',
      'Only for readers without MIME',
      '--=next part=',
      '',
      'Please see below',
      '--=next part= ',
      type,
      'Content-Transfer-Encoding: base64',
      '',
      base64(message).replace(/.{20}/g, '$&\r\n'),
      '--=next part=',
      'Content-Type: application/ill-ddi; transfer-encoding=iso-8825-ber',
      'Content-Transfer-Encoding: base64',
      '',
      base64(instructions),
      '--=next part=--',
      '--=next part=',
      'epilogue',
    );
    expect(decodeMime(octets(mail), { isStrict: true }).parts).toEqual([
      { kind: 'other', mediaType: 'text/plain', bytes: octets('Please see below') },
      apdu(message),
      { kind: 'delivery-instructions', bytes: instructions },
    ]);
  });

  it('reads a multipart within a multipart whose boundary begins with that of the outer one', () => {
    const inner = lines('Content-Type: multipart/mixed; boundary=ab', '', '--ab', single, '--ab--');
    const mail = lines(
      'MIME-Version: 1',
      'Content-Type: multipart/mixed; boundary=a',
      '',
      '--a',
      inner,
      '--a',
      single,
      '--a--',
    );
    expect(decodeMime(octets(mail)).parts).toEqual([apdu(checkedIn), apdu(checkedIn)]);
  });

  it('keeps the octets of an entity that is not base64', () => {
    const head =
      'MIME-Version: 1.0\r\nContent-Type: application/octet-stream\r\nContent-Transfer-Encoding: 8bit\r\n\r\n';
    expect(decodeMime(octets(`${head}\u00ff\r\n\u0000`)).parts).toEqual([
      { kind: 'other', mediaType: 'application/octet-stream', bytes: octets('\u00ff\r\n\u0000') },
    ]);
  });

  const quoted = [...checkedIn].map((octet) => `=${octet.toString(16).padStart(2, '0').toUpperCase()}`);
  it.each<{ title: string; mail: string; deviations: readonly string[] }>([
    { title: 'LF line ends', mail: single.replaceAll('\r\n', '\n'), deviations: ['line-end'] },
    {
      title: 'no MIME-Version',
      mail: single.replace('MIME-Version: 1.0\r\n', ''),
      deviations: ['mime-version-absent'],
    },
    { title: 'no parameter', mail: single.replace(/; trans.*/, ''), deviations: ['transfer-encoding'] },
    {
      title: 'another parameter',
      mail: single.replace('iso-8825-ber', 'ber'),
      deviations: ['transfer-encoding'],
    },
    {
      title: 'a broken parameter',
      mail: single.replace('; trans', '; = x; trans'),
      deviations: ['content-type'],
    },
    {
      title: 'text between parameters',
      mail: single.replace('; trans', ' x; trans'),
      deviations: ['content-type'],
    },
    {
      title: 'a repeated parameter',
      mail: single.replace('8825-ber', '8825-ber; transfer-encoding=x'),
      deviations: ['content-type'],
    },
    { title: 'a repeated field', mail: `${type}\r\n${single}`, deviations: ['repeated-field'] },
    {
      title: 'a line that is no field',
      mail: `From somebody\r\n${single}`,
      deviations: ['field-without-name'],
    },
    { title: 'a continuation of nothing', mail: ` x\r\n${single}`, deviations: ['field-without-name'] },
    {
      title: 'base64 that is not declared',
      mail: single.replace(/Content-Trans.*\r\n/, ''),
      deviations: ['not-base64'],
    },
    {
      title: 'base64 declared as 7bit',
      mail: single.replace(': base64', ': 7bit'),
      deviations: ['not-base64'],
    },
    { title: 'no padding', mail: single.replace(/=+\r\n$/, '\r\n'), deviations: ['transfer-damage'] },
    {
      title: 'foreign characters in base64',
      mail: single.replace(/\r\n$/, '!\r\n'),
      deviations: ['transfer-damage'],
    },
    {
      title: 'quoted-printable',
      mail: lines(
        'MIME-Version: 1',
        type,
        'Content-Transfer-Encoding: quoted-printable',
        '',
        quoted.join('=\r\n'),
      ),
      deviations: ['not-base64'],
    },
    {
      title: 'octets as they are, with a line end behind',
      mail: lines('MIME-Version: 1', type, 'Content-Transfer-Encoding: binary', '', text(checkedIn), ''),
      deviations: ['not-base64', 'blanks-after-apdu'],
    },
    {
      title: 'a multipart without its end',
      mail: lines('MIME-Version: 1', 'Content-Type: multipart/mixed; boundary=b', '', '--b', single),
      deviations: ['multipart-not-closed'],
    },
  ])('reads $title and says so', ({ mail, deviations }) => {
    expect(decodeMime(octets(mail)).parts).toEqual([apdu(checkedIn)]);
    expect(codes(mail)).toEqual(deviations);
    expect(() => decodeMime(octets(mail), { isStrict: true })).toThrow(
      expect.objectContaining({ name: 'DecodeError', code: 'deviation' }),
    );
  });

  it('reads two APDUs in one entity and says so', () => {
    const mail = single.replace(base64(checkedIn), base64(Uint8Array.of(...checkedIn, ...message)));
    expect(decodeMime(octets(mail)).parts).toEqual([apdu(checkedIn), apdu(message)]);
    expect(codes(mail)).toEqual(['several-apdus']);
  });

  it('reads an APDU that stands before something broken', () => {
    const mail = single.replace(base64(checkedIn), base64(Uint8Array.of(...checkedIn, 0x47, 0x45)));
    const { parts } = decodeMime(octets(mail));
    expect(parts).toEqual([
      apdu(checkedIn),
      expect.objectContaining({ kind: 'unreadable', bytes: octets('GE') }),
    ]);
    expect(codes(mail)).toEqual(['several-apdus']);
  });

  it.each<{ title: string; contents: string; code: DecodeErrorCode }>([
    { title: 'cut APDU', contents: base64(checkedIn.subarray(0, 50)), code: 'incomplete' },
    { title: 'empty body', contents: '', code: 'incomplete' },
    { title: 'text', contents: btoa('GET / HTTP/1.1'), code: 'not-a-message' },
  ])('gives a part with a $title as unreadable, and the next part all the same', ({ contents, code }) => {
    const bad = single.replace(base64(checkedIn), contents);
    const mail = lines(
      'MIME-Version: 1',
      'Content-Type: multipart/mixed; boundary=b',
      '',
      '--b',
      bad,
      '--b',
      single,
      '--b--',
    );
    const { parts } = decodeMime(octets(mail));
    expect(parts).toEqual([expect.objectContaining({ kind: 'unreadable' }), apdu(checkedIn)]);
    expect(parts[0]).toMatchObject({ error: { name: 'DecodeError', code } });
  });

  it('treats a mail without a Content-Type as text', () => {
    expect(decodeMime(octets('MIME-Version: 1.0\r\n\r\nhello')).parts).toEqual([
      { kind: 'other', mediaType: 'text/plain', bytes: octets('hello') },
    ]);
    expect(codes('MIME-Version: 1.0\r\nContent-Type: nonsense\r\n\r\nhello')).toEqual(['content-type']);
    expect(codes('MIME-Version: 1.0\r\nContent-Type: multipart/mixed; boundary=b\r\n\r\nhello')).toEqual([
      'multipart-without-parts',
    ]);
  });
});

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
    ['delimiters that are none', `${'--b-\r\n'.repeat(400_000)}`],
    ['blanks behind a delimiter', `--b${' '.repeat(2_000_000)}x`],
    ['equals signs', `--b\r\nContent-Transfer-Encoding: quoted-printable\r\n\r\n${'= '.repeat(1_000_000)}`],
    ['padding', `--b\r\n${type}\r\nContent-Transfer-Encoding: base64\r\n\r\n${'='.repeat(2_000_000)}`],
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
      { numRuns: 2000 },
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
