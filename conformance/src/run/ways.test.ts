import type { Exchange, Mutation } from '@interlend/testing';
import { describe, expect, it } from 'vitest';
import { syntheticExchanges } from '../synthetic/synthetic-exchanges.js';
import type { WayResult } from './checks.js';
import { lookAtCodec } from './codec-way.js';
import { lookAtGuard } from './guard-way.js';
import { lookAtMutations } from './mutation-way.js';
import { type ProtocolUnderTest, protocolsUnderTest } from './protocols.js';

function exchangeOf(id: string): Exchange {
  const found = syntheticExchanges().find((exchange) => exchange.id === id);
  if (!found) throw new Error(`no exchange ${id}`);
  return found;
}

function isoIllUnderTest(): ProtocolUnderTest {
  const put = protocolsUnderTest.get('iso-ill');
  if (!put) throw new Error('no iso-ill');
  return put;
}

const put = isoIllUnderTest();
const loan = exchangeOf('iso-ill/ladd/borrows-loan');
const failed = ({ checks }: WayResult) => checks.filter(({ outcome }) => outcome !== 'pass');

describe('looking at the codec', () => {
  it('passes octets that come back', async () => {
    expect(failed(await lookAtCodec(loan, put))).toEqual([]);
  });

  it('fails when the octets are not written as the exchange says', async () => {
    const copy = { ...loan, codec: { ...loan.codec, writing: { trueOctet: 255 } } };
    const [check] = failed(await lookAtCodec(copy, put));
    expect(check).toMatchObject({ id: 'codec/turn-1', outcome: 'fail' });
    expect(check?.problem?.clause).toContain('ILL-Request');
    expect(check?.problem?.differences).toEqual([
      {
        path: expect.stringMatching(/^octets from 0000[0-9a-f]{2}$/),
        expected: expect.any(String),
        got: expect.any(String),
      },
    ]);
  });

  it('fails for a departure that is not named, and for a named one that is not there', async () => {
    const sloppy = exchangeOf('iso-ill/ladd/borrows-sloppy-texts');
    expect(failed(await lookAtCodec(sloppy, put))).toEqual([]);
    const unnamed = { ...sloppy, codec: { ...sloppy.codec, deviations: ['blank-around-string'] } };
    expect(failed(await lookAtCodec(unnamed, put))[0]?.problem?.text).toContain('amount-character');
    const named = { ...loan, codec: { ...loan.codec, deviations: ['not-utf-8'] } };
    expect(failed(await lookAtCodec(named, put))[0]?.id).toBe('codec/deviations');
  });
});

describe('looking at the guard', () => {
  it('passes a loan from end to end', async () => {
    expect(failed(await lookAtGuard(loan, put))).toEqual([]);
  });

  it('fails when the loan ends otherwise', async () => {
    const [check] = failed(await lookAtGuard({ ...loan, expect: { lender: 'lost' } }, put));
    expect(check?.problem?.differences).toEqual([{ path: 'state', expected: 'lost', got: 'checkedIn' }]);
  });

  it('fails when the loan stands otherwise in between', async () => {
    const turns = loan.turns.map((turn, index) => (index === 1 ? { ...turn, state: 'requested' } : turn));
    const [check] = failed(await lookAtGuard({ ...loan, turns }, put));
    expect(check).toMatchObject({
      id: 'guard/turn-2',
      problem: { differences: [{ path: 'state', expected: 'requested', got: 'shipped' }] },
    });
  });

  it('fails when our side says more than the exchange has', async () => {
    const turns = loan.turns.slice(0, -1);
    const [check] = failed(await lookAtGuard({ ...loan, turns }, put));
    expect(check?.problem?.text).toContain('expected nothing more, said Checked-In');
  });

  it('fails when our side says nothing', async () => {
    const turns = loan.turns.filter((turn) => !('desk' in turn));
    const [check] = failed(await lookAtGuard({ ...loan, turns }, put));
    expect(check).toMatchObject({
      id: 'guard/turn-2',
      problem: { text: 'expected Shipped, nothing was said' },
    });
  });

  it('skips what the wire has no message for, with the reason', async () => {
    const events = put.protocol.capabilities.events.map((row) =>
      row.event === 'checkedIn'
        ? { ...row, ability: { can: 'local-only', why: 'no such word', evidence: 'documented' } as const }
        : row,
    );
    const mute: ProtocolUnderTest = {
      ...put,
      protocol: { ...put.protocol, capabilities: { ...put.protocol.capabilities, events } },
    };
    const result = await lookAtGuard({ ...loan, turns: loan.turns.slice(0, -1) }, mute);
    expect(failed(result)).toEqual([
      { id: 'guard/turn-6', outcome: 'not-applicable', problem: { text: 'no such word', differences: [] } },
    ]);
  });
});

describe('looking at mutated copies', () => {
  const withMutation = (mutation: Mutation): Exchange => ({ ...loan, mutations: [mutation] });
  const noticed: Mutation = {
    title: 'another day',
    turn: 3,
    change: { path: 'supplyDetails.dateShipped', to: '20240306' },
    fails: { check: 'guard/turn-3', names: 'supplyDetails.dateShipped' },
  };

  it('passes when the fault is found where and why the exchange says', async () => {
    expect(failed(await lookAtMutations(withMutation(noticed), put))).toEqual([]);
  });

  it('fails when the fault changes nothing', async () => {
    const idle = { ...noticed, change: { path: 'supplyDetails.dateShipped', to: '20240305' } };
    const [check] = failed(await lookAtMutations(withMutation(idle), put));
    expect(check?.problem?.text).toContain('everything passed');
  });

  it('fails when something else is found', async () => {
    const elsewhere = { ...noticed, fails: { check: 'guard/end', names: 'state' } };
    const [check] = failed(await lookAtMutations(withMutation(elsewhere), put));
    expect(check?.problem?.text).toContain('guard/turn-3 failed');
  });

  it('fails when the field to change is not there, and when there is no mutated copy', async () => {
    const lost = { ...noticed, change: { path: 'supplyDetails.colour', to: 'red' } };
    expect(failed(await lookAtMutations(withMutation(lost), put))[0]?.problem?.text).toContain('no colour');
    expect(failed(await lookAtMutations({ ...loan, mutations: [] }, put))[0]?.id).toBe('mutation/present');
  });
});
