import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Engine } from '../engine/engine.js';
import {
  allSent,
  ask,
  awaited,
  lendThrough,
  type ServerPair,
  startServerPair,
} from '../engine/server-pair.js';
import type { Timeline } from '../run/server-api.js';
import { type FaultPlan, FaultyLine } from './faulty-line.js';
import { type LineFault, type LineFaultName, LineFaults } from './line-faults.js';

const withinMs = 120_000;
const oneLoan = ['requested', 'shipped', 'received', 'returned', 'checkedIn'];
/** Every message meets the fault once: the attempt after it finds the line clear. */
const everyOther =
  (fault: LineFaultName): FaultPlan =>
  (connection) =>
    connection % 2 === 0 ? fault : undefined;
/** Where a line goes silent, waiting is all that a sender can do: it had better be short. */
const delivery = { attempts: 4, firstDelayMs: 20, factor: 1, jitter: 0, closeWaitMs: 500 };

const events = ({ events: rows }: Timeline) => rows.map(({ event }) => event.type);
const said = ({ messages }: Timeline) => messages.filter(({ direction }) => direction === 'out');
const heard = ({ messages }: Timeline) => messages.filter(({ direction }) => direction === 'in');

/** What two servers of an engine must bring about over lines that go wrong. */
export function describeLineFaults(name: string, engineOf: () => Engine): void {
  describe(`lending over faulty lines, ${name}`, () => {
    const lines: FaultyLine[] = [];
    let started: ServerPair | undefined;

    beforeAll(async () => {
      const toLender = await FaultyLine.open(engineOf());
      const toBorrower = await FaultyLine.open(engineOf());
      lines.push(toLender, toBorrower);
      const reach = { lender: toLender.address, borrower: toBorrower.address };
      started = await startServerPair(engineOf(), reach, delivery);
      toLender.target = started.lender.listener;
      toBorrower.target = started.borrower.listener;
    }, withinMs);

    afterAll(async () => {
      await started?.stop();
      for (const line of lines) await line.close();
    }, withinMs);

    const setup = (plan: FaultPlan) => {
      const [toLender, toBorrower] = lines;
      if (!started || !toLender || !toBorrower) throw new Error('the pair did not start');
      for (const line of lines) Object.assign(line, { plan, connections: 0 });
      const { borrower, lender } = started;
      return { pair: started, borrower, lender, toLender };
    };

    it.each(Object.entries<LineFault>(LineFaults) as [LineFaultName, LineFault][])(
      '%s: a loan comes to its end, with every step once on both sides',
      async (fault, { isRetried, isRepeated }) => {
        const { borrower, lender } = await lendThrough(setup(everyOther(fault)).pair);
        expect(events(borrower)).toEqual(oneLoan);
        expect(events(lender)).toEqual(oneLoan);
        expect([borrower.state, lender.state]).toEqual(['checkedIn', 'checkedIn']);
        for (const timeline of [borrower, lender]) {
          if (isRetried)
            for (const { attempts } of said(timeline)) expect(attempts.length).toBeGreaterThan(1);
          if (isRepeated) {
            const repeats = heard(timeline).filter(({ verdict }) => verdict === 'repeat');
            expect(repeats.length).toBeGreaterThan(0);
          }
        }
      },
      withinMs,
    );

    it(
      'keeps the order of what staff says while the line is down',
      async () => {
        // Each message fails twice, before and after it has come.
        const { pair, borrower, lender } = setup(
          (connection) => (['refused', 'reset', undefined] as const)[connection % 3],
        );
        const { id, arrives } = await ask(pair);
        const notes = ['first', 'second', 'third'];
        for (const note of notes) await borrower.api.act(id, { type: 'message', note });
        const lending = await arrives();
        const timeline = await awaited(pair, 'three messages', async () => {
          const now = await lender.api.timeline(lending);
          return now.events.length < 4 ? undefined : now;
        });
        expect(timeline.events.map(({ event }) => [event.type, event['note']])).toEqual([
          ['requested', undefined],
          ...notes.map((note) => ['message', note]),
        ]);
        await allSent(pair);
      },
      withinMs,
    );

    it(
      'leaves to a person what cannot be delivered, and goes on when told so',
      async () => {
        const { pair, borrower, toLender } = setup(() => 'refused');
        const { id, arrived, arrives } = await ask(pair);
        const waiting = await awaited(pair, 'a message to review', async () => {
          const [first] = await borrower.api.outbox('review');
          return first;
        });
        expect(waiting).toMatchObject({ transaction: id, attempts: delivery.attempts });
        expect(toLender.connections).toBe(delivery.attempts);
        expect(await arrived()).toBeUndefined();
        toLender.plan = () => undefined;
        await borrower.api.retry(waiting.message);
        await arrives();
        await allSent(pair);
        expect(await borrower.api.outbox('review')).toEqual([]);
      },
      withinMs,
    );
  });
}
