import { advance, type LendingEvent, newTransaction, type Transaction } from '@interlend/core';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  type BorrowerSideEvent,
  BorrowerSideMachine,
  type LenderSideEvent,
  LenderSideMachine,
  type SideFacts,
} from './machine.js';
import { BorrowerStateOf, LenderStateOf } from './mapping/states.js';

const request = {
  borrower: { symbol: 'DE-B1' },
  lender: { symbol: 'DE-L1' },
  services: ['loan' as const],
  item: { title: 'x' },
};
const meaningOf: Readonly<Record<LenderSideEvent | BorrowerSideEvent, LendingEvent>> = {
  'in SLNPFLBestellung AFL': { type: 'requested', from: 'borrower', request },
  'in SLNPFLBestellung PFL': { type: 'requested', from: 'borrower', request },
  'in SLNPPFLDatenAenderung': { type: 'shipped', from: 'lender', service: 'loan' },
  'out Shipped': { type: 'shipped', from: 'lender', service: 'loan' },
  'out NotAvailable': { type: 'unfilled', from: 'lender' },
  'out Return': { type: 'returned', from: 'borrower', returnedOn: '2026-03-04' },
};
const loan: SideFacts = { isReturnable: true };
const copy: SideFacts = { isReturnable: false };

const machines = [
  { machine: LenderSideMachine, role: 'lender', stateOf: LenderStateOf },
  { machine: BorrowerSideMachine, role: 'borrower', stateOf: BorrowerStateOf },
] as const;

describe.each(machines)('the machine of the $role', ({ machine, role, stateOf }) => {
  const events = [...new Set(machine.rows.map(({ on }) => on))];
  type AnyState = keyof typeof stateOf;
  const step = (state: string, on: string, facts: SideFacts) =>
    machine.find(state as never, on as never, facts) as { readonly to: AnyState } | undefined;

  it('has every state reachable and a name on the desk for it', () => {
    const reached = new Set<string>([machine.initial]);
    for (let before = 0; before < reached.size; ) {
      before = reached.size;
      for (const { from, to } of machine.rows) if (reached.has(from)) reached.add(to);
    }
    expect([...reached].sort()).toEqual([...machine.states].sort());
    expect(Object.keys(stateOf).sort()).toEqual([...machine.states].sort());
  });

  it('refuses every pair that is not listed, and says what is', () => {
    for (const state of machine.states) {
      for (const event of events) {
        const row = step(state, event, loan);
        if (row) continue;
        expect(() => machine.step(state as never, event as never, loan)).toThrow(
          expect.objectContaining({ name: 'StateError', allowed: machine.allowed(state as never, loan) }),
        );
      }
    }
  });

  it('says of every row how well it is founded', () => {
    for (const row of machine.rows) expect(row.evidence).toBeDefined();
  });

  it('never sends a copy back', () => {
    for (const state of machine.states) expect(step(state, 'out Return', copy)).toBeUndefined();
  });

  it('goes along with the desk: the meaning of a step leads where the step leads', () => {
    fc.assert(
      fc.property(
        fc.array(fc.constantFrom(...events), { maxLength: 6 }),
        fc.boolean(),
        (walk, isRefusedAtOnce) => {
          let state: string = machine.initial;
          let transaction: Transaction = newTransaction(role, request);
          for (const event of walk) {
            const row = step(state, event, { ...loan, isRefusedAtOnce });
            if (!row) continue;
            // An item of which nobody said that it is on its way is received at the desk before it is sent back.
            if (event === 'out Return' && state === 'ORDERED') {
              transaction = advance(transaction, {
                type: 'received',
                from: 'borrower',
                service: 'loan',
                receivedOn: '2026-03-03',
              });
            }
            // A change of data after the first one is news, and moves nothing.
            const isNews = event === 'in SLNPPFLDatenAenderung' && state !== 'ORDERED';
            if (!isNews) transaction = advance(transaction, meaningOf[event as keyof typeof meaningOf]);
            state = row.to;
            expect(transaction.state).toBe((stateOf as Record<string, string>)[state]);
          }
        },
      ),
      { numRuns: 2000 },
    );
  });
});
