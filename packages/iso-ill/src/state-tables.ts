import type { Evidence } from '@interlend/core';
import type { ApduName } from './messages/enumerations.js';

/** Who a machine stands for, in the standard's words. */
export type WireRole = 'requester' | 'responder';

/** States of the requester's machine, ISO 10161-1 clause 8. */
export const RequesterStates = [
  'IDLE',
  'PENDING',
  'NOT-SUPPLIED',
  'CONDITIONAL',
  'CANCEL-PENDING',
  'CANCELLED',
  'SHIPPED',
  'RECEIVED',
  'RENEW-PENDING',
  'NOT-RECEIVED-OVERDUE',
  'RENEW-OVERDUE',
  'OVERDUE',
  'RECALL',
  'RETURNED',
  'LOST',
] as const;
export type RequesterState = (typeof RequesterStates)[number];

/** States of the responder's machine, ISO 10161-1 clause 8. What the requester received or returned is no state here. */
export const ResponderStates = [
  'IDLE',
  'IN-PROCESS',
  'FORWARD',
  'NOT-SUPPLIED',
  'CONDITIONAL',
  'CANCEL-PENDING',
  'CANCELLED',
  'SHIPPED',
  'RENEW-PENDING',
  'RENEW-OVERDUE',
  'OVERDUE',
  'RECALL',
  'CHECKED-IN',
  'LOST',
] as const;
export type ResponderState = (typeof ResponderStates)[number];

/** A state of either machine. */
export type WireState = RequesterState | ResponderState;

/** How a row is founded: A stated in a public source, B reconstructed, C inferred for crossed, late or repeated APDUs. */
export type Basis = 'A' | 'B' | 'C';

/** The bases in the words of core. */
export const evidenceOf: Readonly<Record<Basis, Evidence>> = {
  A: 'documented',
  B: 'reconstructed',
  C: 'inferred',
};

/** The values of ILL-Answer that the tables know: transaction-results. */
export const answerValues = [
  'conditional',
  'retry',
  'unfilled',
  'locations-provided',
  'will-supply',
  'hold-placed',
  'estimate',
] as const;

/** APDUs that carry an answer yes or no. */
export const yesNoApdus = ['Conditional-Reply', 'Cancel-Reply', 'Renew-Answer'] as const;

/** An APDU and, where the tables tell its values apart, its value: `ILL-Answer unfilled`, `Cancel-Reply no`. */
export type Service =
  | ApduName
  | `ILL-Answer ${(typeof answerValues)[number]}`
  | `${(typeof yesNoApdus)[number]} ${'yes' | 'no'}`;

/**
 * An event of a machine. `out`: the local user asks for a service and an APDU goes out; `in`: an APDU came. A repeat
 * carries date-time-of-original-service.
 */
export type WireEvent =
  | `${'in' | 'out'} ${Service}`
  | `${'in' | 'out'} ${Service} (repeat)`
  /** Passes the request on; the requester gets a Forward-Notification. */
  | 'out FORWARD service'
  | 'timer expiry';

/** One row of a state table. An event without the value that its APDU can have stands for all values. */
export interface TableRow {
  readonly on: WireEvent | 'in any other APDU';
  readonly to: WireState;
  readonly basis: Basis;
  /** p5: the item comes back, that is, the shipped-service-type is loan. */
  readonly requires?: 'p5';
  /** APDU sent as a consequence. */
  readonly sends?: ApduName;
  readonly note?: string;
}

/** The rows of a machine by the state they leave. */
export type RowsByState<State extends WireState> = Readonly<Record<State, readonly TableRow[]>>;

/** Services without influence on the state, possible in every state but IDLE, in both roles and directions. */
export const anyStateServices = ['Message', 'Status-Query', 'Status-Or-Error-Report'] as const;

/** States in which Damaged is possible, in both directions: the tracking phase and what follows it (basis B). */
export const damageStates: Readonly<Record<WireRole, readonly WireState[]>> = {
  requester: [
    'SHIPPED',
    'RECEIVED',
    'RENEW-PENDING',
    'NOT-RECEIVED-OVERDUE',
    'RENEW-OVERDUE',
    'OVERDUE',
    'RECALL',
    'RETURNED',
    'LOST',
  ],
  responder: ['SHIPPED', 'RENEW-PENDING', 'RENEW-OVERDUE', 'OVERDUE', 'RECALL', 'CHECKED-IN', 'LOST'],
};

/** Terminal states. RECEIVED and SHIPPED are terminal for copies. */
export const terminalStates: Readonly<Record<WireRole, readonly WireState[]>> = {
  requester: ['NOT-SUPPLIED', 'CANCELLED', 'RETURNED', 'LOST'],
  responder: ['NOT-SUPPLIED', 'CANCELLED', 'FORWARD', 'CHECKED-IN', 'LOST'],
};
