import { expect, test } from 'vitest';
import { aRequest, borrower, eventually, lender, startServer } from './test-server.test-support.js';

const raw = (needBefore: string): Uint8Array =>
  new TextEncoder().encode(
    `${JSON.stringify({
      id: 'm1',
      key: `K-${needBefore}`,
      from: 'borrower',
      borrower,
      lender,
      event: { type: 'requested', from: 'borrower', request: { ...aRequest, needBefore } },
    })}\n`,
  );

test('wakes a guard at its time and not before, and sends what it owes', async () => {
  let now = new Date('2030-01-01T12:00:00Z');
  const peers = [{ symbol: borrower, protocol: 'toy', transport: 'push' }];
  const server = await startServer(lender, { peers }, { clock: { now: () => now } });
  try {
    for (const day of ['2030-01-01', '2030-01-02']) {
      await server.intake.accept({
        protocol: 'toy',
        transport: 'push',
        from: '127.0.0.1:1',
        at: now,
        raw: raw(day),
      });
    }
    await server.intake.idle();
    const states = async () =>
      (await server.store.transactions({}, 10)).rows.map(({ transaction }) => transaction.state);
    await server.alarms.ring();
    expect(await states()).toEqual(['requested', 'requested']);
    now = new Date('2030-01-02T00:00:00Z');
    await server.alarms.ring();
    expect(await states()).toEqual(['requested', 'unfilled']);
    const [, first] = (await server.store.transactions({}, 10)).rows;
    expect(await server.store.events(first?.id ?? '')).toMatchObject([
      { key: 'requested' },
      { key: 'expired', source: 'timer' },
    ]);
    await eventually(async () => (await server.store.outbox('review'))[0]);
    expect(first?.wakeAt).toBeUndefined();
  } finally {
    await server.stop();
  }
});
