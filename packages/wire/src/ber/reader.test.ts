import { describe, expect, it } from 'vitest';
import { decodeFailure, octets } from './ber.test-support.js';
import { defaultBerLimits } from './limits.js';
import { indefinite, Reader, type ReadOptions } from './reader.js';
import { tagKey, Universal } from './tag.js';

const header = (hex: string, options?: ReadOptions) => {
  const reader = new Reader(octets(hex), options);
  reader.readHeader();
  const { tag, length, isConstructed, position, deviations } = reader;
  return { tag, length, isConstructed, position, deviations: deviations.map(({ code }) => code) };
};
const failure = (hex: string, options?: ReadOptions) => decodeFailure(() => header(hex, options));

describe('a header', () => {
  it.each([
    ['primitive, short form', '0401ff', Universal.octetString, 1, false, 2],
    ['constructed, short form', '300500000000 00', Universal.sequence, 5, true, 2],
    ['no contents', '0500', Universal.null, 0, false, 2],
    ['long form', `0481 80${'00'.repeat(128)}`, Universal.octetString, 128, false, 3],
    ['long form with leading zeros', '048400000001 00', Universal.octetString, 1, false, 6],
    ['long form without need', '048101 00', Universal.octetString, 1, false, 3],
    ['long form of nothing', '04820000', Universal.octetString, 0, false, 4],
    ['indefinite form', '3080 0000', Universal.sequence, indefinite, true, 2],
    ['high tag number', '9f1f00', tagKey('context', 31), 0, false, 3],
    ['high tag number in two octets', 'bf814800', tagKey('context', 200), 0, true, 4],
    ['largest tag number', '9fffff7f00', tagKey('context', 2_097_151), 0, false, 5],
    ['application class', '6b00', tagKey('application', 11), 0, true, 2],
    ['private class', 'c100', tagKey('private', 1), 0, false, 2],
  ])('is read: %s', (_title, hex, tag, length, isConstructed, position) => {
    expect(header(hex)).toEqual({ tag, length, isConstructed, position, deviations: [] });
  });

  it.each([
    ['a tag number that fits the low form', '9f0500', tagKey('context', 5)],
    ['a tag number with a leading zero', '9f801f00', tagKey('context', 31)],
  ])('is read with a deviation, and refused strictly: %s', (_title, hex, tag) => {
    expect(header(hex)).toMatchObject({ tag, deviations: ['long-tag'] });
    expect(failure(hex, { isStrict: true })).toMatchObject({ code: 'deviation', offset: 0 });
  });

  it.each([
    ['nothing at all', ''],
    ['an identifier alone', '30'],
    ['contents cut off', '040501'],
    ['a tag number cut off', '9f'],
    ['a tag number cut off in the middle', '9f81'],
    ['a length missing behind a high tag number', '9f1f'],
    ['a length cut off', '0482ff'],
    ['a length of 126 octets cut off', '04fe00'],
  ])('waits for more: %s', (_title, hex) => {
    expect(failure(hex)).toMatchObject({ code: 'incomplete', offset: 0 });
  });

  it.each([
    ['indefinite length on a primitive value', '0480', 'malformed'],
    ['the reserved length octet', '04ff00', 'malformed'],
    ['a tag number beyond the largest', '9f81808000', 'limit'],
    ['an endless tag number', `9f${'81'.repeat(40)}`, 'limit'],
    ['a length beyond the limit, before its octets come', '0484 7fffffff', 'limit'],
    ['a length of 126 octets', `04fe${'ff'.repeat(126)}`, 'limit'],
  ])('is refused: %s', (_title, hex, code) => {
    expect(failure(hex)).toMatchObject({ code, offset: 0 });
  });

  it('may have a length up to the limit and none beyond', () => {
    const limits = { messageOctets: 130 };
    expect(failure('048182', { limits })).toMatchObject({ code: 'incomplete' });
    expect(failure('048183', { limits })).toMatchObject({ code: 'limit' });
  });
});

describe('a message', () => {
  it('is refused beyond the limit before anything is read', () => {
    const limits = { messageOctets: 4 };
    expect(failure('040300000000', { limits })).toMatchObject({ code: 'limit', offset: 0 });
    expect(header('04020000', { limits }).length).toBe(2);
  });

  it('has the default limits where none are given', () => {
    expect(new Reader(octets('0500')).limits).toBe(defaultBerLimits);
    expect(new Reader(octets('0500'), { limits: { depth: 3 } }).limits).toEqual({
      ...defaultBerLimits,
      depth: 3,
    });
  });
});

describe('a value inside another', () => {
  const inside = (hex: string) => {
    const reader = new Reader(octets(hex));
    reader.readHeader();
    const outer = reader.enter(reader.length);
    reader.readHeader();
    return { reader, outer };
  };

  it('may fill it', () => {
    expect(inside('3003 0401ff').reader.position).toBe(4);
  });

  it('must not be longer', () => {
    expect(decodeFailure(() => inside('3003 0402ffff'))).toMatchObject({ code: 'malformed', offset: 2 });
    expect(decodeFailure(() => inside('3001 04020000'))).toMatchObject({ code: 'malformed', offset: 2 });
  });

  it('must be there', () => {
    expect(decodeFailure(() => inside('3000'))).toMatchObject({ code: 'malformed', offset: 2 });
  });

  it('of indefinite length waits for more at the end of the input', () => {
    expect(decodeFailure(() => inside('3080 0402ff'))).toMatchObject({ code: 'incomplete', offset: 2 });
  });

  it('needs its end marker', () => {
    const { reader, outer } = inside('3080 0500');
    expect(decodeFailure(() => reader.finish(indefinite, outer))).toMatchObject({
      code: 'incomplete',
      offset: 4,
    });
  });

  it('ends at its end marker', () => {
    const { reader, outer } = inside('3080 0500 0000');
    reader.finish(indefinite, outer);
    expect(reader.position).toBe(6);
  });

  it('must be the only one where one is expected', () => {
    const { reader, outer } = inside('3004 0500 0500');
    expect(decodeFailure(() => reader.finish(4, outer))).toMatchObject({
      code: 'badly-structured',
      offset: 4,
    });
  });
});

describe('readRaw', () => {
  const raw = (hex: string, options?: ReadOptions) => {
    const reader = new Reader(octets(hex), options);
    reader.readHeader();
    return { hex: reader.readRaw(0), position: reader.position };
  };

  it.each([
    ['a primitive value', '0401ff', '0401ff'],
    ['a definite value as it is, length octets and all', '3081 03 0401ff', '3081030401ff'],
    ['an indefinite value with a definite length', '3080 0401ff 0000', '30030401ff'],
    ['an indefinite value inside a definite one', '3007 3080 0401ff 0000', '300530030401ff'],
    ['a high tag number', 'bf2d80 0500 0000', 'bf2d020500'],
    ['an empty indefinite value', 'a080 0000', 'a000'],
    ['long contents', `3080 048180${'00'.repeat(128)} 0000`, `308183048180${'00'.repeat(128)}`],
  ])('gives %s', (_title, hex, expected) => {
    const { hex: given, position } = raw(hex);
    expect(given).toBe(expected);
    expect(position).toBe(octets(hex).length);
  });

  it('stops at the depth limit and not one level earlier', () => {
    const nested = (levels: number): string => '3080'.repeat(levels) + '0000'.repeat(levels);
    expect(raw(nested(64)).hex.slice(0, 4)).toBe('307e');
    expect(decodeFailure(() => raw(nested(65)))).toMatchObject({ code: 'limit', offset: 130 });
  });

  it('does not reach the end of the stack, whatever the nesting', () => {
    expect(decodeFailure(() => raw('3080'.repeat(200_000)))).toMatchObject({ code: 'limit' });
  });

  it('refuses contents that are no values', () => {
    expect(decodeFailure(() => raw('3003 04ff00'))).toMatchObject({ code: 'malformed' });
  });
});

describe('a deviation', () => {
  it('has code, offset, path and clause', () => {
    const reader = new Reader(octets('0500'));
    reader.path.push('Parcel', 2, 'packer');
    reader.pathDepth = 3;
    reader.deviate('odd', 'odd parcel', 'clause 9', 1);
    expect(reader.deviations).toEqual([
      { code: 'odd', offset: 1, path: 'Parcel[2].packer', message: 'odd parcel', clause: 'clause 9' },
    ]);
  });

  it('is an error when reading strictly', () => {
    const reader = new Reader(octets('0500'), { isStrict: true });
    expect(decodeFailure(() => reader.deviate('odd', 'odd parcel'))).toMatchObject({
      code: 'deviation',
      offset: 0,
    });
    expect(reader.deviations).toEqual([]);
  });

  it('is one of as many as the limit allows', () => {
    const reader = new Reader(octets('0500'), { limits: { deviations: 2 } });
    reader.deviate('odd', 'odd parcel');
    reader.deviate('odd', 'odd parcel');
    expect(decodeFailure(() => reader.deviate('odd', 'odd parcel'))).toMatchObject({
      code: 'limit',
      offset: 0,
    });
  });

  it('is forgotten on the way back to a mark', () => {
    const reader = new Reader(octets('3002 0500'));
    reader.deviate('kept', 'before the mark');
    const mark = reader.mark();
    reader.readHeader();
    reader.enter(reader.length);
    reader.deviate('lost', 'behind the mark');
    reader.goBack(mark);
    expect(reader.deviations.map(({ code }) => code)).toEqual(['kept']);
    expect([reader.position, reader.depth, reader.end]).toEqual([0, 0, 4]);
    expect(
      decodeFailure(() => {
        reader.readHeader();
        reader.enter(2);
        reader.readHeader();
        reader.readHeader();
      }),
    ).toMatchObject({ code: 'malformed' });
  });
});
