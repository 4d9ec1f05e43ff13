import { advance, type LendingRequest, newTransaction } from '@interlend/core';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { NewAttempt, NewOutgoing, Store, TransactionRecord } from './store.js';

const now = new Date('2030-01-01T10:00:00.000Z');
const later = (seconds: number): Date => new Date(now.getTime() + seconds * 1000);
const raw = new Uint8Array([0x61, 0x00, 0xff]);

const request: LendingRequest = {
  borrower: { symbol: 'TEST:REQ' },
  lender: { symbol: 'TEST:RSP' },
  services: ['loan'],
  item: { title: 'On Examples' },
};

/** A loan of the lender, just requested. */
export function aLoan(id: string, more: Partial<TransactionRecord> = {}): TransactionRecord {
  return {
    id,
    protocol: 'toy',
    key: `key-${id}`,
    library: 'TEST:RSP',
    peer: 'TEST:REQ',
    transaction: advance(newTransaction('lender', request), { type: 'requested', from: 'borrower', request }),
    guard: { seen: [1, 2] },
    wakeAt: undefined,
    needsReview: false,
    createdAt: now,
    updatedAt: now,
    ...more,
  };
}

const incoming = { protocol: 'toy', transport: 'push', from: '127.0.0.1:4000', at: now, raw };

function outgoing(transactionId: string | undefined): NewOutgoing {
  return { protocol: 'toy', transactionId, peer: 'TEST:REQ', at: now, raw, name: 'Toy-shipped' };
}

function attempt(message: number, outcome: NewAttempt['outcome']): NewAttempt {
  return { message, startedAt: now, endedAt: later(1), outcome };
}

/** What every store must do. `reopen` closes the store and opens the same data again. */
export function describeStore(
  name: string,
  open: () => Promise<{ readonly store: Store; reopen(): Promise<Store>; close(): Promise<void> }>,
): void {
  describe(name, () => {
    let store: Store;
    let reopen: () => Promise<Store>;
    let close: () => Promise<void>;

    beforeEach(async () => {
      ({ store, reopen, close } = await open());
      await store.saveParties(
        [
          { symbol: 'TEST:RSP', name: 'Lender' },
          { symbol: 'TEST:REQ', name: 'Borrower' },
        ],
        [],
      );
    });
    afterEach(() => close());

    const put = async (record: TransactionRecord, messages: readonly NewOutgoing[] = []) => {
      const { posted } = await store.step({ id: record.id }, () => ({
        writes: { transaction: record, outgoing: messages },
        result: undefined,
      }));
      return posted;
    };

    test('keeps octets exactly as received, waiting, across a restart', async () => {
      const id = await store.journal(incoming);
      store = await reopen();
      const [kept, ...others] = await store.received('waiting', 10);
      expect(others).toEqual([]);
      expect(kept).toMatchObject({
        id,
        direction: 'in',
        transport: 'push',
        from: '127.0.0.1:4000',
        at: now,
        processing: 'waiting',
      });
      expect(kept?.raw).toEqual(raw);
    });

    test('numbers messages in the order in which they were kept', async () => {
      const numbers = await Promise.all([1, 2, 3].map(() => store.journal(incoming)));
      expect(numbers).toEqual([...numbers].sort((a, b) => a - b));
      expect(new Set(numbers).size).toBe(3);
    });

    test('keeps everything a step changes, and gives it back equal', async () => {
      const message = await store.journal(incoming);
      const loan = aLoan('T1', { wakeAt: later(60) });
      await store.step({ protocol: 'toy', key: loan.key }, (found) => {
        expect(found).toEqual([]);
        return {
          writes: {
            transaction: loan,
            events: [
              {
                transactionId: 'T1',
                at: now,
                source: 'wire',
                key: 'requested',
                event: { type: 'requested', from: 'borrower', request },
                state: 'requested',
                message: { received: message },
                losses: [],
                warnings: ['odd'],
              },
              {
                transactionId: 'T1',
                at: now,
                source: 'timer',
                key: 'expired',
                event: { type: 'expired', from: 'lender' },
                state: 'unfilled',
                message: { outgoing: 0 },
                losses: [{ path: 'note', why: 'no room' }],
                warnings: [],
              },
            ],
            outgoing: [outgoing('T1')],
            processed: {
              message,
              processing: 'done',
              transactionId: 'T1',
              name: 'Toy-requested',
              verdict: 'accepted',
              deviations: [{ code: 'blank', offset: 3, path: 'a', message: 'b' }],
              warnings: ['odd'],
            },
          },
          result: undefined,
        };
      });
      store = await reopen();
      expect(await store.transaction('T1')).toEqual(loan);
      expect(await store.received('waiting', 10)).toEqual([]);
      const messages = await store.messages('T1');
      expect(messages).toMatchObject([
        {
          id: message,
          direction: 'in',
          name: 'Toy-requested',
          processing: 'done',
          verdict: 'accepted',
          warnings: ['odd'],
        },
        { direction: 'out', name: 'Toy-shipped', delivery: 'waiting', peer: 'TEST:REQ', raw },
      ]);
      const events = await store.events('T1');
      expect(events).toMatchObject([
        { key: 'requested', source: 'wire', messageId: message, warnings: ['odd'] },
        {
          key: 'expired',
          source: 'timer',
          messageId: messages[1]?.id,
          losses: [{ path: 'note', why: 'no room' }],
        },
      ]);
    });

    test('lets steps that share a commit see each other, in order', async () => {
      const seen = await Promise.all(
        [0, 1, 2].map(async () => {
          const { result } = await store.step({ protocol: 'toy', key: 'key-T1' }, ([known]) => {
            const guard = {
              count: typeof known?.guard === 'object' ? Number(Object.values(known.guard ?? {})[0]) + 1 : 0,
            };
            return { writes: { transaction: aLoan('T1', { guard }) }, result: guard.count };
          });
          return result;
        }),
      );
      expect(seen).toEqual([0, 1, 2]);
      expect((await store.transaction('T1'))?.guard).toEqual({ count: 2 });
    });

    test('refuses only the step that throws, and keeps its neighbours', async () => {
      const [one, two, three] = await Promise.allSettled([
        put(aLoan('T1')),
        store.step({ id: 'T2' }, () => {
          throw new RangeError('not now');
        }),
        put(aLoan('T3')),
      ]);
      expect(one.status).toBe('fulfilled');
      expect(two).toMatchObject({ status: 'rejected', reason: { message: 'not now' } });
      expect(three.status).toBe('fulfilled');
      expect((await store.transactions({}, 10)).rows.map(({ id }) => id)).toEqual(['T3', 'T1']);
    });

    test('keeps the neighbours of a step that the database refuses', async () => {
      const results = await Promise.allSettled([
        put(aLoan('T1')),
        put(aLoan('T2', { library: 'TEST:NOBODY' })),
        store.journal(incoming),
      ]);
      expect(results.map(({ status }) => status)).toEqual(['fulfilled', 'rejected', 'fulfilled']);
      expect(await store.transaction('T1')).toBeDefined();
      expect(await store.transaction('T2')).toBeUndefined();
      expect(await store.received('waiting', 10)).toHaveLength(1);
    });

    test('gives one message at most one event', async () => {
      const message = await store.journal(incoming);
      await put(aLoan('T1'));
      const effect = () =>
        store.step({ id: 'T1' }, () => ({
          writes: {
            events: [
              {
                transactionId: 'T1',
                at: now,
                source: 'wire',
                key: 'message',
                event: { type: 'message', from: 'borrower', note: 'hello' },
                state: 'requested',
                message: { received: message },
                losses: [],
                warnings: [],
              } as const,
            ],
          },
          result: undefined,
        }));
      await effect();
      await expect(effect()).rejects.toThrow();
      expect(await store.events('T1')).toHaveLength(1);
    });

    test('finds by key both sides of a loan between two libraries of one server', async () => {
      const other = newTransaction('borrower', request);
      await put(aLoan('T1', { key: 'same' }));
      await put(aLoan('T2', { key: 'same', library: 'TEST:REQ', peer: 'TEST:RSP', transaction: other }));
      await put(aLoan('T3', { key: 'same', protocol: 'other' }));
      const { result } = await store.step({ protocol: 'toy', key: 'same' }, (found) => ({
        writes: {},
        result: found.map(({ id }) => id),
      }));
      expect(result).toEqual(['T1', 'T2']);
      await expect(put(aLoan('T4', { key: 'same' }))).rejects.toThrow();
    });

    test('tells who of two own sides sent the same octets', async () => {
      await put(aLoan('T1', { key: 'same' }), [outgoing('T1')]);
      expect(await store.senderOf('toy', 'same', raw)).toBe('lender');
      expect(await store.senderOf('toy', 'same', new Uint8Array([1]))).toBeUndefined();
    });

    test('takes a delivered message out of the outbox and keeps the attempts', async () => {
      const [posted] = await put(aLoan('T1'), [outgoing('T1')]);
      const message = posted?.item.message ?? 0;
      expect(posted).toMatchObject({
        item: { queue: 'T1', attempts: 0, state: 'waiting', peer: 'TEST:REQ' },
        raw,
      });
      await store.lease([message], later(60));
      await store.settle(attempt(message, { kind: 'retry', dueAt: later(9), problem: 'refused (connect)' }));
      expect(await store.outbox()).toMatchObject([
        { message, attempts: 1, dueAt: later(9), leasedUntil: undefined },
      ]);
      await store.settle(attempt(message, { kind: 'delivered' }));
      expect(await store.outbox()).toEqual([]);
      expect(await store.message(message)).toMatchObject({ delivery: 'delivered' });
      expect(await store.attempts('T1')).toMatchObject([
        { outcome: 'retry', problem: 'refused (connect)' },
        { outcome: 'delivered', problem: undefined },
      ]);
    });

    test('shows a lease that a crash left behind', async () => {
      const [posted] = await put(aLoan('T1'), [outgoing('T1')]);
      await store.lease([posted?.item.message ?? 0], later(60));
      store = await reopen();
      expect(await store.outbox()).toMatchObject([{ leasedUntil: later(60) }]);
    });

    test('finds the transactions behind the name of what their messages travelled in', async () => {
      const [one] = await put(aLoan('T1'), [outgoing('T1')]);
      const [two] = await put(aLoan('T2'), [outgoing('T2')]);
      const messages = [one?.item.message ?? 0, two?.item.message ?? 0];
      const file = { protocol: 'toy', name: 'FILE 1', raw: new Uint8Array([1, 2]) };
      // A file that is tried again is the same one.
      for (const seconds of [60, 70]) await store.lease(messages, later(seconds), [file]);
      await store.lease(messages.slice(1), later(80), [{ protocol: 'toy', name: 'FILE 2' }]);
      store = await reopen();
      const keys = await Promise.all(['T1', 'T2'].map(async (id) => (await store.transaction(id))?.key));
      expect(await store.keysBehind('toy', 'FILE 1')).toEqual(keys);
      expect(await store.keysBehind('toy', 'FILE 2')).toEqual(keys.slice(1));
      expect(await store.keysBehind('other', 'FILE 1')).toEqual([]);
      expect(await store.parcels('T2')).toEqual([
        { message: messages[1], name: 'FILE 1', raw: file.raw },
        { message: messages[1], name: 'FILE 2', raw: undefined },
      ]);
    });

    test('leaves a message to staff, who send it again or give it up', async () => {
      const posted = await put(aLoan('T1'), [outgoing('T1'), outgoing(undefined)]);
      const [one = 0, two = 0] = posted.map(({ item }) => item.message);
      expect(posted[1]?.item.queue).toBe('peer:TEST:REQ');
      for (const message of [one, two])
        await store.settle(attempt(message, { kind: 'review', problem: 'refused (connect)' }));
      expect((await store.outbox('review')).map(({ message }) => message)).toEqual([one, two]);
      expect(await store.rule(one, 'retry', later(5))).toMatchObject({
        state: 'waiting',
        attempts: 0,
        dueAt: later(5),
      });
      expect(await store.message(one)).toMatchObject({ delivery: 'waiting' });
      expect(await store.rule(two, 'give-up', later(5))).toBeDefined();
      expect(await store.message(two)).toMatchObject({ delivery: 'given-up' });
      expect(await store.rule(two, 'retry', later(5))).toBeUndefined();
      await store.lease([one], later(60));
      expect(await store.rule(one, 'give-up', later(6))).toBeUndefined();
    });

    test('lists by library, peer, role, state and openness, page by page', async () => {
      const closed = { ...aLoan('X').transaction, state: 'unfilled' } as TransactionRecord['transaction'];
      for (const id of ['T1', 'T2', 'T3']) await put(aLoan(id));
      await put(aLoan('T4', { transaction: closed, peer: 'TEST:OTHER' }));
      const ids = async (filter: Parameters<Store['transactions']>[0]) =>
        (await store.transactions(filter, 10)).rows.map(({ id }) => id);
      expect(await ids({ isOpen: true })).toEqual(['T3', 'T2', 'T1']);
      expect(await ids({ isOpen: false })).toEqual(['T4']);
      expect(
        await ids({ peer: 'TEST:OTHER', role: 'lender', library: 'TEST:RSP', state: 'unfilled' }),
      ).toEqual(['T4']);
      expect(await ids({ library: 'TEST:REQ' })).toEqual([]);
      const first = await store.transactions({}, 3);
      expect(first.rows.map(({ id }) => id)).toEqual(['T4', 'T3', 'T2']);
      const second = await store.transactions({}, 3, first.next);
      expect(second).toMatchObject({ rows: [{ id: 'T1' }], next: undefined });
    });

    test('knows whose guard wants to be woken', async () => {
      expect(await store.nextWakeAt()).toBeUndefined();
      await put(aLoan('T1', { wakeAt: later(20) }));
      await put(aLoan('T2', { wakeAt: later(10) }));
      await put(aLoan('T3'));
      expect(await store.nextWakeAt()).toEqual(later(10));
      expect((await store.due(later(15), 10)).map(({ id }) => id)).toEqual(['T2']);
      await put(aLoan('T2'));
      expect(await store.nextWakeAt()).toEqual(later(20));
    });

    test('refuses writes after it was closed', async () => {
      await store.close();
      await expect(store.journal(incoming)).rejects.toThrow('closed');
      store = await reopen();
    });
  });
}
