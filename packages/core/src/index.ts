/**
 * The words of the lending desk, which every protocol of Interlend maps to and from: parties, items, requests, events,
 * the borrower's and the lender's machine, and the seams between pure code and the world.
 *
 * ```ts
 * import { advance, allowedActions, newTransaction } from '@interlend/core';
 *
 * const request = {
 *   borrower: { symbol: 'TEST:REQ' },
 *   lender: { symbol: 'TEST:RSP' },
 *   services: ['loan'],
 *   item: { title: 'On Examples' },
 * } as const;
 * const loan = advance(newTransaction('lender', request), { type: 'requested', from: 'borrower', request });
 * console.log(loan.state, allowedActions(loan));
 * ```
 *
 * @packageDocumentation
 */
export { type Ability, abilityFor, type Capabilities } from './capabilities.js';
export type { Deviation } from './deviation.js';
export {
  ConfigError,
  DecodeError,
  type DecodeErrorCode,
  EncodeError,
  type EncodeErrorCode,
  type ErrorDetails,
  InterlendError,
  isInterlendError,
  PeerError,
  StateError,
  TimeoutError,
  TransportError,
  type TransportErrorCode,
  type TransportPhase,
} from './errors.js';
export {
  type CancelAnswered,
  type CancelRequested,
  type CheckedIn,
  type ConditionAnswered,
  type Conditional,
  type Damaged,
  type ErrorReported,
  type Estimated,
  type Expired,
  type Forwarded,
  type HoldPlaced,
  type LendingEvent,
  type LendingEventType,
  type LendingStep,
  LendingSteps,
  type Location,
  type LocationsProvided,
  type Lost,
  type Message,
  type Overdue,
  type Recalled,
  type Received,
  type RenewAnswered,
  type RenewRequested,
  type Requested,
  type RetryLater,
  type Returned,
  type Role,
  type Shipped,
  type StatusQueried,
  type StatusReported,
  type Unfilled,
  type WillSupply,
} from './event.js';
export { type Evidence, type Marked, marked } from './evidence.js';
export type { Item, ItemComponent } from './item.js';
export {
  BorrowerMachine,
  type BorrowerState,
  eventKey,
  LenderMachine,
  type LenderState,
  type LendingEventKey,
  type LendingFacts,
} from './lending-machines.js';
export { createMachine, type Machine, type MachineDefinition, type Row } from './machine.js';
export {
  type ElectronicAddress,
  isSameSymbol,
  type LibrarySymbol,
  type Party,
  type PostalAddress,
  parseSymbol,
} from './party.js';
export type { PersonalField } from './personal-field.js';
export { type Profile, ruleValues } from './profile.js';
export type {
  Correlation,
  Decoded,
  Framer,
  Gathering,
  GuardContext,
  GuardStep,
  JoinedMessage,
  KnownPatron,
  Loss,
  Opening,
  Proposal,
  Protocol,
  Refusal,
  Said,
  Verdict,
} from './protocol.js';
export {
  type Condition,
  Conditions,
  type LocationsReason,
  type ReasonFor,
  Reasons,
  type ReasonUse,
  type RetryReason,
  type ShippedCondition,
  type UnfilledReason,
  type WillSupplyReason,
} from './reasons.js';
export type {
  CalendarDate,
  Expiry,
  LendingRequest,
  Money,
  Patron,
  RequestedService,
  ServiceType,
} from './request.js';
export {
  type Acceptor,
  type Clock,
  type Connection,
  type Connector,
  type IdSource,
  type Listening,
  type PeerAddress,
  type PeerCertificate,
  type RandomSource,
  systemClock,
} from './seams.js';
export {
  type DeclaredStatus,
  type Functionality,
  FunctionalityLegend,
  type MeasuredStatus,
  StatusLegend,
  type SystemId,
  Systems,
} from './support-matrix.js';
export {
  advance,
  allowedActions,
  type BorrowerTransaction,
  isClosed,
  type LenderTransaction,
  lendingFacts,
  newTransaction,
  type Outcome,
  type Transaction,
  type TransactionFacts,
} from './transaction.js';
