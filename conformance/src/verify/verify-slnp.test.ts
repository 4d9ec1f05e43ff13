import { afterEach, describe, expect, it } from 'vitest';
import { failingVerdicts } from '../report/verdicts.js';
import { slnpUnderTest } from '../run/protocols.js';
import {
  type PartnerSettings,
  planFor,
  type RunningPartner,
  startPartner,
  verify,
} from './live-partner.test-support.js';
import type { Verification } from './verify-run.js';

const partners: RunningPartner[] = [];
afterEach(async () => {
  for (const { server } of partners.splice(0)) await server.stop();
});

const hub = 'ZFL-TEST';

/** A library system: a reference server whose central server is the harness. */
async function library(symbol: string, more: PartnerSettings = {}): Promise<RunningPartner> {
  const running = await startPartner(hub, symbol, {
    protocol: 'slnp',
    transport: 'tcp',
    profile: 'default',
    peer: { isHub: true },
    patrons: slnpUnderTest.onTheSpot?.patrons ?? [],
    ...more,
  });
  partners.push(running);
  return running;
}

const failures = ({ exchanges }: Verification) =>
  exchanges.flatMap(({ result, checks }) =>
    checks
      .filter(({ verdict }) => failingVerdicts.has(verdict))
      .map(({ check }) => [result.exchange.id, check.id, check.problem]),
  );

describe('verifying a library system over SLNP', { timeout: 120_000 }, () => {
  it.each([
    ['lender', 'DE-L1', 12],
    ['borrower', 'DE-B1', 8],
  ] as const)('finds a reference server conformant as %s', async (role, symbol, scenarios) => {
    const verification = await verify(planFor('slnp', [role]), await library(symbol));
    expect(failures(verification)).toEqual([]);
    expect(verification.complaints).toEqual([]);
    expect(verification.exchanges).toHaveLength(scenarios);
  });
});
