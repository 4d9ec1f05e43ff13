import type { Profile } from '@interlend/core';
import type { SayingRules } from '../mapping/from-event.js';
import type { ApduName } from '../messages/enumerations.js';
import type { answerValues } from '../state-tables.js';

/** An APDU, with the transaction-results where it is an ILL-Answer. */
export type PartnerApdu = Exclude<ApduName, 'ILL-Answer'> | `ILL-Answer ${(typeof answerValues)[number]}`;

/** What a partner is known to say, as borrower and as lender. */
export interface PartnerApdus {
  readonly borrower: readonly PartnerApdu[];
  readonly lender: readonly PartnerApdu[];
}

/** Everything in which partners differ. */
export interface IsoIllRules extends SayingRules {
  /** protocol-version-num to begin with. An answer has the version of the request. */
  readonly version: 1 | 2;
  /** How APDUs travel: one-way connections (`1611`) or both ways on one connection (`499`). */
  readonly transport: '1611' | '499';
  /** TCP port where the partner's record names no other. */
  readonly port: number;
  /** Octet for TRUE. */
  readonly trueOctet: number;
  /** Whether elements that have their default value are written. */
  readonly defaults: 'omit' | 'keep' | 'write';
  /** How APDUs that the state tables do not list are taken. */
  readonly tolerance: 'strict' | 'lenient';
  /** How the symbols of this partner look, for people who set it up. */
  readonly symbols: string;
  /** APDUs that the partner is documented to send. What it sends is what it knows: others may be lost on it. */
  readonly says: PartnerApdus;
  /** What happens to a request that requires a message which this side cannot send. */
  readonly unmetRequirement: 'propose' | 'automatic';
}

/** A partner's profile. */
export type IsoIllProfile = Profile<IsoIllRules>;
