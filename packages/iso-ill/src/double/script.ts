import { StateError } from '@interlend/core';
import { fromHex } from '@interlend/wire/ber';
import { encode } from '../codec.js';
import { describe } from '../describe.js';
import type { IllApdu } from '../messages/apdus.js';
import type { ApduName } from '../messages/enumerations.js';
import type { ServiceDateTime } from '../messages/types.js';
import type { OutgoingApdu, ReceivedApdu } from '../received.js';
import type { ConnectionFate } from './line.js';

type HeadElement = 'protocolVersionNum' | 'transactionId' | 'serviceDateTime' | 'requesterId' | 'responderId';
type Templated<Apdu> = Apdu extends IllApdu
  ? Omit<Apdu, HeadElement> & Partial<Pick<Apdu, HeadElement & keyof Apdu>>
  : never;

/** An APDU of which the common first elements may be left out: they are taken from the last APDU of the conversation. */
export type ApduTemplate = Templated<IllApdu>;

/** Part of an APDU: every element that is named must be there with this value. */
export type ExpectedApdu = { readonly apdu: ApduName } & { readonly [element: string]: unknown };

/** Waits for the next APDU, which must be this one. `unreadable` expects octets that are none. */
export interface ExpectStep {
  readonly expect: ApduName | 'unreadable' | ExpectedApdu;
  /** What becomes of the connection that brought it; `keep` when absent. */
  readonly connection?: ConnectionFate;
}

/** One step of a script. Plain JSON. */
export type ScriptStep =
  | ExpectStep
  | { readonly send: ApduTemplate }
  /** Sends octets as they are, given in hex. */
  | { readonly sendHex: string }
  /** Sends once more what was sent last, octet for octet. */
  | { readonly sendAgain: true }
  | { readonly pauseMs: number };

/** @throws StateError when what came is not what the script expects */
export function requireExpected(expected: ExpectStep['expect'], received: ReceivedApdu, step: number): void {
  const name = typeof expected === 'string' ? expected : expected.apdu;
  const found = received.kind === 'apdu' ? describe(received.message) : 'unreadable';
  const isExpected =
    received.kind === 'unreadable'
      ? name === 'unreadable'
      : received.message.apdu === name && (typeof expected === 'string' || holds(received.message, expected));
  if (isExpected) return;
  const wanted = typeof expected === 'string' ? expected : JSON.stringify(expected);
  throw new StateError(`step ${step} of the script expected ${wanted}, came ${found}`, {
    state: `step ${step}`,
    event: found,
    allowed: [wanted],
  });
}

/** Whether everything in `part` is in `whole`. Lists must agree member by member. */
function holds(whole: unknown, part: unknown): boolean {
  if (Array.isArray(part)) {
    return (
      Array.isArray(whole) &&
      whole.length === part.length &&
      part.every((member, at) => holds(whole[at], member))
    );
  }
  if (typeof part === 'object' && part !== null) {
    if (typeof whole !== 'object' || whole === null) return false;
    const elements = new Map(Object.entries(whole));
    return Object.entries(part).every(([key, value]) => holds(elements.get(key), value));
  }
  return whole === part;
}

/** The octets of a template. @throws EncodeError `missing` when there is no APDU to take the first elements from */
export function fillIn(template: ApduTemplate, last: IllApdu | undefined, now: ServiceDateTime): Uint8Array {
  const head = last && {
    protocolVersionNum: last.protocolVersionNum,
    transactionId: last.transactionId,
    ...(last.requesterId && { requesterId: last.requesterId }),
    ...(last.responderId && { responderId: last.responderId }),
  };
  // What is still missing is what `encode` complains about.
  return encode({ serviceDateTime: now, ...head, ...template } as IllApdu);
}

/** @throws StateError when the text is no hex */
export function octetsOfHex(hex: string, step: number): OutgoingApdu {
  const bytes = fromHex(hex);
  if (bytes) return bytes;
  throw new StateError(`step ${step} of the script has no hexadecimal digits`, {
    state: `step ${step}`,
    event: 'sendHex',
    allowed: ['hexadecimal digits'],
  });
}
