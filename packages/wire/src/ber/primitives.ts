import type { RandomSource } from '@interlend/core';
import type { Reader } from './reader.js';
import { formatTag, identifierOctets, type TagKey, Universal } from './tag.js';
import { fromHex, latin1, toHex, utf8 } from './text.js';
import type { BerType } from './type.js';
import type { Writer } from './writer.js';

interface PrimitiveCodec<Value> {
  readonly name: string;
  readonly tag: TagKey;
  read(reader: Reader, length: number, isConstructed: boolean): Value;
  write(writer: Writer, value: Value): void;
  sample(random: RandomSource, budget: number): Value;
}

/** A type with a primitive encoding and a universal tag. */
function primitive<Value>(codec: PrimitiveCodec<Value>): BerType<Value> {
  const identifier = identifierOctets(codec.tag, false);
  return {
    name: codec.name,
    tags: [codec.tag],
    canBeImplicit: true,
    isConstructed: false,
    isEmptyMeaningless: false,
    readContents: codec.read,
    readTagged(reader, headerStart) {
      if (reader.tag !== codec.tag) reader.failTag(`${codec.name} ${formatTag(codec.tag)}`, headerStart);
      return codec.read(reader, reader.length, reader.isConstructed);
    },
    writeContents: codec.write,
    write(writer, value) {
      const before = writer.length;
      codec.write(writer, value);
      writer.prependHeader(identifier, before);
    },
    sample: codec.sample,
  };
}

function requirePrimitive(reader: Reader, name: string, isConstructed: boolean): void {
  if (isConstructed) reader.fail('malformed', `${name} has a constructed encoding`);
}

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
    if (typeof value !== 'boolean') writer.fail('invalid-value', `expected true or false, found ${typeof value}`);
    writer.prependOctet(value ? writer.trueOctet : 0);
  },
  sample: (random) => random() < 0.5,
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
  if (!Number.isSafeInteger(value)) writer.fail('invalid-value', `expected a whole number, found ${String(value)}`);
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

/** OBJECT IDENTIFIER in dotted notation, X.690 8.19. */
export const objectIdentifier: BerType<string> = primitive({
  name: 'OBJECT IDENTIFIER',
  tag: Universal.objectIdentifier,
  read(reader, length, isConstructed) {
    requirePrimitive(reader, 'OBJECT IDENTIFIER', isConstructed);
    const { bytes } = reader;
    const end = reader.position + length;
    if (length === 0 || (bytes[end - 1] as number) & 0x80) reader.fail('malformed', 'OBJECT IDENTIFIER ends within an arc');
    let text = '';
    let arc = 0;
    for (let at = reader.position; at < end; at++) {
      const octet = bytes[at] as number;
      arc = arc * 128 + (octet & 0x7f);
      if (arc > Number.MAX_SAFE_INTEGER) reader.fail('limit', 'arc of an OBJECT IDENTIFIER beyond 2^53');
      if (octet & 0x80) continue;
      if (text === '') {
        const root = Math.min(2, Math.floor(arc / 40));
        text = `${root}.${arc - root * 40}`;
      } else {
        text += `.${arc}`;
      }
      arc = 0;
    }
    reader.position = end;
    return text;
  },
  write(writer, value) {
    if (typeof value !== 'string' || !/^[0-2](\.(0|[1-9]\d{0,14}))+$/.test(value)) {
      writer.fail('invalid-value', `expected an object identifier in dotted notation, found ${JSON.stringify(value)}`);
    }
    const arcs = value.split('.').map(Number);
    const [root = 0, second = 0] = arcs;
    if (root < 2 && second > 39) writer.fail('invalid-value', `second arc of ${value} is larger than 39`);
    for (const arc of [root * 40 + second, ...arcs.slice(2)].reverse()) {
      writer.prependOctet(arc % 128);
      for (let rest = Math.floor(arc / 128); rest > 0; rest = Math.floor(rest / 128)) writer.prependOctet(0x80 | (rest % 128));
    }
  },
  sample: (random) => `1.0.10161.${Math.floor(random() * 300)}.${Math.floor(random() * 20000)}`,
});

/**
 * ENUMERATED with names, X.690 8.4. A number without a name is kept as a number: reading notes a deviation, writing lets
 * it pass, so that an unknown code survives.
 */
export function enumerated<const Names extends Readonly<Record<string, number>>>(
  name: string,
  names: Names,
): BerType<(keyof Names & string) | number> {
  type Value = (keyof Names & string) | number;
  const nameOf = new Map<number, keyof Names & string>(Object.entries(names).map(([word, number]) => [number, word]));
  const numberOf = new Map<unknown, number>(Object.entries(names));
  const words = Object.keys(names) as (keyof Names & string)[];
  return primitive<Value>({
    name,
    tag: Universal.enumerated,
    read(reader, length, isConstructed) {
      const number = readInteger(reader, length, isConstructed, name);
      const word = nameOf.get(number);
      if (word !== undefined) return word;
      reader.deviate('unknown-enum-value', `${name} has no value ${number}`, undefined, reader.position - length);
      return number;
    },
    write(writer, value) {
      const number = typeof value === 'number' ? value : numberOf.get(value);
      if (number === undefined) {
        return writer.fail('invalid-value', `expected one of ${words.join(', ')} or a number, found ${JSON.stringify(value)}`);
      }
      writeInteger(writer, number);
    },
    sample: (random) => words[Math.floor(random() * words.length)] as Value,
  });
}

/**
 * Octets of a string at the reader's position. Segments of a constructed string are joined (X.690 8.23.6).
 * `decode` gets the octets and their bounds.
 */
export function readString<Value>(
  reader: Reader,
  length: number,
  isConstructed: boolean,
  decode: (reader: Reader, bytes: Uint8Array, start: number, end: number) => Value,
): Value {
  if (!isConstructed) {
    if (length > reader.limits.stringOctets) failLongString(reader, length);
    const start = reader.position;
    const end = start + length;
    const value = decode(reader, reader.bytes, start, end);
    reader.position = end;
    return value;
  }
  const segments: number[] = [];
  collectSegments(reader, length, segments);
  return decode(reader, Uint8Array.from(segments), 0, segments.length);
}

function failLongString(reader: Reader, length: number): never {
  reader.fail('limit', `string of ${length} octets is longer than the limit of ${reader.limits.stringOctets}`);
}

function collectSegments(reader: Reader, length: number, into: number[]): void {
  const outer = reader.enter(length);
  while (reader.hasMore(length)) {
    const start = reader.position;
    reader.readHeader();
    if (reader.tag >> 21 !== 0) reader.failTag('a segment of a string', start);
    if (reader.isConstructed) {
      collectSegments(reader, reader.length, into);
    } else {
      if (into.length + reader.length > reader.limits.stringOctets) failLongString(reader, into.length + reader.length);
      for (let left = reader.length; left > 0; left--) into.push(reader.bytes[reader.position++] as number);
    }
  }
  reader.leave(outer);
}

const asciiText = (reader: Reader, bytes: Uint8Array, start: number, end: number, name: string): string => {
  let text = '';
  for (let at = start; at < end; at++) {
    const octet = bytes[at] as number;
    if (octet < 0x20 || octet > 0x7e) {
      reader.deviate('string-character', `${name} holds octet ${octet}, expected printable ASCII`);
      return utf8(bytes, start, end) ?? latin1(bytes, start, end);
    }
    text += String.fromCharCode(octet);
  }
  return text;
};

function asciiString(name: string, tag: TagKey, samples: string): BerType<string> {
  return primitive({
    name,
    tag,
    read: (reader, length, isConstructed) =>
      readString(reader, length, isConstructed, (_, bytes, start, end) => asciiText(reader, bytes, start, end, name)),
    write(writer, value) {
      if (typeof value !== 'string') writer.fail('invalid-value', `expected text, found ${typeof value}`);
      for (let index = 0; index < value.length; index++) {
        const unit = value.charCodeAt(index);
        if (unit < 0x20 || unit > 0x7e) {
          writer.fail('unsayable-character', `${name} cannot say character ${JSON.stringify(value[index])}`);
        }
      }
      writer.prependLatin1(value);
    },
    sample: (random) => sampleText(random, samples, Math.floor(random() * 12)),
  });
}

/** `length` random characters of `alphabet`. */
export function sampleText(random: RandomSource, alphabet: string, length: number): string {
  let text = '';
  for (let count = 0; count < length; count++) text += alphabet[Math.floor(random() * alphabet.length)];
  return text;
}

/** VisibleString: printable ASCII. */
export const visibleString: BerType<string> = asciiString('VisibleString', Universal.visibleString, 'abcXYZ019 .,-');
/** PrintableString: letters, digits and a few marks, X.680 41.4. */
export const printableString: BerType<string> = asciiString('PrintableString', Universal.printableString, 'abcXYZ019 .,');

/** What a constraint adds to a type. */
export interface Constraint<Value> {
  /** Code of the deviation. */
  readonly code: string;
  readonly clause?: string;
  /** What is wrong with a value, or `undefined`. */
  readonly explain: (value: Value) => string | undefined;
  /** Random values that satisfy the constraint. */
  readonly sample: (random: RandomSource, budget: number) => Value;
  /** False where values that break the rule are written as they are, because the field has outgrown the rule. */
  readonly isEnforcedOnWrite?: boolean;
}

/** A type with a rule on its values: breaking it is a deviation when reading, an error when writing. */
export function constrained<Value>(type: BerType<Value>, constraint: Constraint<Value>): BerType<Value> {
  const check = (reader: Reader, value: Value, start: number): Value => {
    const complaint = constraint.explain(value);
    if (complaint !== undefined) reader.deviate(constraint.code, complaint, constraint.clause, start);
    return value;
  };
  const require = (writer: Writer, value: Value): void => {
    const complaint = constraint.isEnforcedOnWrite === false ? undefined : constraint.explain(value);
    if (complaint !== undefined) writer.fail('invalid-value', complaint);
  };
  return {
    ...type,
    readContents(reader, length, isConstructed) {
      const start = reader.position;
      return check(reader, type.readContents(reader, length, isConstructed), start);
    },
    readTagged: (reader, headerStart) => check(reader, type.readTagged(reader, headerStart), headerStart),
    writeContents(writer, value) {
      type.writeContents(writer, value);
      require(writer, value);
    },
    write(writer, value) {
      type.write(writer, value);
      require(writer, value);
    },
    sample: constraint.sample,
  };
}

/** Octets as hexadecimal digits: OCTET STRING. */
export const octetString: BerType<string> = primitive({
  name: 'OCTET STRING',
  tag: Universal.octetString,
  read: (reader, length, isConstructed) =>
    readString(reader, length, isConstructed, (_, bytes, start, end) => toHex(bytes.subarray(start, end))),
  write: (writer, value) => {
    writer.prepend(requireHex(writer, value));
  },
  sample: (random) => sampleText(random, '0123456789abcdef', 2 * Math.floor(random() * 6)),
});

function requireHex(writer: Writer, value: string): Uint8Array {
  const bytes = typeof value === 'string' ? fromHex(value) : undefined;
  if (!bytes) writer.fail('invalid-value', 'expected hexadecimal digits');
  return bytes;
}

/** A bit string as hexadecimal digits; the first octet counts the unused bits at the end (X.690 8.6.2). */
export const bitString: BerType<string> = {
  ...octetString,
  name: 'BIT STRING',
  tags: [Universal.bitString],
  sample: (random) => `00${sampleText(random, '0123456789abcdef', 2 * Math.floor(random() * 6))}`,
};

/**
 * Any one value, kept as its octets in hex. Lengths of the indefinite form are replaced by definite ones, all else stays
 * as it came.
 */
export const anyValue: BerType<string> = {
  name: 'ANY',
  tags: [],
  canBeImplicit: false,
  isConstructed: true,
  isEmptyMeaningless: false,
  readContents: (reader, length) => {
    const outer = reader.enter(length);
    const start = reader.position;
    reader.readHeader();
    const raw = reader.readRaw(start);
    reader.finish(length, outer);
    return raw;
  },
  readTagged: (reader, headerStart) => reader.readRaw(headerStart),
  writeContents: (writer, value) => anyValue.write(writer, value),
  write(writer, value) {
    writer.prepend(requireHex(writer, value));
  },
  sample: (random) =>
    random() < 0.5
      ? `04${['00', '0141', '024142'][Math.floor(random() * 3)]}`
      : '30080201051b03616263',
};

