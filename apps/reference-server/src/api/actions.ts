import type { z } from '@hono/zod-openapi';
import {
  type CalendarDate,
  type LendingEvent,
  type LendingEventKey,
  lendingFacts,
  type Role,
  type ServiceType,
  type Transaction,
} from '@interlend/core';
import { Parts } from './lending-schemas.js';

const { object, maybe, text, note, calendarDate, money, postal, condition, shippedCondition, reasonFor } =
  Parts;

/** What an action may need beside its body. */
export interface ActionContext {
  readonly transaction: Transaction;
  /** Today, for dates that staff leave out. */
  readonly today: CalendarDate;
}

/** Something that staff do with a loan, as a route of the API. */
export interface Action {
  readonly name: string;
  readonly title: string;
  /** Who does it; `either` where both sides may. */
  readonly by: Role | 'either';
  readonly event: LendingEvent['type'];
  readonly body: z.ZodType;
  /** @throws ZodError when the body is not what {@link Action.body} says */
  toEvent(body: unknown, context: ActionContext): LendingEvent;
}

function action<Schema extends z.ZodType>(
  head: Omit<Action, 'body' | 'toEvent'>,
  body: Schema,
  toEvent: (body: z.output<Schema>, context: ActionContext) => LendingEvent,
): Action {
  return { ...head, body, toEvent: (input, context) => toEvent(body.parse(input ?? {}), context) };
}

const noteOnly = object({ note });
const answer = object({ isAccepted: Parts.boolean, note });

/** What travels: as said, else as shipped, else as asked for. */
const serviceOf = (said: ServiceType | undefined, { transaction }: ActionContext): ServiceType =>
  said ?? lendingFacts(transaction).service;

const byLender = { from: 'lender' } as const;
const byBorrower = { from: 'borrower' } as const;

/** Every action of staff, roughly in the order of a loan. */
export const Actions: readonly Action[] = [
  action(
    {
      name: 'will-supply',
      title: 'Keep the request; it will be supplied later',
      by: 'lender',
      event: 'willSupply',
    },
    object({ reason: maybe(reasonFor('will-supply')), supplyDate: maybe(calendarDate), note }),
    (body) => ({ type: 'willSupply', ...byLender, ...body }),
  ),
  action(
    { name: 'hold', title: 'Place a hold on the item for the borrower', by: 'lender', event: 'holdPlaced' },
    object({ estimatedDate: maybe(calendarDate), note }),
    (body) => ({ type: 'holdPlaced', ...byLender, ...body }),
  ),
  action(
    { name: 'condition', title: 'Supply only on a condition', by: 'lender', event: 'conditional' },
    object({ condition, replyBy: maybe(calendarDate), note }),
    (body) => ({ type: 'conditional', ...byLender, ...body }),
  ),
  action(
    {
      name: 'answer-condition',
      title: 'Accept or refuse the condition',
      by: 'borrower',
      event: 'conditionAnswered',
    },
    answer,
    (body) => ({ type: 'conditionAnswered', ...byBorrower, ...body }),
  ),
  action(
    {
      name: 'retry-later',
      title: 'Not now; the borrower may ask again later',
      by: 'lender',
      event: 'retryLater',
    },
    object({ reason: maybe(reasonFor('retry')), retryDate: maybe(calendarDate), note }),
    (body) => ({ type: 'retryLater', ...byLender, ...body }),
  ),
  action(
    { name: 'cannot-fill', title: 'Decline the request', by: 'lender', event: 'unfilled' },
    object({ reason: maybe(reasonFor('unfilled')), locations: maybe(Parts.locations), note }),
    (body) => ({ type: 'unfilled', ...byLender, ...body }),
  ),
  action(
    {
      name: 'provide-locations',
      title: 'Name libraries that may hold the item',
      by: 'lender',
      event: 'locationsProvided',
    },
    object({ reason: maybe(reasonFor('locations')), locations: Parts.locations, note }),
    (body) => ({ type: 'locationsProvided', ...byLender, ...body }),
  ),
  action(
    {
      name: 'forward',
      title: 'Pass the request on to another library, with which the borrower then deals',
      by: 'lender',
      event: 'forwarded',
    },
    object({ to: Parts.party, address: maybe(Parts.electronic), note }),
    (body) => ({ type: 'forwarded', ...byLender, ...body }),
  ),
  action(
    { name: 'estimate', title: 'Name the cost', by: 'lender', event: 'estimated' },
    object({ estimate: text, note }),
    (body) => ({ type: 'estimated', ...byLender, ...body }),
  ),
  action(
    { name: 'expire', title: 'End the request because its time has passed', by: 'lender', event: 'expired' },
    noteOnly,
    (body) => ({ type: 'expired', ...byLender, ...body }),
  ),
  action(
    { name: 'ship', title: 'Send the item, or a copy of it', by: 'lender', event: 'shipped' },
    object({
      service: maybe(Parts.service),
      shippedOn: maybe(calendarDate),
      due: maybe(calendarDate),
      isRenewable: maybe(Parts.boolean),
      condition: maybe(shippedCondition),
      cost: maybe(money),
      insuredFor: maybe(money),
      chargeableUnits: maybe(Parts.units),
      method: maybe(text),
      returnTo: maybe(postal),
      note,
    }),
    (body, context) => ({
      type: 'shipped',
      ...byLender,
      shippedOn: context.today,
      ...body,
      service: serviceOf(body.service, context),
    }),
  ),
  action(
    { name: 'cancel', title: 'Take the request back', by: 'borrower', event: 'cancelRequested' },
    noteOnly,
    (body) => ({ type: 'cancelRequested', ...byBorrower, ...body }),
  ),
  action(
    {
      name: 'answer-cancel',
      title: 'Agree that the request is taken back, or not',
      by: 'lender',
      event: 'cancelAnswered',
    },
    answer,
    (body) => ({ type: 'cancelAnswered', ...byLender, ...body }),
  ),
  action(
    { name: 'receive', title: 'The item has arrived', by: 'borrower', event: 'received' },
    object({ service: maybe(Parts.service), receivedOn: maybe(calendarDate), note }),
    (body, context) => ({
      type: 'received',
      ...byBorrower,
      receivedOn: context.today,
      ...body,
      service: serviceOf(body.service, context),
    }),
  ),
  action(
    { name: 'return', title: 'Send the item back', by: 'borrower', event: 'returned' },
    object({ returnedOn: maybe(calendarDate), method: maybe(text), insuredFor: maybe(money), note }),
    (body, { today }) => ({ type: 'returned', ...byBorrower, returnedOn: today, ...body }),
  ),
  action(
    { name: 'check-in', title: 'The item is back', by: 'lender', event: 'checkedIn' },
    object({ checkedInOn: maybe(calendarDate), note }),
    (body, { today }) => ({ type: 'checkedIn', ...byLender, checkedInOn: today, ...body }),
  ),
  action(
    { name: 'renew', title: 'Ask to keep the item longer', by: 'borrower', event: 'renewRequested' },
    object({ desiredDue: maybe(calendarDate), note }),
    (body) => ({ type: 'renewRequested', ...byBorrower, ...body }),
  ),
  action(
    { name: 'answer-renew', title: 'Grant or refuse the renewal', by: 'lender', event: 'renewAnswered' },
    object({ isAccepted: Parts.boolean, due: maybe(calendarDate), isRenewable: maybe(Parts.boolean), note }),
    (body) => ({ type: 'renewAnswered', ...byLender, ...body }),
  ),
  action(
    { name: 'recall', title: 'Ask for the item back now', by: 'lender', event: 'recalled' },
    noteOnly,
    (body) => ({ type: 'recalled', ...byLender, ...body }),
  ),
  action(
    { name: 'overdue', title: 'Say that the item should have been back', by: 'lender', event: 'overdue' },
    object({ due: maybe(calendarDate), isRenewable: maybe(Parts.boolean), note }),
    (body, { transaction, today }) => ({
      type: 'overdue',
      ...byLender,
      due: transaction.facts.due ?? today,
      ...body,
    }),
  ),
  action(
    { name: 'lost', title: 'Say that the item is lost', by: 'either', event: 'lost' },
    noteOnly,
    (body, { transaction }) => ({ type: 'lost', from: transaction.role, ...body }),
  ),
  action(
    { name: 'damaged', title: 'Say that the item is damaged', by: 'either', event: 'damaged' },
    object({ units: maybe(Parts.unitNumbers), note }),
    (body, { transaction }) => ({ type: 'damaged', from: transaction.role, ...body }),
  ),
  action(
    { name: 'message', title: "Write to the other side's staff", by: 'either', event: 'message' },
    object({ note: text }),
    (body, { transaction }) => ({ type: 'message', from: transaction.role, ...body }),
  ),
  action(
    {
      name: 'status-query',
      title: 'Ask where the other side thinks the loan stands',
      by: 'either',
      event: 'statusQueried',
    },
    noteOnly,
    (body, { transaction }) => ({ type: 'statusQueried', from: transaction.role, ...body }),
  ),
];

const byEvent: ReadonlyMap<string, string> = new Map(Actions.map(({ event, name }) => [event, name]));

/** Names of the actions for events that are allowed now, each once. */
export function actionNames(keys: readonly (LendingEventKey | string)[]): readonly string[] {
  const names = keys.map((key) => byEvent.get(key.split(':')[0] ?? key)).filter((name) => name !== undefined);
  return [...new Set(names)];
}
