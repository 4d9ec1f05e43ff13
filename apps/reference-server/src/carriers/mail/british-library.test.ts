import { afterEach, describe, expect, it } from 'vitest';
import { eventually } from '../../test-server.test-support.js';
import {
  britishLibraryAt,
  closeAll,
  postOffice,
  rehearsal,
  request,
  shownLoan,
  start,
  stateOf,
} from './rehearsal.test-support.js';

afterEach(closeAll);

describe('a borrower of the British Library', () => {
  it('decides what a reply means, and the loan goes on', async () => {
    const { server, numberOf, reply, ordered } = await rehearsal();
    const id = await ordered();
    await eventually(async () => ((await shownLoan(server, id)).pending.length === 1 ? true : undefined));
    const [report] = (await shownLoan(server, id)).pending;
    await server.desk.decide(id, report?.id ?? '', 'dismiss');
    await reply([{ requestNumber: await numberOf(id), code: 'NOT*NUKL' }]);
    const waiting = await eventually(async () => {
      const found = await shownLoan(server, id);
      return found.pending.length > 0 ? found : undefined;
    });
    expect(waiting).toMatchObject({
      state: 'requested',
      needsReview: true,
      pending: [{ event: { type: 'unfilled' } }],
    });
    const answer = await fetch(
      new URL(`/transactions/${id}/pending/${waiting.pending[0]?.id}`, server.apiUrl),
      {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify({ decision: 'accept' }),
      },
    );
    expect(await answer.json()).toMatchObject({ state: 'unfilled', needsReview: false, pending: [] });
    await expect(server.desk.decide(id, 'reading-1', 'accept')).rejects.toMatchObject({ name: 'StateError' });
  });

  it('takes replies at once where the settings say so, several loans in one mail', async () => {
    const { server, numberOf, reply, ordered } = await rehearsal({ replies: 'automatic' });
    const [one, two] = [await ordered(), await ordered()];
    await reply([
      { requestNumber: await numberOf(one), code: 'NOT' },
      { requestNumber: await numberOf(two), code: 'RCOP' },
    ]);
    await stateOf(server, one, 'unfilled');
    const second = await stateOf(server, two, 'unfilled');
    expect(second.transaction.facts.outcome).toMatchObject({ reason: 'lacks-copyright-compliance' });
    expect((await shownLoan(server, one)).messages.length).toBe(
      (await shownLoan(server, two)).messages.length,
    );
  });

  it('is shown for each loan what a mail about several says of it, also where nobody knows the code', async () => {
    const { server, numberOf, reply, ordered } = await rehearsal({ replies: 'automatic' });
    const [one, two] = [await ordered(), await ordered()];
    await reply([
      { requestNumber: await numberOf(one), code: 'SOMETHING NEW' },
      { requestNumber: await numberOf(two), code: 'SOMETHING ELSE' },
    ]);
    for (const [id, code] of [
      [one, 'SOMETHING NEW'],
      [two, 'SOMETHING ELSE'],
    ] as const) {
      const shown = await eventually(async () => {
        const found = await shownLoan(server, id);
        return found.needsReview ? found : undefined;
      });
      expect(shown).toMatchObject({ state: 'requested', pending: [] });
      expect(shown.messages.at(-1)?.warnings).toEqual([`code not known: ${code}`]);
    }
  });

  it('disputes an overdue notice for what it has returned', async () => {
    const { server, numberOf, reply, ordered } = await rehearsal({ replies: 'automatic' });
    const id = await ordered();
    await server.desk.act(id, () => ({
      type: 'received',
      from: 'borrower',
      service: 'loan',
      receivedOn: '2024-03-04',
    }));
    await server.desk.act(id, () => ({ type: 'returned', from: 'borrower', returnedOn: '2024-04-04' }));
    await reply([{ requestNumber: await numberOf(id), code: '*FINAL DEMAND' }]);
    const record = await eventually(async () => {
      const found = await server.store.transaction(id);
      return found?.needsReview ? found : undefined;
    });
    expect(record.transaction.state).toBe('returned');
  });

  it('tries an order again that the mail server has not taken', async () => {
    const server = await start('EX:LIB', {
      peers: [
        britishLibraryAt((await postOffice(() => Promise.reject(new Error('made for a test')))).address),
      ],
      listeners: [],
    });
    await server.desk.borrow(request('EX:BL'));
    const item = await eventually(async () =>
      (await server.store.outbox()).find(({ attempts }) => attempts > 0),
    );
    expect(item.state).toBe('waiting');
  });
});
