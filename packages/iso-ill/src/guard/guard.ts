import type { GuardStep, Opening, ServiceType } from '@interlend/core';
import type { WireRow } from '../machine.js';
import { fromParty } from '../mapping/words.js';
import type { IllApdu, Shipped } from '../messages/apdus.js';
import type { ApduName } from '../messages/enumerations.js';
import type { SystemId } from '../messages/system-id.js';
import type {
  DateTime,
  HistoryReport,
  ItemId,
  RequesterOptionalMessages,
  ResponderOptionalMessages,
  TransactionId,
  UserErrorReport,
} from '../messages/types.js';
import type { Stamp } from '../service-time.js';
import type { Service, WireRole, WireState } from '../state-tables.js';

/** An APDU that came, by what a repeat of it has in common with it. */
export interface Heard {
  readonly apdu: ApduName;
  /** date-time-of-original-service, else date-time-of-this-service. */
  readonly at: string;
  /** Of the whole APDU; only where it named no time, since a day alone does not tell two services apart. */
  readonly digest?: string;
  /** It had no effect when it came: an explicit repeat of it may still have one. */
  readonly isVoid?: true;
}

/** A service this side asked for. */
export interface Spoken {
  /** date-time-of-this-service when it was first said. */
  readonly at: DateTime;
  readonly service: Service;
  /** Kept where the other side may be owed it a second time. */
  readonly message?: IllApdu;
}

/** What the ILL-Request said that later APDUs are compared with. */
export interface RequestMade {
  /** Its original service date-time. */
  readonly at: DateTime;
  readonly item: ItemId;
  readonly services: readonly (string | number)[];
}

/** Services after which an older one that arrives late says nothing any more. */
export type Milestone = 'Cancel' | 'Cancel-Reply no' | 'Renew-Answer yes';

/**
 * One transaction at its wire, ISO 10161-1: what may be said now, what is a repeat, what is owed. Plain JSON, stored with
 * the transaction. Where the loan stands for the desk is not in here.
 */
export interface IsoIllGuard {
  readonly role: WireRole;
  readonly state: WireState;
  /** protocol-version-num of what is sent. */
  readonly version: 1 | 2;
  /** Echoed as it came: with the same string types and the same presence of initial-requester-id. */
  readonly transactionId: TransactionId;
  readonly requesterId?: SystemId;
  readonly responderId?: SystemId;
  /** What was shipped or received, else what was asked for first. */
  readonly service: ServiceType;
  readonly shippedServiceType?: Shipped['shippedServiceType'];
  readonly request?: RequestMade;
  /** Responder: whether it sent Shipped. */
  readonly isShippedSaid?: true;
  /** Responder: it has no state for a Received or a Returned. */
  readonly isReceivedSeen?: true;
  readonly isReturnedSeen?: true;
  /** Requester: it has no state for a Checked-In. */
  readonly isCheckedInSeen?: true;
  /** Responder: whether the request permits FORWARD. */
  readonly mayForward?: true;
  /** Where the request was passed on to: by this side as responder, by the other side as requester. */
  readonly forwardedTo?: Extract<UserErrorReport, { readonly alreadyForwarded: unknown }>['alreadyForwarded'];
  /** What the other side can and wants to send, and wants to get, of the optional messages. */
  readonly partnerMessages?: RequesterOptionalMessages | ResponderOptionalMessages;
  /** Day (`YYYYMMDD`) at whose end the request expires. */
  readonly expiresOn?: string;
  /** The newest APDUs that came, bounded. */
  readonly heard: readonly Heard[];
  /** When the other side passed the milestones, by its own clock. */
  readonly milestones: Readonly<Partial<Record<Milestone, Stamp>>>;
  /** The last service of each APDU that this side sent. */
  readonly spoken: Readonly<Partial<Record<ApduName, Spoken>>>;
  /** The newest date-time-of-this-service of this side. */
  readonly lastStamp?: Stamp;
  readonly history?: Pick<
    HistoryReport,
    'dateOfLastTransition' | 'mostRecentService' | 'dateOfMostRecentService' | 'transactionResults'
  > & { readonly initiator: WireRole };
  /** Why a person should look before anything more is said; gone when the desk speaks. */
  readonly review?: string;
}

/** {@link GuardStep} with the rows of the state tables that were used, for those who want to know why. */
export interface IsoIllStep<Guard extends IsoIllGuard | undefined = IsoIllGuard>
  extends GuardStep<IllApdu, Guard> {
  readonly rows: readonly WireRow[];
}

/** APDUs remembered to recognise repeats. More than any transaction has; the oldest go first. */
export const mostHeard = 64;

/** Begins a transaction as requester. The request itself is said with `say`. */
export function begin(opening: Opening): IsoIllGuard {
  const requesterId = fromParty({ symbol: opening.borrower });
  return {
    role: 'requester',
    state: 'IDLE',
    version: 2,
    transactionId: {
      initialRequesterId: requesterId,
      transactionGroupQualifier: opening.group,
      transactionQualifier: opening.qualifier,
    },
    requesterId,
    responderId: fromParty({ symbol: opening.lender }),
    service: 'loan',
    heard: [],
    milestones: {},
    spoken: {},
  };
}
