import type { CalendarDate, Evidence, LendingEvent, LendingEventType, Role } from '@interlend/core';
import { z } from 'zod';

/** What staff enter with an action. */
export const StaffInput = z.strictObject({
  note: z.string().max(1000).optional(),
  due: z.iso.date().optional(),
  barcode: z.string().max(100).optional(),
  isAccepted: z.boolean().optional(),
  partner: z.string().max(100).optional(),
});
export type StaffInput = z.output<typeof StaffInput>;

/** What an action needs to know of its request. */
export interface ActionFacts {
  readonly today: CalendarDate;
  readonly isCopy: boolean;
  readonly input: StaffInput;
}

/** One thing that staff of an Alma do with a request. */
export interface StaffAction {
  readonly name: string;
  readonly role: Role;
  readonly says: LendingEventType;
  readonly does: string;
  readonly evidence: Evidence;
  /** Protocols over which Alma is known to say it; absent for those of every partner. */
  readonly protocols?: readonly string[];
  toEvent(facts: ActionFacts): LendingEvent;
}

const noted = ({ note }: StaffInput) => (note === undefined ? {} : { note });
const service = ({ isCopy }: ActionFacts) => (isCopy ? ('copy' as const) : ('loan' as const));

/**
 * What Alma's staff can make it say, after the list of its messages. Sending a request is not in the table: it begins a
 * loan instead of moving one.
 */
export const StaffActions: readonly StaffAction[] = [
  {
    name: 'ship',
    role: 'lender',
    says: 'shipped',
    does: 'ships the item with its barcode, or the copy',
    evidence: 'documented',
    toEvent: (facts) => ({
      type: 'shipped',
      from: 'lender',
      service: service(facts),
      shippedOn: facts.today,
      ...(facts.input.due !== undefined && { due: facts.input.due }),
      ...noted(facts.input),
    }),
  },
  {
    name: 'reject',
    role: 'lender',
    says: 'unfilled',
    does: 'cannot or will not supply',
    evidence: 'documented',
    toEvent: ({ input }) => ({ type: 'unfilled', from: 'lender', ...noted(input) }),
  },
  {
    name: 'check-in',
    role: 'lender',
    says: 'checkedIn',
    does: 'has the item back; tells the partner only when the workflow profile has "Checked In Message"',
    evidence: 'documented',
    toEvent: ({ today, input }) => ({
      type: 'checkedIn',
      from: 'lender',
      checkedInOn: today,
      ...noted(input),
    }),
  },
  {
    name: 'answer-cancel',
    role: 'lender',
    says: 'cancelAnswered',
    does: 'agrees to a cancellation or not',
    evidence: 'documented',
    toEvent: ({ input }) => ({
      type: 'cancelAnswered',
      from: 'lender',
      isAccepted: input.isAccepted ?? true,
      ...noted(input),
    }),
  },
  {
    name: 'answer-renew',
    role: 'lender',
    says: 'renewAnswered',
    does: 'renews or not',
    evidence: 'documented',
    toEvent: ({ input }) => ({
      type: 'renewAnswered',
      from: 'lender',
      isAccepted: input.isAccepted ?? true,
      ...(input.due !== undefined && { due: input.due }),
      ...noted(input),
    }),
  },
  {
    name: 'receive',
    role: 'borrower',
    says: 'received',
    does: 'receives the item; a temporary item with its barcode is made',
    evidence: 'documented',
    toEvent: (facts) => ({
      type: 'received',
      from: 'borrower',
      service: service(facts),
      receivedOn: facts.today,
      ...noted(facts.input),
    }),
  },
  {
    name: 'return',
    role: 'borrower',
    says: 'returned',
    does: 'sends the item back; the temporary item is deleted',
    evidence: 'documented',
    toEvent: ({ today, input }) => ({
      type: 'returned',
      from: 'borrower',
      returnedOn: today,
      ...noted(input),
    }),
  },
  {
    name: 'cancel',
    role: 'borrower',
    says: 'cancelRequested',
    does: 'takes the request back',
    evidence: 'documented',
    toEvent: ({ input }) => ({ type: 'cancelRequested', from: 'borrower', ...noted(input) }),
  },
  {
    name: 'renew',
    role: 'borrower',
    says: 'renewRequested',
    does: 'asks to keep the item longer',
    evidence: 'documented',
    toEvent: ({ input }) => ({
      type: 'renewRequested',
      from: 'borrower',
      ...(input.due !== undefined && { desiredDue: input.due }),
      ...noted(input),
    }),
  },
  {
    name: 'will-supply',
    role: 'lender',
    says: 'willSupply',
    does: 'tells that the item will be sent',
    evidence: 'documented',
    protocols: ['email'],
    toEvent: ({ input }) => ({ type: 'willSupply', from: 'lender', ...noted(input) }),
  },
  {
    name: 'recall',
    role: 'lender',
    says: 'recalled',
    does: 'wants the item back',
    evidence: 'documented',
    protocols: ['email'],
    toEvent: ({ input }) => ({ type: 'recalled', from: 'lender', ...noted(input) }),
  },
  {
    name: 'overdue',
    role: 'lender',
    says: 'overdue',
    does: 'reminds of an item that is overdue',
    evidence: 'documented',
    protocols: ['email'],
    toEvent: ({ today, input }) => ({
      type: 'overdue',
      from: 'lender',
      due: input.due ?? today,
      ...noted(input),
    }),
  },
  ...(['borrower', 'lender'] as const).map(
    (role): StaffAction => ({
      name: 'message',
      role,
      says: 'message',
      does: 'writes to the partner',
      evidence: 'documented',
      toEvent: ({ input }) => ({ type: 'message', from: role, note: input.note ?? '' }),
    }),
  ),
];
