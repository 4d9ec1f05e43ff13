import { type BerType, readBer, toHex, writeBer } from '@interlend/wire/ber';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { ascii, decodeFailure, encodeFailure, octets } from '../codec.test-support.js';
import { IllString, IsoDate, IsoTime, illStringOf, illText } from './strings.js';

const read = <Value>(type: BerType<Value>, hex: string) => {
  const { message, deviations } = readBer(type, octets(hex));
  return { value: message, deviations: deviations.map(({ code, offset }) => `${code} at ${offset}`) };
};
const write = <Value>(type: BerType<Value>, value: unknown): string => toHex(writeBer(type, value as Value));

describe('ILL-String', () => {
  const vectors: readonly {
    title: string;
    value: IllString;
    bytes: string;
    deviations?: readonly string[];
  }[] = [
    { title: 'ASCII', value: 'TEST:REQ', bytes: '1b08 544553543a524551' },
    { title: 'nothing', value: '', bytes: '1b00' },
    { title: 'UTF-8', value: 'Zürich', bytes: '1b07 5ac3bc72696368' },
    { title: 'four octets of UTF-8', value: '😀', bytes: '1b04 f09f9880' },
    { title: 'an EDIFACTString', value: { edifact: 'TGQ/1' }, bytes: '1a05 5447512f31' },
    {
      title: 'ISO 8859-1',
      value: { latin1: 'Zürich' },
      bytes: '1b06 5afc72696368',
      deviations: ['not-utf-8 at 2'],
    },
    { title: 'a line break', value: 'a\r\nb', bytes: '1b04 610d0a62' },
    { title: 'a blank in front', value: ' a', bytes: '1b02 2061', deviations: ['blank-around-string at 2'] },
    { title: 'a blank behind', value: 'a ', bytes: '1b02 6120', deviations: ['blank-around-string at 2'] },
    {
      title: 'a blank alone',
      value: { edifact: ' ' },
      bytes: '1a01 20',
      deviations: ['blank-around-string at 2'],
    },
  ];

  it.each(vectors)('reads and writes $title', ({ value, bytes, deviations = [] }) => {
    expect(read(IllString, bytes)).toEqual({ value, deviations });
    expect(write(IllString, value)).toBe(toHex(octets(bytes)));
  });

  it('reads an EDIFACTString beyond its repertoire and does not write it', () => {
    expect(read(IllString, '1a01 5f')).toEqual({
      value: { edifact: '_' },
      deviations: ['edifact-character at 2'],
    });
    expect(encodeFailure(() => write(IllString, { edifact: '_' }))).toMatchObject({
      code: 'unsayable-character',
    });
  });

  it('joins segments, and tells where the string began', () => {
    expect(read(IllString, '3b80 04025ac3 0402bc72 0000')).toEqual({ value: 'Zür', deviations: [] });
    expect(read(IllString, '3b80 0401fc 0401fc 0000')).toEqual({
      value: { latin1: 'üü' },
      deviations: ['not-utf-8 at 2'],
    });
  });

  it.each([
    ['another string type', '0c0141'],
    ['an OCTET STRING', '040141'],
    ['a context tag', '800141'],
  ])('refuses %s', (_title, hex) => {
    expect(decodeFailure(() => read(IllString, hex))).toMatchObject({ code: 'mistyped', offset: 0 });
  });

  it.each([5, null, undefined, {}, ['a'], { edifact: 5 }, { latin1: null }])('cannot say %j', (value) => {
    expect(encodeFailure(() => write(IllString, value))).toMatchObject({ code: 'invalid-value' });
  });

  it.each([{ latin1: '日' }, '\ud800'])('cannot say %j, which has no octets', (value) => {
    expect(encodeFailure(() => write(IllString, value))).toMatchObject({ code: 'unsayable-character' });
  });

  it('keeps any octets', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 30 }), (bytes) => {
        const hex = `1b${toHex(Uint8Array.of(bytes.length))}${toHex(bytes)}`;
        expect(write(IllString, read(IllString, hex).value)).toBe(hex);
      }),
    );
  });

  it('gives its text whatever its encoding', () => {
    expect([illText('a'), illText({ edifact: 'b' }), illText({ latin1: 'ü' })]).toEqual(['a', 'b', 'ü']);
  });
});

describe('ILL-String with a size', () => {
  it('reads another size with a deviation, and writes it where the field has outgrown the size', () => {
    const isbn = illStringOf(10, { isEnforcedOnWrite: false });
    expect(read(isbn, `1b0a${ascii('0123456789')}`).deviations).toEqual([]);
    expect(read(isbn, `1b0d${ascii('9780000000000')}`).deviations).toEqual(['string-length at 0']);
    expect(write(isbn, '9780000000000')).toBe(`1b0d${ascii('9780000000000')}`);
    const level = illStringOf(1, { isEnforcedOnWrite: true });
    expect(encodeFailure(() => write(level, 'AB'))).toMatchObject({ code: 'invalid-value' });
    expect(write(level, 'A')).toBe('1b0141');
  });
});

describe('dates and times', () => {
  it.each([
    [IsoDate, '20240103', ['2024013', '2024-01-03', '', '2024010A', '202401033']],
    [IsoTime, '101112', ['1011', '10:11:12', '', '1011120']],
  ] as const)('have digits only, as many as the standard says: $name', (type, right, wrong) => {
    expect(read(type, write(type, right))).toEqual({ value: right, deviations: [] });
    for (const value of wrong) {
      const hex = `1a${value.length.toString(16).padStart(2, '0')}${ascii(value)}`;
      expect(read(type, hex).deviations).toEqual([`${type === IsoDate ? 'date' : 'time'}-format at 0`]);
      expect(encodeFailure(() => write(type, value))).toMatchObject({ code: 'invalid-value' });
    }
  });
});
