import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { defaultRegistry } from './protocols.js';
import type { Server } from './server.js';
import { aRequest, eventually, type Pair, startPair, tcpTransports } from './test-server.test-support.js';

interface Step {
  readonly by: 'borrower' | 'lender';
  readonly action: string;
  readonly body?: object;
  /** How the sides call the loan when the message has arrived. */
  readonly borrower: string;
  readonly lender: string;
}

interface Flow {
  readonly title: string;
  readonly request?: object;
  readonly steps: readonly Step[];
}

const step = (
  by: Step['by'],
  action: string,
  states: readonly [borrower: string, lender: string],
  body: object = {},
): Step => ({
  by,
  action,
  body,
  borrower: states[0],
  lender: states[1],
});

const due = { due: '2030-02-01' };
const shipped = step('lender', 'ship', ['shipped', 'shipped'], due);
const received = step('borrower', 'receive', ['received', 'shipped']);
const returned = step('borrower', 'return', ['returned', 'shipped']);
const checkedIn = step('lender', 'check-in', ['checkedIn', 'checkedIn']);

const flows: readonly Flow[] = [
  { title: 'a loan', steps: [shipped, received, returned, checkedIn] },
  {
    title: 'a copy, which is not returned',
    request: { services: ['copy'] },
    steps: [step('lender', 'ship', ['shipped', 'shipped']), received],
  },
  {
    title: 'an unfilled request',
    steps: [step('lender', 'cannot-fill', ['unfilled', 'unfilled'], { reason: 'not-on-shelf' })],
  },
  {
    title: 'a request that is kept and supplied later',
    steps: [
      step('lender', 'will-supply', ['requested', 'requested'], { reason: 'being-processed-for-supply' }),
      step('lender', 'hold', ['requested', 'requested'], { estimatedDate: '2030-01-15' }),
      shipped,
    ],
  },
  {
    title: 'a condition that is accepted',
    steps: [
      step('lender', 'condition', ['conditional', 'conditional'], { condition: 'library-use-only' }),
      step('borrower', 'answer-condition', ['requested', 'requested'], { isAccepted: true }),
      shipped,
    ],
  },
  {
    title: 'a condition that is refused',
    steps: [
      step('lender', 'condition', ['conditional', 'conditional'], { condition: 'charges' }),
      step('borrower', 'answer-condition', ['unfilled', 'unfilled'], { isAccepted: false }),
    ],
  },
  {
    title: 'a cancellation that is accepted',
    steps: [
      step('borrower', 'cancel', ['cancelRequested', 'cancelRequested']),
      step('lender', 'answer-cancel', ['cancelled', 'cancelled'], { isAccepted: true }),
    ],
  },
  {
    title: 'a cancellation that is refused',
    steps: [
      step('borrower', 'cancel', ['cancelRequested', 'cancelRequested']),
      step('lender', 'answer-cancel', ['requested', 'requested'], { isAccepted: false }),
      shipped,
    ],
  },
  {
    title: 'a renewal that is granted, and one that is not',
    steps: [
      shipped,
      received,
      step('borrower', 'renew', ['renewRequested', 'renewRequested'], { desiredDue: '2030-03-01' }),
      step('lender', 'answer-renew', ['received', 'shipped'], { isAccepted: true, due: '2030-03-01' }),
      step('borrower', 'renew', ['renewRequested', 'renewRequested']),
      step('lender', 'answer-renew', ['received', 'shipped'], { isAccepted: false }),
      returned,
      checkedIn,
    ],
  },
  {
    title: 'a recall',
    steps: [
      shipped,
      received,
      step('lender', 'recall', ['recalled', 'recalled']),
      step('borrower', 'return', ['returned', 'recalled']),
      checkedIn,
    ],
  },
  {
    title: 'an overdue loan',
    steps: [
      shipped,
      received,
      step('lender', 'overdue', ['overdue', 'overdue'], due),
      step('borrower', 'return', ['returned', 'overdue']),
      checkedIn,
    ],
  },
  { title: 'a loss by the borrower', steps: [shipped, received, step('borrower', 'lost', ['lost', 'lost'])] },
  { title: 'a loss said by the lender', steps: [shipped, step('lender', 'lost', ['lost', 'lost'])] },
  {
    title: 'damage, messages and questions, which move nothing',
    steps: [
      shipped,
      received,
      step('borrower', 'damaged', ['received', 'shipped'], { note: 'Spine broken' }),
      step('lender', 'message', ['received', 'shipped'], { note: 'Please pack it well' }),
      step('borrower', 'status-query', ['received', 'shipped']),
      returned,
      checkedIn,
    ],
  },
  {
    title: 'an expiry said by the lender',
    request: { needBefore: '2031-01-01', expiry: { rule: 'need-before' } },
    steps: [step('lender', 'expire', ['unfilled', 'unfilled'])],
  },
  {
    title: 'a request to be repeated later',
    steps: [
      step('lender', 'retry-later', ['unfilled', 'unfilled'], {
        reason: 'in-use-on-loan',
        retryDate: '2030-02-01',
      }),
    ],
  },
];

let pair: Pair;
const closers: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const close of closers.splice(0).reverse()) await close();
});

describe.each(['1611', '499'])('over %s', (transport) => {
  beforeEach(async () => {
    pair = await startPair({
      protocol: 'iso-ill',
      transport,
      transports: tcpTransports(),
      surroundings: { registry: defaultRegistry },
    });
    closers.push(pair.stop);
  });

  test.each(flows)('$title', async ({ request = {}, steps }) => {
    const { borrowing, lending } = pair;
    const asked = await post(borrowing, '/transactions', { request: { ...aRequest, ...request } });
    const other = await eventually(async () => (await lending.store.transactions({}, 1)).rows[0]?.id);
    const loans = {
      borrower: { server: borrowing, id: String(asked['id']) },
      lender: { server: lending, id: other },
    };
    await settled(pair);
    for (const { by, action, body, borrower, lender } of steps) {
      const { server, id } = loans[by];
      const before = (
        await loans[by === 'lender' ? 'borrower' : 'lender'].server.store.received('waiting', 1)
      ).length;
      expect(before).toBe(0);
      await post(server, `/transactions/${id}/actions/${action}`, body);
      await settled(pair);
      expect([action, await stateOf(loans.borrower), await stateOf(loans.lender)]).toEqual([
        action,
        borrower,
        lender,
      ]);
    }
    for (const { server, id } of Object.values(loans)) {
      expect((await server.store.transaction(id))?.needsReview).toBe(false);
      for (const message of await server.store.messages(id)) {
        expect(message).toMatchObject(
          message.direction === 'in'
            ? { processing: 'done', verdict: 'accepted', deviations: [], warnings: [] }
            : { delivery: 'delivered' },
        );
      }
      expect((await server.store.events(id)).flatMap(({ warnings }) => warnings)).toEqual([]);
    }
  });

  test('a retry under the same group is a loan of its own', async () => {
    const { borrowing, lending } = pair;
    await post(borrowing, '/transactions', { request: aRequest, group: 'PATRON-17' });
    const first = await eventually(async () => (await lending.store.transactions({}, 1)).rows[0]);
    await post(lending, `/transactions/${first.id}/actions/retry-later`, { retryDate: '2030-02-01' });
    await settled(pair);
    await post(borrowing, '/transactions', { request: { ...aRequest, isRetry: true }, group: 'PATRON-17' });
    const second = await eventually(
      async () => (await lending.store.transactions({ isOpen: true }, 1)).rows[0],
    );
    expect(second.transaction.request.isRetry).toBe(true);
    expect(second.key).not.toBe(first.key);
    await settled(pair);
    expect(
      (await borrowing.store.transactions({}, 9)).rows.map(({ transaction: { state } }) => state),
    ).toEqual(['requested', 'unfilled']);
  });

  test('an expiry by the clock', async () => {
    await pair.stop();
    let now = new Date('2030-01-01T12:00:00Z');
    pair = await startPair({
      protocol: 'iso-ill',
      transport,
      surroundings: { registry: defaultRegistry, clock: { now: () => now } },
    });
    closers.push(pair.stop);
    const { borrowing, lending } = pair;
    const request = { ...aRequest, needBefore: '2030-01-10', expiry: { rule: 'need-before' } };
    const { id } = await post(borrowing, '/transactions', { request });
    await eventually(async () => (await lending.store.transactions({}, 1)).rows[0]?.wakeAt);
    now = new Date('2030-01-11T12:00:00Z');
    await lending.alarms.ring();
    await eventually(async () =>
      (await borrowing.store.transaction(String(id)))?.transaction.state === 'unfilled' ? true : undefined,
    );
    expect((await borrowing.store.transaction(String(id)))?.transaction.facts.outcome).toEqual({
      kind: 'expired',
    });
  });
});

async function post(server: Server, path: string, body: object = {}): Promise<Record<string, unknown>> {
  const response = await fetch(server.apiUrl + path, {
    method: 'POST',
    body: JSON.stringify(body),
    headers: { 'content-type': 'application/json' },
  });
  const answer: unknown = await response.json();
  if (!response.ok) throw new Error(`${path}: ${JSON.stringify(answer)}`);
  return Object.fromEntries(Object.entries(answer ?? {}));
}

async function stateOf({
  server,
  id,
}: {
  readonly server: Server;
  readonly id: string;
}): Promise<string | undefined> {
  return (await server.store.transaction(id))?.transaction.state;
}

/** Waits until nothing is on its way: outboxes empty, and what was received has had its effect. */
async function settled({ borrowing, lending }: Pair): Promise<void> {
  await eventually(async () => {
    for (const server of [borrowing, lending]) {
      if ((await server.store.outbox()).length > 0) return undefined;
      if ((await server.store.received('waiting', 1)).length > 0) return undefined;
    }
    return true;
  });
}
