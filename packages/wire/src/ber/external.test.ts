import { describe, expect, it } from 'vitest';
import {
  checkInvalid,
  checkVectors,
  decodeFailure,
  encodeFailure,
  octets,
  read,
  tlv,
} from './ber.test-support.js';
import { readBer, writeBer } from './codec.js';
import { createExternalRegistry, type External, external } from './external.js';
import { optional, required } from './field.js';
import { integer } from './numbers.js';
import { sequence } from './sequence.js';
import { explicit } from './tagging.js';
import { toHex } from './text.js';

const Point = sequence('Point', { x: required(0, integer), y: optional(1, integer) });
interface Known {
  readonly point: { readonly x: number; readonly y?: number };
}
const ExternalValue = external<Known>();
const externals = createExternalRegistry([{ name: 'point', objectIdentifier: '1.2.3.4', type: Point }]);
const pointReference = '06032a0304';
const otherReference = '06032a0305';
const pointHex = tlv('28', pointReference, tlv('a0', tlv('30', '800107')));

describe('EXTERNAL', () => {
  checkVectors<External<Known>>(ExternalValue, [
    {
      title: 'single-ASN1-type',
      value: { directReference: '1.2.3.5', content: { singleAsn1Type: '020105' } },
      bytes: '280a 06032a0305 a003 020105',
    },
    {
      title: 'octet-aligned',
      value: { directReference: '1.2.3.5', content: { octetAligned: '0001' } },
      bytes: '2809 06032a0305 81020001',
    },
    {
      title: 'arbitrary',
      value: { directReference: '1.2.3.5', content: { arbitrary: '040f' } },
      bytes: '2809 06032a0305 8202040f',
    },
    {
      title: 'indirect reference and descriptor',
      value: { indirectReference: 3, dataValueDescriptor: 'A', content: { octetAligned: '' } },
      bytes: '2808 020103 070141 8100',
    },
    {
      title: 'all references',
      value: {
        directReference: '1.2.3.5',
        indirectReference: 3,
        dataValueDescriptor: 'A',
        content: { singleAsn1Type: '0500' },
      },
      bytes: '280f 06032a0305 020103 070141 a0020500',
    },
  ]);
  checkInvalid(ExternalValue, [
    { title: 'another tag', bytes: '300481020001', code: 'mistyped', offset: 0 },
    { title: 'a primitive encoding', bytes: '080481020001', code: 'malformed', offset: 2 },
    { title: 'no value', bytes: '2805 06032a0305', code: 'badly-structured', offset: 7 },
    { title: 'nothing at all', bytes: '2800', code: 'badly-structured', offset: 2 },
    { title: 'something behind the value', bytes: '2804 8100 8100', code: 'badly-structured', offset: 4 },
    {
      title: 'the reference behind the value',
      bytes: '2807 8100 06032a0305',
      code: 'badly-structured',
      offset: 4,
    },
    { title: 'a tag without a place', bytes: '2802 8300', code: 'mistyped', offset: 2 },
    { title: 'an explicit tag around nothing', bytes: '2802 a000', code: 'malformed', offset: 4 },
    {
      title: 'an explicit tag around two values',
      bytes: '2806 a004 0500 0500',
      code: 'badly-structured',
      offset: 6,
    },
    { title: 'single-ASN1-type as a primitive', bytes: '2803 800105', code: 'malformed', offset: 4 },
    {
      title: 'references in the wrong order',
      bytes: '280a 020103 06032a0305 8100',
      code: 'badly-structured',
      offset: 5,
    },
    {
      title: 'a reference twice',
      bytes: '280c 06032a0305 06032a0305 8100',
      code: 'badly-structured',
      offset: 7,
    },
    { title: 'no end', bytes: '2880 8100', code: 'incomplete', offset: 4 },
  ]);

  it('reads the indefinite form on every level', () => {
    expect(read(ExternalValue, `2880 ${otherReference} a080 020105 0000 0000`)).toEqual({
      value: { directReference: '1.2.3.5', content: { singleAsn1Type: '020105' } },
      deviations: [],
    });
  });

  it('joins segments of octet-aligned contents', () => {
    expect(read(ExternalValue, tlv('28', otherReference, tlv('a1', '040100', '040101'))).value).toEqual({
      directReference: '1.2.3.5',
      content: { octetAligned: '0001' },
    });
  });
});

describe('an EXTERNAL of a registered type', () => {
  const value: External<Known> = { directReference: '1.2.3.4', content: { point: { x: 7 } } };

  it('is read and written as its type', () => {
    expect(read(ExternalValue, pointHex, { externals })).toEqual({ value, deviations: [] });
    expect(toHex(writeBer(ExternalValue, value, { externals }))).toBe(pointHex);
  });

  it('is kept as octets without the registry, and under another identifier', () => {
    expect(read(ExternalValue, pointHex).value.content).toEqual({ singleAsn1Type: '3003800107' });
    expect(
      read(ExternalValue, pointHex.replace(pointReference, otherReference), { externals }).value.content,
    ).toEqual({
      singleAsn1Type: '3003800107',
    });
  });

  it('is kept as octets in the other arms', () => {
    const hex = tlv('28', pointReference, tlv('81', '3003800107'));
    expect(read(ExternalValue, hex, { externals })).toEqual({
      value: { directReference: '1.2.3.4', content: { octetAligned: '3003800107' } },
      deviations: [],
    });
  });

  it('may be written as octets', () => {
    const raw: External<Known> = { directReference: '1.2.3.4', content: { singleAsn1Type: '3003800107' } };
    expect(toHex(writeBer(ExternalValue, raw, { externals }))).toBe(pointHex);
  });

  it('lists deviations inside it with their path', () => {
    const hex = tlv('28', pointReference, tlv('a0', tlv('30', '80020007')));
    expect(read(ExternalValue, hex, { externals })).toEqual({
      value,
      deviations: [{ code: 'padded-integer', offset: 13, path: 'point.x' }],
    });
  });

  it.each([
    ['another type', tlv('a0', '020105'), '020105'],
    ['a mistake inside', tlv('a0', tlv('30', '8000')), '30028000'],
    ['a mandatory element absent', tlv('a0', tlv('30', '810105')), '3003810105'],
    ['a mistake behind a deviation', tlv('a0', tlv('30', '80020007', '8100')), '3006800200078100'],
    ['no deviation of the attempt left', 'a080 3080 80020007 8100 0000 0000', '3006800200078100'],
  ])(
    'is kept as octets when it cannot be read, with one deviation: %s',
    (_title, content, singleAsn1Type) => {
      const hex = tlv('28', pointReference, content);
      const { value: read1, deviations } = read(ExternalValue, hex, { externals });
      expect(read1).toEqual({ directReference: '1.2.3.4', content: { singleAsn1Type } });
      expect(deviations).toEqual([{ code: 'unreadable-external', offset: 9, path: '' }]);
      expect(
        readBer(ExternalValue, writeBer(ExternalValue, read1, { externals }), { externals }).message,
      ).toEqual(read1);
    },
  );

  it('must be readable when reading strictly', () => {
    const hex = tlv('28', pointReference, tlv('a0', '020105'));
    expect(decodeFailure(() => read(ExternalValue, hex, { externals, isStrict: true }))).toEqual({
      code: 'mistyped',
      offset: 9,
      path: 'point',
    });
  });

  it('does not hide a limit', () => {
    const hex = tlv('28', pointReference, `a080${'3080'.repeat(80)}`);
    expect(decodeFailure(() => readBer(ExternalValue, octets(hex), { externals }))).toMatchObject({
      code: 'limit',
    });
  });
});

describe('writing an EXTERNAL', () => {
  it.each([
    ['no contents', { directReference: '1.2.3.5' }],
    ['empty contents', { directReference: '1.2.3.5', content: {} }],
    ['two contents', { directReference: '1.2.3.5', content: { octetAligned: '', arbitrary: '00' } }],
    ['contents of another type', { directReference: '1.2.3.5', content: { point: { x: 7 } } }],
    ['a known type without a reference', { content: { point: { x: 7 } } }],
    ['octets that are not one value', { directReference: '1.2.3.5', content: { singleAsn1Type: '05' } }],
    ['a mistake inside', { directReference: '1.2.3.4', content: { point: { x: 'a' } } }],
    ['nothing', null],
    ['a text', 'x'],
  ])('refuses %s', (_title, value) => {
    expect(encodeFailure(() => writeBer(ExternalValue, value as never, { externals }))).toMatchObject({
      code: 'invalid-value',
    });
  });

  it('names the place', () => {
    const value = { directReference: '1.2.3.4', content: { point: { x: 7, z: 1 } } };
    expect(encodeFailure(() => writeBer(ExternalValue, value as never, { externals }))).toEqual({
      code: 'unknown-element',
      path: 'point.z',
    });
  });
});

describe('a registry', () => {
  it('takes the later of two entries with one identifier', () => {
    const Wide = sequence('Wide', { w: required(0, explicit(integer)) });
    const registry = createExternalRegistry([
      ...externals.values(),
      { name: 'wide', objectIdentifier: '1.2.3.4', type: Wide },
    ]);
    expect(registry.size).toBe(1);
    expect(
      read(ExternalValue, tlv('28', pointReference, 'a007 3005 a003 020105'), { externals: registry }).value,
    ).toEqual({
      directReference: '1.2.3.4',
      content: { wide: { w: 5 } },
    });
  });
});
