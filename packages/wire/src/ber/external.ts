import type { RandomSource } from '@interlend/core';
import { DecodeError } from '@interlend/core';
import { integer } from './numbers.js';
import { objectIdentifier } from './object-identifier.js';
import { anyValue, bitString, octetString } from './octets.js';
import { indefinite, type Reader } from './reader.js';
import { visibleString } from './strings.js';
import { formatTag, identifierOctets, type TagKey, tagKey, Universal } from './tag.js';
import type { AnyBerType, BerType } from './type.js';
import type { Writer } from './writer.js';

/** A type whose values travel inside EXTERNAL. */
export interface RegisteredExternal {
  /** Key under which a decoded value stands in {@link External.content}. */
  readonly name: string;
  readonly objectIdentifier: string;
  readonly type: AnyBerType;
}

/** The registered types by object identifier. Open: {@link createExternalRegistry} takes any list. */
export type ExternalRegistry = ReadonlyMap<string, RegisteredExternal>;

/** Makes a registry. A later entry replaces an earlier one with the same object identifier. */
export function createExternalRegistry(entries: Iterable<RegisteredExternal>): ExternalRegistry {
  return new Map(Array.from(entries, (entry) => [entry.objectIdentifier, entry]));
}

/** The contents of an EXTERNAL whose object identifier is not registered, as hexadecimal digits. */
export type RawExternalContent =
  | { readonly singleAsn1Type: string }
  | { readonly octetAligned: string }
  /** The first octet counts the unused bits at the end. */
  | { readonly arbitrary: string };

/** A value of a type defined elsewhere, X.690 8.18. `Known` are the contents that the registry in use decodes. */
export interface External<Known = never> {
  readonly directReference?: string;
  readonly indirectReference?: number;
  readonly dataValueDescriptor?: string;
  readonly content: Known | RawExternalContent;
}

const Arms = {
  singleAsn1Type: tagKey('context', 0),
  octetAligned: tagKey('context', 1),
  arbitrary: tagKey('context', 2),
} as const;

/** Tags of the elements in their order; the three forms of the value share the last place. */
const placeOf: ReadonlyMap<TagKey, number> = new Map([
  [Universal.objectIdentifier, 0],
  [Universal.integer, 1],
  [Universal.objectDescriptor, 2],
  [Arms.singleAsn1Type, 3],
  [Arms.octetAligned, 3],
  [Arms.arbitrary, 3],
]);

const identifier = identifierOctets(Universal.external, true);
const singleAsn1TypeHeader = identifierOctets(Arms.singleAsn1Type, true);
const octetAlignedHeader = identifierOctets(Arms.octetAligned, false);
const arbitraryHeader = identifierOctets(Arms.arbitrary, false);

/** EXTERNAL. Values of registered types are decoded, others kept as octets. */
export function external<Known = never>(): BerType<External<Known>> {
  const type: BerType<External<Known>> = {
    name: 'EXTERNAL',
    tags: [Universal.external],
    canBeImplicit: true,
    isConstructed: true,
    isEmptyMeaningless: false,
    readContents: (reader, length, isConstructed) =>
      readExternal(reader, length, isConstructed) as External<Known>,
    readTagged(reader, headerStart) {
      if (reader.tag !== Universal.external) reader.failTag('EXTERNAL [UNIVERSAL 8]', headerStart);
      return type.readContents(reader, reader.length, reader.isConstructed);
    },
    writeContents(writer, value) {
      if (typeof value !== 'object' || value === null) {
        writer.fail(
          'invalid-value',
          `expected an object for EXTERNAL, found ${value === null ? 'null' : typeof value}`,
        );
      }
      writeContent(writer, value as External<object>);
      if (value.dataValueDescriptor !== undefined) {
        const before = writer.length;
        visibleString.writeContents(writer, value.dataValueDescriptor);
        writer.prependHeader(identifierOctets(Universal.objectDescriptor, false), before);
      }
      if (value.indirectReference !== undefined) integer.write(writer, value.indirectReference);
      if (value.directReference !== undefined) objectIdentifier.write(writer, value.directReference);
    },
    write(writer, value) {
      const before = writer.length;
      type.writeContents(writer, value);
      writer.prependHeader(identifier, before);
    },
    sample: (random) => sampleExternal(random),
  };
  return type;
}

function sampleExternal(random: RandomSource): External {
  const form = Math.floor(random() * 3);
  return {
    directReference: `1.2.3.${Math.floor(random() * 1000)}`,
    content:
      form === 0
        ? { singleAsn1Type: anyValue.sample(random, 0) }
        : form === 1
          ? { octetAligned: octetString.sample(random, 0) }
          : { arbitrary: bitString.sample(random, 0) },
  };
}

function readExternal(reader: Reader, length: number, isConstructed: boolean): External<object> {
  if (!isConstructed) reader.fail('malformed', 'EXTERNAL has a primitive encoding');
  const outer = reader.enter(length);
  const parts: { directReference?: string; indirectReference?: number; dataValueDescriptor?: string } = {};
  let content: object | undefined;
  let reached = 0;
  while (reader.hasMore(length)) {
    const start = reader.position;
    reader.readHeader();
    const place = placeOf.get(reader.tag);
    if (place === undefined) {
      reader.fail('mistyped', `tag ${formatTag(reader.tag)} has no place in EXTERNAL`, start);
    }
    if (place < reached) {
      reader.fail(
        'badly-structured',
        `${formatTag(reader.tag)} of EXTERNAL stands out of order or twice`,
        start,
      );
    }
    reached = place + 1;
    switch (reader.tag) {
      case Universal.objectIdentifier:
        parts.directReference = objectIdentifier.readTagged(reader, start);
        break;
      case Universal.integer:
        parts.indirectReference = integer.readTagged(reader, start);
        break;
      case Universal.objectDescriptor:
        parts.dataValueDescriptor = visibleString.readContents(reader, reader.length, reader.isConstructed);
        break;
      case Arms.singleAsn1Type:
        content = readSingle(reader, reader.length, reader.isConstructed, parts.directReference);
        break;
      case Arms.octetAligned:
        content = { octetAligned: octetString.readContents(reader, reader.length, reader.isConstructed) };
        break;
      default:
        content = { arbitrary: bitString.readContents(reader, reader.length, reader.isConstructed) };
    }
  }
  if (content === undefined) reader.fail('badly-structured', 'EXTERNAL without a value');
  reader.leave(outer);
  return { ...parts, content };
}

function readSingle(
  reader: Reader,
  length: number,
  isConstructed: boolean,
  reference: string | undefined,
): object {
  if (!isConstructed) reader.fail('malformed', 'single-ASN1-type of EXTERNAL has a primitive encoding');
  const entry = reference === undefined ? undefined : reader.externals?.get(reference);
  const mark = reader.mark();
  if (entry) {
    try {
      reader.path[reader.pathDepth++] = entry.name;
      const outer = reader.enter(length);
      const start = reader.position;
      reader.readHeader();
      const value: unknown = entry.type.readTagged(reader, start);
      reader.finish(length, outer);
      reader.pathDepth--;
      return { [entry.name]: value };
    } catch (cause) {
      if (!(cause instanceof DecodeError) || cause.code === 'limit' || reader.isStrict) throw cause;
      reader.goBack(mark);
      reader.deviate(
        'unreadable-external',
        `value of ${reference} does not have the registered type: ${cause.message}`,
      );
    }
  }
  if (length === indefinite || length > 0)
    return { singleAsn1Type: anyValue.readContents(reader, length, true) };
  reader.fail('malformed', 'single-ASN1-type of EXTERNAL without a value');
}

function writeContent(writer: Writer, value: External<object>): void {
  const [[key, content] = [], ...others] = Object.entries(value.content ?? {}) as [string, unknown][];
  if (key === undefined || others.length > 0) {
    writer.fail('invalid-value', 'content of EXTERNAL must have exactly one key');
  }
  const before = writer.length;
  switch (key) {
    case 'singleAsn1Type':
      anyValue.write(writer, content as string);
      writer.prependHeader(singleAsn1TypeHeader, before);
      return;
    case 'octetAligned':
      octetString.writeContents(writer, content as string);
      writer.prependHeader(octetAlignedHeader, before);
      return;
    case 'arbitrary':
      bitString.writeContents(writer, content as string);
      writer.prependHeader(arbitraryHeader, before);
      return;
  }
  const entry =
    value.directReference === undefined ? undefined : writer.externals?.get(value.directReference);
  if (entry?.name !== key) {
    writer.fail(
      'invalid-value',
      `content ${key} does not belong to ${value.directReference ?? 'an EXTERNAL without directReference'}`,
    );
  }
  writer.path[writer.pathDepth++] = key;
  entry.type.write(writer, content);
  writer.pathDepth--;
  writer.prependHeader(singleAsn1TypeHeader, before);
}
