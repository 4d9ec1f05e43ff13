import { constrained } from './constrained.js';
import { primitive, requirePrimitive } from './primitive.js';
import type { Reader } from './reader.js';
import { Universal } from './tag.js';
import type { BerType } from './type.js';
import type { Writer } from './writer.js';

/** BOOLEAN, X.690 8.2: any octet but zero is TRUE. */
export const boolean: BerType<boolean> = primitive({
  name: 'BOOLEAN',
  tag: Universal.boolean,
  read(reader, length, isConstructed) {
    requirePrimitive(reader, 'BOOLEAN', isConstructed);
    if (length !== 1) reader.fail('malformed', `BOOLEAN of ${length} octets, expected 1`);
    return reader.bytes[reader.position++] !== 0;
  },
  write(writer, value) {
    if (typeof value !== 'boolean')
      writer.fail('invalid-value', `expected true or false, found ${typeof value}`);
    writer.prependOctet(value ? writer.trueOctet : 0);
  },
  sample: (random) => random() < 0.5,
});

/** NULL, X.690 8.8. */
export const nullValue: BerType<null> = primitive({
  name: 'NULL',
  tag: Universal.null,
  read(reader, length, isConstructed) {
    requirePrimitive(reader, 'NULL', isConstructed);
    if (length !== 0) reader.fail('malformed', `NULL of ${length} octets, expected none`);
    return null;
  },
  write(writer, value) {
    if (value !== null) writer.fail('invalid-value', `expected null, found ${typeof value}`);
  },
  sample: () => null,
});

function readInteger(reader: Reader, length: number, isConstructed: boolean, name: string): number {
  requirePrimitive(reader, name, isConstructed);
  const { bytes, position } = reader;
  if (length === 0) reader.fail('malformed', `${name} without contents`);
  const first = bytes[position] as number;
  if (length === 1) {
    reader.position++;
    return first < 0x80 ? first : first - 0x100;
  }
  let value = first < 0x80 ? first : first - 0x100;
  for (let at = position + 1; at < position + length; at++) {
    value = value * 256 + (bytes[at] as number);
    if (!Number.isSafeInteger(value)) reader.fail('limit', `${name} beyond 2^53`);
  }
  const second = bytes[position + 1] as number;
  if ((first === 0 && second < 0x80) || (first === 0xff && second >= 0x80)) {
    reader.deviate('padded-integer', `${name} in more octets than needed`, 'X.690 8.3.2');
  }
  reader.position += length;
  return value;
}

function writeInteger(writer: Writer, value: number): void {
  if (!Number.isSafeInteger(value))
    writer.fail('invalid-value', `expected a whole number, found ${String(value)}`);
  let rest = value;
  for (;;) {
    const octet = ((rest % 256) + 256) % 256;
    writer.prependOctet(octet);
    rest = Math.floor(rest / 256);
    if ((rest === 0 && octet < 0x80) || (rest === -1 && octet >= 0x80)) return;
  }
}

/** INTEGER, X.690 8.3, up to 2^53. */
export const integer: BerType<number> = primitive({
  name: 'INTEGER',
  tag: Universal.integer,
  read: (reader, length, isConstructed) => readInteger(reader, length, isConstructed, 'INTEGER'),
  write: writeInteger,
  sample: (random) => Math.floor(random() * 2 ** Math.floor(random() * 31)),
});

/** INTEGER with a range. Outside it, reading notes a deviation and writing fails. */
export function integerBetween(least: number, most: number): BerType<number> {
  return constrained(integer, {
    code: 'integer-range',
    explain: (value) =>
      Number.isSafeInteger(value) && value >= least && value <= most
        ? undefined
        : `expected a whole number from ${least} to ${most}, found ${value}`,
    sample: (random) => least + Math.floor(random() * (most - least + 1)),
  });
}

/**
 * ENUMERATED with names, X.690 8.4. A number without a name is kept as a number: reading notes a deviation, writing lets
 * it pass, so that an unknown code survives.
 */
export function enumerated<const Names extends Readonly<Record<string, number>>>(
  name: string,
  names: Names,
): BerType<(keyof Names & string) | number> & { readonly names: Names } {
  type Value = (keyof Names & string) | number;
  const nameOf = new Map<number, keyof Names & string>(
    Object.entries(names).map(([word, number]) => [number, word]),
  );
  const numberOf = new Map<unknown, number>(Object.entries(names));
  const words = Object.keys(names) as (keyof Names & string)[];
  const type = primitive<Value>({
    name,
    tag: Universal.enumerated,
    read(reader, length, isConstructed) {
      const number = readInteger(reader, length, isConstructed, name);
      const word = nameOf.get(number);
      if (word !== undefined) return word;
      reader.deviate(
        'unknown-enum-value',
        `${name} has no value ${number}`,
        undefined,
        reader.position - length,
      );
      return number;
    },
    write(writer, value) {
      const number = typeof value === 'number' ? value : numberOf.get(value);
      if (number === undefined) {
        return writer.fail(
          'invalid-value',
          `expected one of ${words.join(', ')} or a number, found ${JSON.stringify(value)}`,
        );
      }
      writeInteger(writer, number);
    },
    sample: (random) => words[Math.floor(random() * words.length)] as Value,
  });
  return { ...type, names };
}
