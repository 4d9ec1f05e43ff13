import type { Decoded, Framer, RandomSource } from '@interlend/core';
import {
  type BerLimits,
  type BerType,
  createBerFramer,
  type ExternalRegistry,
  Reader,
  type TagKey,
  tagKey,
  tagNumber,
  wrapped,
  writeBer,
} from '@interlend/wire/ber';
import { firstApduOctets, illLimits } from './limits.js';
import { Apdus, type IllApdu } from './messages/apdus.js';
import { type ApduName, ApduNumbers } from './messages/enumerations.js';
import { defaultExternalRegistry } from './messages/registered-externals.js';

/** How to read APDUs. */
export interface DecodeOptions {
  /** Turns the first deviation into a `DecodeError`. */
  readonly isStrict?: boolean;
  readonly limits?: Partial<BerLimits>;
  /** Types of the values inside EXTERNAL; the twenty registered ones when absent. */
  readonly externals?: ExternalRegistry;
}

/** How to write APDUs. */
export interface EncodeOptions {
  /** `keep` (default) writes an element that has its default value when it is present, `omit` never, `write` always. */
  readonly defaults?: 'keep' | 'omit' | 'write';
  /** Octet for TRUE: 255 (default), or 1 as libyaz writes it. */
  readonly trueOctet?: number;
  readonly externals?: ExternalRegistry;
}

type AnyApdu = BerType<IllApdu>;

const tables = Apdus as unknown as readonly AnyApdu[];
const names = Object.keys(ApduNumbers) as ApduName[];
const byTag = new Map<TagKey, { readonly name: ApduName; readonly table: AnyApdu }>(
  names.map((name, index) => [tagKey('application', index + 1), { name, table: tables[index] as AnyApdu }]),
);
const byName = new Map<string, AnyApdu>(
  names.map((name, index) => [name, wrapped(tagKey('application', index + 1), tables[index] as AnyApdu)]),
);

/** Identifier of the first element of every APDU, protocol-version-num `[0]`. */
const versionOctet = 0x80;

function canBeginApdu(octet: number): boolean {
  return octet >= firstApduOctets.least && octet <= firstApduOctets.most;
}

/**
 * Reads exactly one APDU.
 *
 * Reading is lenient: departures from ISO 10161-1 that are known from the field are listed, unknown elements and codes
 * are kept. With `isStrict` the first departure is an error.
 *
 * @throws DecodeError `incomplete` when octets are missing, `not-a-message` when the first octet cannot begin an APDU,
 * `unrecognized-message` for an APDU number beyond 20, `trailing-data` when octets follow
 */
export function decode(bytes: Uint8Array, options: DecodeOptions = {}): Decoded<IllApdu> {
  const reader = new Reader(bytes, {
    isStrict: options.isStrict ?? false,
    limits: options.limits ?? illLimits,
    externals: options.externals ?? defaultExternalRegistry,
  });
  const [first] = bytes;
  if (first !== undefined && !canBeginApdu(first)) {
    reader.fail(
      'not-a-message',
      `expected an octet from 61 to 7e to begin an APDU, found ${first.toString(16).padStart(2, '0')}`,
    );
  }
  reader.readHeader();
  const apdu = byTag.get(reader.tag);
  if (!apdu) return reader.fail('unrecognized-message', `no APDU has the number ${tagNumber(reader.tag)}`, 0);
  reader.path[reader.pathDepth++] = apdu.name;
  const message = readApdu(reader, apdu.table, reader.length);
  if (reader.position < bytes.length) {
    reader.fail(
      'trailing-data',
      `${bytes.length - reader.position} octets follow where the APDU is complete`,
    );
  }
  const newer = elementOfVersionTwo(message);
  if (newer !== undefined)
    reader.deviate('version-2-element', `${newer} in an APDU of version 1`, 'ISO 10161-1 Amd 1', 0);
  return { message, deviations: reader.deviations };
}

function readApdu(reader: Reader, table: AnyApdu, length: number): IllApdu {
  if (reader.bytes[reader.position] === versionOctet && length !== 0) {
    reader.deviate(
      'apdu-without-sequence',
      'no SEQUENCE header inside the APPLICATION tag',
      'ISO 10161-1 clause 9',
    );
    return table.readContents(reader, length, true);
  }
  const outer = reader.enter(length);
  const start = reader.position;
  reader.readHeader();
  const message = table.readTagged(reader, start);
  reader.finish(length, outer);
  return message;
}

/**
 * Reads the APDUs that stand back to back in `bytes`.
 *
 * @throws DecodeError as {@link decode}; offsets count from the start of the APDU concerned
 */
export function decodeAll(bytes: Uint8Array, options: DecodeOptions = {}): readonly Decoded<IllApdu>[] {
  const framer = createFramer(options.limits);
  const frames = framer.push(bytes);
  framer.end();
  return frames.map((frame) => decode(frame, options));
}

/**
 * Writes an APDU: definite lengths, fewest octets, elements in the order of the standard.
 *
 * @throws EncodeError with the path of the element that cannot be said
 */
export function encode(message: IllApdu, options: EncodeOptions = {}): Uint8Array {
  return writeBer(ApduChoice, message, { externals: defaultExternalRegistry, ...options });
}

/** All APDUs as one type, told apart by `apdu`. */
const ApduChoice: BerType<IllApdu> = {
  name: 'ILL-APDU',
  tags: [...byTag.keys()],
  canBeImplicit: false,
  isConstructed: true,
  isEmptyMeaningless: false,
  readContents: (reader, length) => readApdu(reader, tables[0] as AnyApdu, length),
  readTagged: (reader) =>
    readApdu(reader, byTag.get(reader.tag)?.table ?? (tables[0] as AnyApdu), reader.length),
  writeContents: (writer, message) => ApduChoice.write(writer, message),
  write(writer, message) {
    const table = byName.get(message?.apdu);
    if (!table) {
      return writer.fail(
        'invalid-value',
        `expected apdu to be one of ${names.join(', ')}, found ${JSON.stringify(message?.apdu)}`,
      );
    }
    writer.path[writer.pathDepth++] = message.apdu;
    // Only what was written is known to have the shape of its type.
    table.write(writer, message);
    const newer = elementOfVersionTwo(message);
    if (newer !== undefined) writer.fail('invalid-value', `${newer} in an APDU of version 1`);
  },
  sample: (random) => randomApdu(random),
};

/** The path of an element that needs version 2 in an APDU that says version 1. */
function elementOfVersionTwo(message: IllApdu): string | undefined {
  if (message.protocolVersionNum !== 1) return undefined;
  switch (message.apdu) {
    case 'ILL-Request':
      return message.deliveryService && 'electronicDelivery' in message.deliveryService
        ? 'deliveryService.electronicDelivery'
        : undefined;
    case 'Shipped':
      return message.supplyDetails.shippedVia && 'electronicDelivery' in message.supplyDetails.shippedVia
        ? 'supplyDetails.shippedVia.electronicDelivery'
        : undefined;
    case 'ILL-Answer': {
      const { resultsExplanation: arm } = message;
      return arm && 'conditionalResults' in arm && arm.conditionalResults.proposedDeliveryService
        ? 'resultsExplanation.conditionalResults.proposedDeliveryService'
        : undefined;
    }
    case 'Damaged':
      return message.damagedDetails ? 'damagedDetails' : undefined;
    default:
      return undefined;
  }
}

/** A random valid APDU made from the tables; `name` picks its kind. */
export function randomApdu(random: RandomSource, name?: ApduName): IllApdu {
  const index = name === undefined ? Math.floor(random() * tables.length) : ApduNumbers[name] - 1;
  const message = (tables[index] as AnyApdu).sample(random, 6);
  return elementOfVersionTwo(message) === undefined ? message : { ...message, protocolVersionNum: 2 };
}

/**
 * Cuts a stream into APDUs; an octet that cannot begin one is an error at once. Numbers 21 to 30, which no APDU has, are
 * let through, so that their sender can be told.
 */
export function createFramer(limits: Partial<BerLimits> = illLimits): Framer {
  return createBerFramer({ limits, acceptsFirstOctet: canBeginApdu });
}
