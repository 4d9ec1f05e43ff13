import { isInterlendError } from '@interlend/core';
import {
  type BerType,
  indefinite,
  integer,
  Reader,
  type TagKey,
  tagKey,
  tagNumber,
  Universal,
  writeBer,
} from '@interlend/wire/ber';
import { illLimits } from './limits.js';
import { type ApduName, ApduNumbers } from './messages/enumerations.js';
import { SystemId } from './messages/system-id.js';
import { ServiceDateTime, TransactionId } from './messages/types.js';

/** What could be read of the elements that every APDU begins with. */
export interface SalvagedHead {
  /** The number in the outer tag, whether an APDU has it or not. */
  readonly apduNumber?: number;
  readonly apdu?: ApduName;
  readonly protocolVersionNum?: number;
  readonly transactionId?: TransactionId;
  readonly serviceDateTime?: ServiceDateTime;
  readonly requesterId?: SystemId;
  readonly responderId?: SystemId;
}

type MutableHead = { -readonly [Key in keyof SalvagedHead]: SalvagedHead[Key] };

const nameOf = new Map<number, ApduName>(
  Object.entries(ApduNumbers).map(([name, number]) => [number, name as ApduName]),
);

/** Elements looked at before giving up: more than any APDU has. */
const mostElements = 64;

/**
 * Reads what can be read of the head of an APDU that does not decode: an error report needs its transaction-id. Never
 * throws, and gives only what can be written again. Lengths that reach beyond the input are cut; each element stands for
 * itself, so that one that is broken does not hide the others.
 *
 * ```ts
 * import { decode, encode, salvage } from '@interlend/iso-ill';
 *
 * const bytes = encode({
 *   apdu: 'Checked-In',
 *   protocolVersionNum: 2,
 *   transactionId: { transactionGroupQualifier: 'G-1', transactionQualifier: 'Q-1' },
 *   serviceDateTime: { dateTimeOfThisService: { date: '20240203' } },
 *   dateCheckedIn: '20240203',
 * });
 * console.log(salvage(bytes.subarray(0, bytes.length - 4)).transactionId?.transactionQualifier);
 * ```
 */
export function salvage(bytes: Uint8Array): SalvagedHead {
  const head: MutableHead = {};
  const outer = readHeaderAt(bytes, 0, bytes.length);
  if (!outer || outer.tag !== tagKey('application', tagNumber(outer.tag))) return head;
  head.apduNumber = tagNumber(outer.tag);
  const apdu = nameOf.get(head.apduNumber);
  if (apdu !== undefined) head.apdu = apdu;

  const inner = readHeaderAt(bytes, outer.contents, outer.end);
  const { contents, end } = inner?.tag === Universal.sequence ? inner : outer;
  let at = contents;
  for (let seen = 0; seen < mostElements; seen++) {
    const element = readHeaderAt(bytes, at, end);
    if (!element) break;
    takeElement(head, element.tag, bytes.subarray(at, element.end));
    at = element.end;
  }
  return head;
}

/** Keeps an element of clause 9 that every APDU has; the first of its tag counts. */
function takeElement(head: MutableHead, tag: TagKey, octets: Uint8Array): void {
  switch (tag) {
    case tagKey('context', 0):
      keep(head, 'protocolVersionNum', readElement(integer, octets));
      break;
    case tagKey('context', 1):
      keep(head, 'transactionId', readElement(TransactionId, octets));
      break;
    case tagKey('context', 2):
      keep(head, 'serviceDateTime', readElement(ServiceDateTime, octets));
      break;
    case tagKey('context', 3):
      keep(head, 'requesterId', readElement(SystemId, octets));
      break;
    case tagKey('context', 4):
      keep(head, 'responderId', readElement(SystemId, octets));
      break;
    default:
  }
}

function keep<Key extends keyof MutableHead>(head: MutableHead, key: Key, value: MutableHead[Key]): void {
  if (value !== undefined && head[key] === undefined) head[key] = value;
}

interface Place {
  readonly tag: TagKey;
  readonly contents: number;
  /** Behind the value, or the end of what contains it when the value says it is longer. */
  readonly end: number;
}

/** The header at `at`, if there is one. The end of a value of indefinite length is looked for. */
function readHeaderAt(bytes: Uint8Array, at: number, end: number): Place | undefined {
  const octets = bytes.subarray(at, end);
  const header = parseHeader(octets);
  if (!header) return undefined;
  const { tag, headerOctets, length } = header;
  const whole = length === indefinite ? lengthOfIndefinite(octets) : headerOctets + length;
  return { tag, contents: at + headerOctets, end: at + Math.min(whole, octets.length) };
}

/** Identifier and length octets, X.690 8.1.2 and 8.1.3, without asking whether the contents are there. */
function parseHeader(
  octets: Uint8Array,
): { readonly tag: TagKey; readonly headerOctets: number; readonly length: number } | undefined {
  const [first] = octets;
  if (first === undefined) return undefined;
  const tagClass = (['universal', 'application', 'context', 'private'] as const)[first >> 6] ?? 'private';
  let number = first & 0x1f;
  let at = 1;
  if (number === 31) {
    number = 0;
    let octet: number | undefined;
    do {
      octet = octets[at++];
      if (octet === undefined || at > 4) return undefined;
      number = number * 128 + (octet & 0x7f);
    } while (octet & 0x80);
  }
  const tag = tagKey(tagClass, number);
  const short = octets[at++];
  if (short === undefined) return undefined;
  if (short < 0x80) return { tag, headerOctets: at, length: short };
  if (short === 0x80) return { tag, headerOctets: at, length: indefinite };
  let length = 0;
  for (let count = short & 0x7f; count > 0; count--) {
    const octet = octets[at++];
    if (octet === undefined) return undefined;
    length = Math.min(length * 256 + octet, Number.MAX_SAFE_INTEGER / 512);
  }
  return { tag, headerOctets: at, length };
}

/** Octets of a value of indefinite length with its end marker; all of them when there is no end. */
function lengthOfIndefinite(octets: Uint8Array): number {
  const reader = new Reader(octets, { limits: illLimits });
  try {
    reader.readHeader();
    reader.readRaw(0);
    return reader.position;
  } catch (error) {
    if (isInterlendError(error)) return octets.length;
    throw error;
  }
}

function readElement<Value>(type: BerType<Value>, octets: Uint8Array): Value | undefined {
  const reader = new Reader(octets, { limits: illLimits });
  try {
    reader.readHeader();
    const value = type.readContents(reader, reader.length, reader.isConstructed);
    writeBer(type, value);
    return value;
  } catch (error) {
    if (isInterlendError(error)) return undefined;
    throw error;
  }
}
