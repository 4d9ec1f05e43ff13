import { eventKey } from '@interlend/core';
import { describe, expect, it } from 'vitest';
import { createAlmaClient } from '../client/client.js';
import { exampleSeed } from '../double/example-seed.test-support.js';
import { createAlmaDouble } from '../double/index.js';
import { AlmaLimiter } from '../limiter.js';
import { fromLendingRequest, toItem } from './lending-request.js';
import { BorrowingStatuses, LendingStatuses } from './statuses.js';
import { compare, emptyCheckpoint, lookAtBorrowing, lookAtLending, watchBorrowing } from './watch.js';

const parties = {
  own: 'TEST:OWN',
  symbolOf: (code: string) => (code === 'NLNZ:WLC' ? 'TEST:REQ' : undefined),
};

function start() {
  const double = createAlmaDouble({ seed: exampleSeed, thresholds: { perSecond: 1000 } });
  const alma = createAlmaClient({
    server: 'https://alma.example',
    apiKey: 'k',
    limiter: new AlmaLimiter({ perSecond: 1000 }),
    fetch: (...args) => double.handle(new Request(...args)),
  });
  const lend = (external_id: string) =>
    alma.lendingRequests.create('NLNZ:WLC', {
      external_id,
      owner: 'RS',
      partner: { value: 'NLNZ:WLC' },
      format: { value: 'PHYSICAL' },
      citation_type: { value: 'BOOK' },
      title: 'The Theory of Examples',
    });
  return { double, alma, lend };
}

const keys = (news: Awaited<ReturnType<typeof lookAtLending>>['news']) =>
  news.map(({ status, event }) => [status, event && eventKey(event)]);

describe('a watch over lending requests', () => {
  it('tells what is new once, and again when its checkpoint was not kept', async () => {
    const { double, alma, lend } = start();
    const { request_id } = await lend('1');
    const look = (checkpoint = emptyCheckpoint) =>
      lookAtLending(alma, checkpoint, { library: 'RS', parties });
    const first = await look();
    expect(keys(first.news)).toEqual([['REQUEST_CREATED_LEND', 'requested']]);
    expect(first.news[0]?.event).toMatchObject({
      request: { borrower: { symbol: 'TEST:REQ' }, lender: { symbol: 'TEST:OWN' }, services: ['loan'] },
    });
    expect((await look()).news).toHaveLength(1);
    const kept = JSON.parse(JSON.stringify(first.checkpoint)) as typeof first.checkpoint;
    expect((await look(kept)).news).toEqual([]);

    const request = double.state.lending.get(request_id);
    if (!request) throw new Error('no request');
    double.state.changeRequest(request, { status: { value: 'SHIPPED_PHYSICALLY' } });
    const second = await look(kept);
    expect(keys(second.news)).toEqual([['SHIPPED_PHYSICALLY', 'shipped']]);

    // Completed requests leave the task list; their end is still told, once.
    double.state.changeRequest(request, { status: { value: 'REQUEST_COMPLETED' } });
    const third = await look(second.checkpoint);
    expect(keys(third.news)).toEqual([['REQUEST_COMPLETED', 'checkedIn']]);
    const fourth = await look(third.checkpoint);
    expect([fourth.news, fourth.checkpoint, fourth.isComplete]).toEqual([[], emptyCheckpoint, true]);
  });

  it('looks up what left the list at most fifty at a time, and forgets none', async () => {
    const { double, alma, lend } = start();
    for (let count = 0; count < 70; count++) await lend(String(count));
    const first = await lookAtLending(alma, emptyCheckpoint, { library: 'RS', parties });
    for (const request of double.state.lending.values()) {
      double.state.changeRequest(request, { status: { value: 'CANCELLED' } });
    }
    const second = await lookAtLending(alma, first.checkpoint, { library: 'RS', parties });
    expect([second.news.length, second.isComplete]).toEqual([50, false]);
    const third = await lookAtLending(alma, second.checkpoint, { library: 'RS', parties });
    expect([third.news.length, third.isComplete]).toEqual([20, true]);
  });

  it('reports a status that it does not know without an event', () => {
    const request = { request_id: '1', status: { value: 'SENT_BY_PIGEON' } };
    expect(compare('lender', emptyCheckpoint, [{ request }], parties).news).toMatchObject([
      { status: 'SENT_BY_PIGEON', event: undefined, isFinal: false },
    ]);
  });
});

describe('a watch over borrowing requests', () => {
  it('follows those it was told of until they are over', async () => {
    const { double, alma } = start();
    const asked = await alma.borrowingRequests.create('patron/1', {
      citation_type: { value: 'CR' },
      format: { value: 'DIGITAL' },
      agree_to_copyright_terms: true,
      title: 'An Article',
    });
    let checkpoint = watchBorrowing(emptyCheckpoint, 'patron/1', asked.request_id);
    const seen: unknown[] = [];
    for (const value of ['REQUEST_SENT', 'SHIPPED_DIGITALLY', 'RECEIVED_DIGITALLY', 'RECEIVED_DIGITALLY']) {
      const now = double.state.borrowing.get(asked.request_id)?.request ?? asked;
      double.state.changeRequest(now, { status: { value }, partner: { value: 'NLNZ:WLC' } });
      const look = await lookAtBorrowing(alma, checkpoint, { parties });
      ({ checkpoint } = look);
      seen.push(...keys(look.news));
    }
    expect(seen).toEqual([
      ['REQUEST_SENT', 'requested'],
      ['SHIPPED_DIGITALLY', 'shipped'],
      ['RECEIVED_DIGITALLY', 'received'],
    ]);
    expect(checkpoint).toEqual(emptyCheckpoint);
  });
});

describe('the tables of statuses', () => {
  it.each([
    ['borrowing', BorrowingStatuses],
    ['lending', LendingStatuses],
  ])('of %s requests list each status once', (_, rows) => {
    expect(new Set(rows.map(({ status }) => status)).size).toBe(rows.length);
  });
});

describe('a citation', () => {
  it.each([
    {
      kind: 'monograph',
      title: 'T',
      author: 'A',
      isbn: '9',
      publicationDate: '1999',
      edition: '2',
      component: { title: 'C', pages: '1-9' },
    },
    { kind: 'serial', title: 'Journal', volumeIssue: '12(3)', issn: '1', component: { title: 'Article' } },
    { kind: 'serial', title: 'Journal', volumeIssue: '12' },
  ] as const)('survives the way through a request of Alma: $kind', (item) => {
    const request = fromLendingRequest('borrower', {
      borrower: { symbol: 'a' },
      lender: { symbol: 'b' },
      services: ['loan'],
      item,
    });
    expect(toItem({ request_id: '1', ...request })).toEqual(item);
  });
});
