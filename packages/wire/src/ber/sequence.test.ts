import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  checkInvalid,
  checkVectors,
  decodeFailure,
  encodeFailure,
  octets,
  read,
  tlv,
  write,
} from './ber.test-support.js';
import { choice } from './choice.js';
import { readBer, writeBer } from './codec.js';
import { constant, defaulted, optional, optionalUntagged, required, untagged } from './field.js';
import { boolean, enumerated, integer } from './numbers.js';
import { randomValue, seededRandom } from './random.js';
import { sequence } from './sequence.js';
import { sequenceOf } from './sequence-of.js';
import { visibleString } from './strings.js';
import { explicit, lazy } from './tagging.js';
import { toHex } from './text.js';

const Size = sequence('Size', { height: optional(0, integer), width: optional(1, integer) });
const Weight = sequence('Weight', { grams: required(0, integer) });
const Carrier = choice('Carrier', { post: required(7, visibleString), courier: required(8, integer) });
const Parcel = sequence('Parcel', {
  kind: constant('Parcel'),
  packer: required(0, visibleString),
  size: optional(1, Size, {
    tolerance: { tag: 21, code: 'size-tag', message: 'size under [21] instead of [1]' },
  }),
  weight: optional(2, Weight),
  fragile: defaulted(3, boolean, false),
  carrier: optionalUntagged(Carrier),
  colour: required(5, enumerated('Colour', { red: 1, blue: 2 })),
  code: optional(40, explicit(integer)),
  contents: optional(6, sequenceOf(visibleString)),
});
const smallest = { kind: 'Parcel', packer: 'A', colour: 'red' } as const;
const smallestHex = '3006 800141 850101';

describe('SEQUENCE', () => {
  checkVectors(Parcel, [
    { title: 'mandatory elements only', value: smallest, bytes: smallestHex },
    {
      title: 'every element, in the order of the table',
      value: {
        kind: 'Parcel',
        packer: 'A',
        size: { width: 5 },
        weight: { grams: 300 },
        fragile: true,
        carrier: { post: 'P' },
        colour: 'blue',
        code: 9,
        contents: ['X', ''],
      },
      bytes: '3024 800141 a103 810105 a204 8002012c 8301ff 870150 850102 bf2803 020109 a605 1a0158 1a00',
    },
  ]);
  checkInvalid(
    Parcel,
    [
      { title: 'another tag', bytes: '3106 800141 850101', code: 'mistyped', offset: 0 },
      { title: 'a primitive encoding', bytes: '1006 800141 850101', code: 'mistyped', offset: 2 },
      { title: 'nothing', bytes: '3000', code: 'badly-structured', offset: 2, path: 'packer' },
      {
        title: 'the first mandatory element absent',
        bytes: '3003 850101',
        code: 'badly-structured',
        offset: 2,
        path: 'packer',
      },
      {
        title: 'the last mandatory element absent',
        bytes: '3003 800141',
        code: 'badly-structured',
        offset: 5,
        path: 'colour',
      },
      {
        title: 'a mandatory element absent before an optional one',
        bytes: '3008 800141 a603 1a0158',
        code: 'badly-structured',
        offset: 5,
        path: 'colour',
      },
      {
        title: 'two elements the wrong way round',
        bytes: '3006 850101 800141',
        code: 'badly-structured',
        offset: 2,
        path: 'packer',
      },
      {
        title: 'an optional element too late',
        bytes: '3009 800141 850101 8301ff',
        code: 'badly-structured',
        offset: 8,
        path: 'fragile',
      },
      {
        title: 'an element twice',
        bytes: '3009 800141 800142 850101',
        code: 'badly-structured',
        offset: 5,
        path: 'packer',
      },
      {
        title: 'both arms of an untagged CHOICE',
        bytes: '300c 800141 870150 880101 850101',
        code: 'badly-structured',
        offset: 8,
        path: 'carrier',
      },
      {
        title: 'both tags of an element',
        bytes: '3010 800141 a103 810105 b503 810105 850101',
        code: 'badly-structured',
        offset: 10,
        path: 'size',
      },
      {
        title: 'a universal tag',
        bytes: '3009 800141 850101 020105',
        code: 'mistyped',
        offset: 8,
        path: '[UNIVERSAL 2]',
      },
      {
        title: 'an element of another type',
        bytes: '3006 a00141 850101',
        code: 'malformed',
        offset: 4,
        path: 'packer',
      },
      { title: 'an element that is longer', bytes: '3006 800141 850901', code: 'malformed', offset: 5 },
      {
        title: 'a mistake further in',
        bytes: '300b 800141 a203 800200 850101',
        code: 'malformed',
        offset: 7,
        path: 'weight',
      },
      { title: 'no end', bytes: '3080 800141 850101', code: 'incomplete', offset: 8 },
    ].map((vector) => ({ ...vector, code: vector.code as 'malformed' })),
  );

  it('reads the indefinite form, also inside', () => {
    expect(read(Parcel, '3080 800141 a180 810105 0000 850101 0000')).toEqual({
      value: { ...smallest, size: { width: 5 } },
      deviations: [],
    });
  });

  it('gives elements in the order of the table, whatever is present', () => {
    expect(Object.keys(read(Parcel, '3012 800141 8301ff 870150 850101 bf2803020109').value)).toEqual([
      'kind',
      'packer',
      'fragile',
      'carrier',
      'colour',
      'code',
    ]);
  });

  it('gives a plain object', () => {
    const { value } = read(Parcel, smallestHex);
    expect(Object.getPrototypeOf(value)).toBe(Object.prototype);
    expect(value.constructor).toBe(Object);
    expect(JSON.parse(JSON.stringify(value))).toStrictEqual(value);
  });

  it('leaves an absent element with a default absent', () => {
    expect(read(Parcel, smallestHex).value).not.toHaveProperty('fragile');
    expect(read(Parcel, '3009 800141 830100 850101').value).toHaveProperty('fragile', false);
  });

  it('needs no explicit tag around a primitive value, with a deviation', () => {
    expect(read(Parcel, '300a 800141 850101 9f280109')).toEqual({
      value: { ...smallest, code: 9 },
      deviations: [{ code: 'implicit-instead-of-explicit', offset: 8, path: 'code' }],
    });
  });

  it('wants one value inside an explicit tag', () => {
    expect(decodeFailure(() => read(Parcel, '3009 800141 850101 bf2800'))).toMatchObject({
      code: 'malformed',
      offset: 11,
    });
    expect(decodeFailure(() => read(Parcel, '300f 800141 850101 bf2806 020109 020109'))).toMatchObject({
      code: 'badly-structured',
      offset: 14,
    });
  });
});

describe('an element that is tolerated under another tag', () => {
  it('is read with its deviation and written the right way', () => {
    const { value, deviations } = read(Parcel, '300b 800141 b503 810105 850101');
    expect(value).toEqual({ ...smallest, size: { width: 5 } });
    expect(deviations).toEqual([{ code: 'size-tag', offset: 5, path: 'size' }]);
    expect(write(Parcel, value)).toBe('300b800141a103810105850101');
  });
});

describe('an unknown element', () => {
  const hex = '300b 800141 850101 9f3c02abcd';

  it('is kept and written again at the end', () => {
    const { value, deviations } = read(Parcel, hex);
    expect(value).toEqual({ ...smallest, unknown: ['9f3c02abcd'] });
    expect(deviations).toEqual([{ code: 'unknown-element', offset: 8, path: '[60]' }]);
    expect(write(Parcel, value)).toBe(toHex(octets(hex)));
  });

  it('is kept wherever it stands, also of other classes and of the indefinite form', () => {
    const { value } = read(Parcel, tlv('30', 'be80 0500 0000', '800141', '4101ff', '850101'));
    expect(value).toEqual({ ...smallest, unknown: ['be020500', '4101ff'] });
    expect(write(Parcel, value)).toBe('300d800141850101be0205004101ff');
  });

  it('is an error when reading strictly', () => {
    expect(decodeFailure(() => read(Parcel, hex, { isStrict: true }))).toEqual({
      code: 'badly-structured',
      offset: 8,
      path: '[60]',
    });
  });

  it.each([
    ['no list', 'be00'],
    ['no hex', ['x']],
    ['octets that are not one value', ['9f3c02ab']],
    ['an element that the table has', ['850101']],
    ['an element that the table has under a wrong tag', ['b503810105']],
    ['a universal tag', ['020105']],
  ])('cannot be written when it is %s', (_title, unknown) => {
    expect(encodeFailure(() => write(Parcel, { ...smallest, unknown }))).toEqual({
      code: 'invalid-value',
      path: 'unknown',
    });
  });
});

describe('an optional structure that says nothing', () => {
  it.each([
    ['empty', '3008 800141 a100 850101', 'size'],
    ['empty and of indefinite length', '300a 800141 a180 0000 850101', 'size'],
    ['empty where it has mandatory elements', '3008 800141 a200 850101', 'weight'],
  ])('is absent, with a deviation: %s', (_title, hex, path) => {
    expect(read(Parcel, hex)).toEqual({
      value: smallest,
      deviations: [{ code: 'empty-structure', offset: 5, path }],
    });
    expect(decodeFailure(() => read(Parcel, hex, { isStrict: true }))).toMatchObject({
      code: 'deviation',
      offset: 5,
    });
  });

  it('is absent when all it holds says nothing', () => {
    const Outer = sequence('Outer', { inner: optional(0, sequence('Inner', { size: optional(0, Size) })) });
    expect(read(Outer, '3004 a002 a000')).toEqual({
      value: {},
      deviations: [
        { code: 'empty-structure', offset: 4, path: 'inner.size' },
        { code: 'empty-structure', offset: 2, path: 'inner' },
      ],
    });
  });

  it('stays when it holds an unknown element', () => {
    expect(read(Parcel, '300b 800141 a103 9e0101 850101').value).toEqual({
      ...smallest,
      size: { unknown: ['9e0101'] },
    });
  });

  it('stays when it is mandatory', () => {
    const Outer = sequence('Outer', { size: required(0, Size) });
    expect(read(Outer, '3002 a000')).toEqual({ value: { size: {} }, deviations: [] });
    expect(write(Outer, { size: {} })).toBe('3002a000');
  });

  it('is not written', () => {
    expect(write(Parcel, { ...smallest, size: {} })).toBe(toHex(octets(smallestHex)));
    expect(write(Parcel, { ...smallest, size: { width: undefined } })).toBe(toHex(octets(smallestHex)));
  });

  it('must not hide a primitive encoding', () => {
    expect(decodeFailure(() => read(Parcel, '3008 800141 8100 850101'))).toMatchObject({
      code: 'mistyped',
      path: 'size',
    });
  });
});

describe('a second SEQUENCE header', () => {
  it('is passed over, with a deviation', () => {
    const Outer = sequence('Outer', { size: required(0, Size) });
    expect(read(Outer, '3007 a005 3003 810105')).toEqual({
      value: { size: { width: 5 } },
      deviations: [{ code: 'extra-sequence-header', offset: 4, path: 'size' }],
    });
    expect(decodeFailure(() => read(Outer, '3007 a005 3003 810105', { isStrict: true }))).toMatchObject({
      code: 'deviation',
      offset: 4,
    });
  });

  it('must hold all of it', () => {
    const Outer = sequence('Outer', { size: required(0, Size) });
    expect(decodeFailure(() => read(Outer, '300a a008 3003 800105 810105'))).toMatchObject({
      code: 'badly-structured',
      offset: 9,
    });
  });

  it('is no second header where an element may begin with it', () => {
    const Outer = sequence('Outer', { size: untagged(Size) });
    expect(read(Outer, '3005 3003 810105')).toEqual({ value: { size: { width: 5 } }, deviations: [] });
  });

  it('counts as a level', () => {
    expect(decodeFailure(() => read(Size, `${'3080'.repeat(70)}`))).toMatchObject({
      code: 'limit',
      offset: 130,
    });
  });
});

describe('writing a SEQUENCE', () => {
  it.each([
    ['a mandatory element absent', { kind: 'Parcel', packer: 'A' }, 'missing', 'colour'],
    ['a mandatory element undefined', { ...smallest, packer: undefined }, 'missing', 'packer'],
    ['an element that does not exist', { ...smallest, sender: 'B' }, 'unknown-element', 'sender'],
    [
      'an element named as what every object has',
      { ...smallest, toString: 'B' },
      'unknown-element',
      'toString',
    ],
    ['another constant', { ...smallest, kind: 'Letter' }, 'invalid-value', 'kind'],
    ['no constant', { packer: 'A', colour: 'red' }, 'invalid-value', 'kind'],
    ['an element of another type', { ...smallest, packer: 5 }, 'invalid-value', 'packer'],
    ['a structure that is none', { ...smallest, size: 5 }, 'invalid-value', 'size'],
    ['a list for a structure', { ...smallest, size: [] }, 'invalid-value', 'size'],
    ['null for a structure', { ...smallest, size: null }, 'invalid-value', 'size'],
    ['a mistake further in', { ...smallest, weight: { grams: 'x' } }, 'invalid-value', 'weight.grams'],
    ['a mistake in a list', { ...smallest, contents: ['a', 'ü'] }, 'unsayable-character', 'contents[1]'],
    ['a mistake in a CHOICE', { ...smallest, carrier: { courier: 'x' } }, 'invalid-value', 'carrier.courier'],
    ['nothing', undefined, 'invalid-value', ''],
  ])('refuses %s', (_title, value, code, path) => {
    expect(encodeFailure(() => write(Parcel, value))).toEqual({ code, path });
  });

  it('passes over elements that are undefined, known or not', () => {
    expect(write(Parcel, { ...smallest, size: undefined, sender: undefined })).toBe(
      toHex(octets(smallestHex)),
    );
  });

  it('takes elements in any order', () => {
    expect(write(Parcel, { colour: 'red', packer: 'A', kind: 'Parcel' })).toBe(toHex(octets(smallestHex)));
  });

  it.each([
    ['keep', { fragile: false }, '3009800141830100850101'],
    ['keep', {}, '3006800141850101'],
    ['omit', { fragile: false }, '3006800141850101'],
    ['omit', { fragile: true }, '30098001418301ff850101'],
    ['write', {}, '3009800141830100850101'],
    ['write', { fragile: true }, '30098001418301ff850101'],
  ] as const)('with defaults %s and %j gives %s', (defaults, more, expected) => {
    expect(toHex(writeBer(Parcel, { ...smallest, ...more }, { defaults }))).toBe(expected);
  });
});

describe('a rule on several elements', () => {
  const Box = sequence(
    'Box',
    { full: required(0, boolean), content: optional(1, visibleString) },
    {
      rule: {
        code: 'box-content',
        explain: ({ full, content }) =>
          full === (content !== undefined) ? undefined : 'expected content in a full box only',
      },
    },
  );

  it('is a deviation when reading', () => {
    expect(read(Box, '3003 8001ff')).toEqual({
      value: { full: true },
      deviations: [{ code: 'box-content', offset: 2, path: '' }],
    });
    expect(read(Box, '3003 800100').deviations).toEqual([]);
  });

  it('is an error when writing', () => {
    expect(encodeFailure(() => write(Box, { full: true }))).toMatchObject({ code: 'invalid-value' });
    expect(write(Box, { full: false })).toBe('3003800100');
  });
});

describe('a structure that contains itself', () => {
  interface Node {
    readonly name: string;
    readonly inner?: Node;
  }
  const Node = sequence('Node', {
    name: required(0, visibleString),
    inner: optional(
      1,
      lazy('Node', (): import('./type.js').BerType<Node> => Node as never),
    ),
  });

  it('is read and written', () => {
    const value = { name: 'a', inner: { name: 'b', inner: { name: 'c' } } };
    expect(read(Node, write(Node, value))).toEqual({ value, deviations: [] });
  });

  it('names the whole path of a mistake', () => {
    expect(
      decodeFailure(() => read(Node, tlv('30', '800141', tlv('a1', '800142', 'a100')), { isStrict: true })),
    ).toEqual({
      code: 'deviation',
      offset: 10,
      path: 'inner.inner',
    });
  });
});

describe('random values of a table', () => {
  it('read as they were written, strictly', () => {
    fc.assert(
      fc.property(fc.nat(), (seed) => {
        const value = randomValue(Parcel, seededRandom(seed));
        const { message } = readBer(Parcel, writeBer(Parcel, value), { isStrict: true });
        expect(message).toEqual(value);
      }),
    );
  });

  it('have every element some time', () => {
    const random = seededRandom(1);
    const seen = new Set(Array.from({ length: 200 }, () => Object.keys(randomValue(Parcel, random))).flat());
    expect(seen).toEqual(new Set(Object.keys(Parcel.fields)));
  });
});
