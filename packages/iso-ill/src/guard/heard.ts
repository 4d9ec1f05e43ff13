import type { IllApdu } from '../messages/apdus.js';
import { momentText, type Stamp, stampOf } from '../service-time.js';
import type { Service } from '../state-tables.js';
import { type Heard, type IsoIllGuard, type Milestone, mostHeard } from './guard.js';

/** FNV-1a, 32 bits, in hex: enough to tell the handful of APDUs of one day and one transaction apart. */
function digestOf(message: IllApdu): string {
  let hash = 0x811c9dc5;
  for (const character of JSON.stringify(message)) {
    hash = Math.imul(hash ^ (character.codePointAt(0) ?? 0), 0x01000193) >>> 0;
  }
  return hash.toString(16);
}

/** Whether an APDU says of itself that it is a repeat. */
export function isMarkedRepeat(message: IllApdu): boolean {
  return message.serviceDateTime.dateTimeOfOriginalService !== undefined;
}

/**
 * The duplicate key of an APDU: its type and its original (else its own) date-time. Without a time the whole APDU counts,
 * so that two services of one day are not taken for one.
 */
export function keyOf(message: IllApdu): Heard {
  const { dateTimeOfThisService: own, dateTimeOfOriginalService: original } = message.serviceDateTime;
  const moment = original ?? own;
  return {
    apdu: message.apdu,
    at: momentText(moment),
    ...(moment.time === undefined && original === undefined && { digest: digestOf(message) }),
  };
}

function isSame(one: Heard, other: Heard): boolean {
  return (
    one.apdu === other.apdu &&
    one.at === other.at &&
    (one.digest === undefined || other.digest === undefined || one.digest === other.digest)
  );
}

/** The APDU that came before and that this one repeats, word for word or by its original date-time. */
export function findHeard(guard: IsoIllGuard, message: IllApdu): Heard | undefined {
  const key = keyOf(message);
  return guard.heard.find((heard) => isSame(heard, key));
}

const milestones: readonly Milestone[] = ['Cancel', 'Cancel-Reply no', 'Renew-Answer yes'];

/** Remembers an APDU. */
export function remember(
  guard: IsoIllGuard,
  message: IllApdu,
  service: Service,
  isVoid: boolean,
): IsoIllGuard {
  const key: Heard = { ...keyOf(message), ...(isVoid && { isVoid: true }) };
  const others = guard.heard.filter((heard) => !isSame(heard, key));
  const heard = [...others, key].slice(-mostHeard);
  const milestone = milestones.find((name) => name === service);
  const { dateTimeOfThisService: own, dateTimeOfOriginalService: original } = message.serviceDateTime;
  const stamp = stampOf(original ?? own);
  if (milestone === undefined || stamp === undefined) return { ...guard, heard };
  const newest = guard.milestones[milestone];
  return newest !== undefined && newest >= stamp
    ? { ...guard, heard }
    : { ...guard, heard, milestones: { ...guard.milestones, [milestone]: stamp } };
}

/** What a service that came late has lost its meaning to: the other side said this afterwards. */
const voidedBy: Readonly<Partial<Record<Service, Milestone>>> = {
  'ILL-Answer conditional': 'Cancel-Reply no',
  'Conditional-Reply yes': 'Cancel',
  Overdue: 'Renew-Answer yes',
};

/**
 * The milestone that an APDU was overtaken by, if so: connections are separate, and order is not certain. A repeat is said
 * while the state is the one it led to, so its new date-time counts.
 */
export function overtakenBy(guard: IsoIllGuard, message: IllApdu, service: Service): Milestone | undefined {
  const milestone = voidedBy[service];
  if (milestone === undefined) return undefined;
  const passed: Stamp | undefined = guard.milestones[milestone];
  const said = stampOf(message.serviceDateTime.dateTimeOfThisService);
  return passed !== undefined && said !== undefined && said < passed ? milestone : undefined;
}
