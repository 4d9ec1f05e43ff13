import { randomBytes } from 'node:crypto';
import type { PeerAddress } from '@interlend/core';
import { createTcpAcceptor, createTcpConnector } from '@interlend/transport/tcp';
import { formatCounts } from '../report/console-report.js';
import type { RunReport } from '../report/run-report.js';
import { HarnessError } from '../run/checks.js';
import type { Suite } from '../suite/load.js';
import type { Parties } from './live-values.js';
import type { PartnerDesk } from './partner-desk.js';
import { PartnerLine } from './partner-line.js';
import type { Plan } from './scenarios.js';
import { runVerification, type Verification, type VerificationProgress } from './verify-run.js';

/** A live partner, and who works there. */
export interface LivePartner {
  readonly target: PeerAddress;
  /** Where the partner says its answers; absent where it cannot. */
  readonly listen?: PeerAddress;
  readonly desk: PartnerDesk;
  /** How long the partner, and who works there, may take for one message. */
  readonly patienceMs: number;
  /** Symbols of the two libraries; those of the suite's exchanges where absent. */
  readonly parties?: Partial<Parties>;
  /** Aborts when nothing more shall be tried; its reason says why. */
  readonly signal?: AbortSignal;
}

/** Octets of a qualifier in hex. */
const qualifierOctets = 8;

/**
 * Plays the other side of a plan's scenarios against a partner over TCP.
 *
 * @throws HarnessError when it cannot listen, or nothing answers where the partner should be
 */
export async function verifyPartner(
  plan: Plan,
  suite: Suite,
  partner: LivePartner,
  progress: VerificationProgress,
): Promise<Verification> {
  const [first] = plan.scenarios;
  if (!first)
    throw new HarnessError(`${plan.system.id}: no conversation of the suite can be tried in this role`);
  const { target, listen, desk, patienceMs, parties = {}, signal = new AbortController().signal } = partner;
  const line = new PartnerLine({
    connector: createTcpConnector(),
    acceptor: createTcpAcceptor(),
    target,
    ...(listen ? { listen } : {}),
    createFramer: () => first.put.protocol.createFramer(),
  });
  const token = (): string => randomBytes(qualifierOctets).toString('hex').toUpperCase();
  const group = `VERIFY-${token()}`;
  try {
    await line.listen().catch((error: unknown) => {
      const why = error instanceof Error ? error.message : String(error);
      throw new HarnessError(`cannot listen for the partner's answers: ${why}`);
    });
    const stage = {
      line,
      desk,
      patienceMs,
      parties,
      signal,
      now: () => new Date(),
      newOpening: () => ({ group, qualifier: token() }),
    };
    return await runVerification(plan, suite, stage, progress);
  } finally {
    await line.close();
  }
}

/** A verification as a report. */
export function reportOf(
  { plan, exchanges, requirements, excluded, complaints, isBroken }: Verification,
  { target, listen, desk }: LivePartner,
): RunReport {
  const { system } = plan;
  const place = ({ host, port }: PeerAddress): string => `${host}:${port}`;
  const roles = [...new Set(plan.scenarios.map(({ exchange }) => exchange.peer.role))];
  return {
    title: `Verification of ${system.system} at ${place(target)}`,
    facts: [
      ['System', `${system.system} (${system.vendor})`],
      ['Protocol', `${system.protocol}, profile ${system.profile}`],
      ['The partner is', roles.join(' and ')],
      ['Answers came to', listen ? place(listen) : 'nowhere: no listener'],
      ['At the desk', desk.name],
      ['Conversations', `${formatCounts(exchanges)}; ${excluded.length} no live partner can be asked for`],
      ['Day', new Date().toISOString().slice(0, 10)],
    ],
    exchanges,
    requirements,
    excluded,
    complaints,
    isBroken,
  };
}
