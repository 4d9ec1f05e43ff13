import { toHex } from '@interlend/wire/ber';
import { randomValue, seededRandom } from '@interlend/wire/ber/random';
import { describe, expect, it } from 'vitest';
import { decode, encode, randomApdu } from './codec.js';
import {
  countFromEnvironment,
  type Rewriting,
  randomApduWithExtensions,
  randomExtension,
  rewrite,
} from './codec-random.test-support.js';
import { type ApduName, ApduNumbers, Apdus, type IllApdu, registeredExternals } from './messages/index.js';

const names = Object.keys(ApduNumbers) as ApduName[];
const rounds = Math.ceil(countFromEnvironment('INTERLEND_ROUND_TRIPS', 2000) / names.length);

describe(`random values of all APDUs, ${rounds} each`, () => {
  it.each(names)('%s reads as it was written, strictly, and is written again the same', (name) => {
    const random = seededRandom(ApduNumbers[name]);
    for (let round = 0; round < rounds; round++) {
      const value = randomApduWithExtensions(random, name);
      const bytes = encode(value);
      const { message, deviations } = decode(bytes, { isStrict: true });
      expect(deviations).toEqual([]);
      expect(message).toStrictEqual(value);
      expect(toHex(encode(message))).toBe(toHex(bytes));
    }
  });

  it.each(names)('%s reads the same in every legal form', (name) => {
    const random = seededRandom(100 + ApduNumbers[name]);
    const forms: readonly Rewriting[] = [
      { constructed: 'indefinite', lengthOctets: 0, isSegmented: false },
      { constructed: 'indefinite', lengthOctets: 2, isSegmented: true },
      { constructed: 'definite', lengthOctets: 1, isSegmented: false },
      { constructed: 'definite', lengthOctets: 4, isSegmented: true },
    ];
    for (let round = 0; round < 10; round++) {
      const value = randomApdu(random, name);
      const bytes = encode(value);
      for (const form of forms) {
        const other = rewrite(bytes, form);
        expect(toHex(other)).not.toBe(toHex(bytes));
        const { message } = decode(other, { isStrict: true });
        expect(withoutRawOctets(message)).toEqual(withoutRawOctets(value));
      }
    }
  });
});

/** A value but for octets of unknown types, which are kept in the form in which they came. */
function withoutRawOctets(value: unknown): unknown {
  if (typeof value !== 'object' || value === null) return value;
  if (Array.isArray(value)) return value.map(withoutRawOctets);
  const isRaw = (key: string): boolean =>
    ['singleAsn1Type', 'any'].includes(key) || key.endsWith('Parameters');
  return Object.fromEntries(
    Object.entries(value).map(([key, member]) => [key, isRaw(key) ? 'raw' : withoutRawOctets(member)]),
  );
}

describe('values of registered types', () => {
  it.each(registeredExternals)('of $name read as they were written', ({ objectIdentifier, name, type }) => {
    const random = seededRandom(7);
    const common = randomApdu(random, 'Recall') as Extract<IllApdu, { apdu: 'Recall' }>;
    for (let round = 0; round < 40; round++) {
      const content = { [name]: randomValue(type as never, random, 5) } as never;
      const item = { external: { directReference: objectIdentifier, content } };
      const value: IllApdu = { ...common, extensions: [{ identifier: 1, item }] };
      expect(decode(encode(value), { isStrict: true })).toEqual({ message: value, deviations: [] });
    }
  });

  it('are made for extensions', () => {
    const random = seededRandom(3);
    const kinds = Array.from(
      { length: 400 },
      () =>
        Object.keys(
          (randomExtension(random).item as never as { external: { content: object } }).external.content,
        )[0],
    );
    expect(new Set(kinds).size).toBe(registeredExternals.length);
  });
});

describe('what a table does not know', () => {
  it.each(names)('survives in %s', (name) => {
    const random = seededRandom(200 + ApduNumbers[name]);
    for (let round = 0; round < 10; round++) {
      const value = randomApdu(random, name);
      const strange = {
        ...value,
        transactionId: { ...value.transactionId, unknown: ['9f6401aa'] },
        serviceDateTime: { ...value.serviceDateTime, unknown: ['bf65020500', '4101ff'] },
        unknown: ['9f7f00', '9f810000'],
      } as IllApdu;
      const { message, deviations } = decode(encode(strange));
      expect(message).toEqual(strange);
      expect(deviations.map(({ code }) => code)).toEqual(Array(5).fill('unknown-element'));
      expect(toHex(encode(message))).toBe(toHex(encode(strange)));
    }
  });

  it('survives as a number where a code is new', () => {
    const random = seededRandom(9);
    const report = randomApdu(random, 'ILL-Request') as Extract<IllApdu, { apdu: 'ILL-Request' }>;
    const strange: IllApdu = {
      ...report,
      transactionType: 77,
      illServiceType: [6, 'loan', 300],
      placeOnHold: -1,
    };
    const { message, deviations } = decode(encode(strange));
    expect(message).toEqual(strange);
    expect(deviations.map(({ code }) => code)).toEqual(Array(4).fill('unknown-enum-value'));
  });
});

describe('random values', () => {
  it('are the same for the same seed and others for another', () => {
    expect(randomApdu(seededRandom(5))).toEqual(randomApdu(seededRandom(5)));
    expect(randomApdu(seededRandom(5))).not.toEqual(randomApdu(seededRandom(6)));
  });

  it('have every element of every table some time', () => {
    for (const table of Apdus) {
      const random = seededRandom(11);
      const seen = new Set<string>();
      for (let round = 0; round < 300; round++) {
        for (const key of Object.keys(randomApdu(random, table.name as ApduName))) seen.add(key);
      }
      expect(seen, table.name).toEqual(new Set(Object.keys(table.fields)));
    }
  });
});
