import { afterEach, describe, expect, it } from 'vitest';
import { failingVerdicts } from '../report/verdicts.js';
import { type LivePartner, planFor, startPartner, verifyPartner } from './live-partner.test-support.js';
import type { Verification } from './verify-run.js';

const partners: LivePartner[] = [];
afterEach(async () => {
  for (const { server } of partners.splice(0)) await server.stop();
});

async function started(own: string, partner: string, between?: number): Promise<LivePartner> {
  const running = await startPartner(own, partner, between);
  partners.push(running);
  return running;
}

const failures = ({ exchanges }: Verification) =>
  exchanges.flatMap(({ result, checks }) =>
    checks
      .filter(({ verdict }) => failingVerdicts.has(verdict))
      .map(({ check }) => [result.exchange.id, check.id, check.outcome, check.problem]),
  );

describe('verifying a second reference server', { timeout: 120_000 }, () => {
  it.each([
    ['vdx', 'NLA:XALM', 'NLA:XVDX'],
    ['aleph', 'XALEPH:ALMA', 'XALEPH:LEND'],
    ['ill-sbn', 'IT-XX0001', 'IT-XX0000'],
    ['ladd', 'NLA:XOURS', 'NLA:XLADD'],
  ])('finds %s conformant in both roles', async (system, own, partner) => {
    const plan = planFor(system, ['borrower', 'lender']);
    const running = await started(own, partner);
    const verification = await verifyPartner(plan, running);
    expect(failures(verification)).toEqual([]);
    expect(verification.complaints).toEqual([]);
    expect(verification.exchanges.length).toBeGreaterThanOrEqual(12);
  });
});
