import { randomBytes } from 'node:crypto';
import type { PeerAddress } from '@interlend/core';
import {
  type AcceptorTls,
  type ConnectorTls,
  createTcpAcceptor,
  createTcpConnector,
} from '@interlend/transport/tcp';
import { formatCounts } from '../report/console-report.js';
import type { RunReport } from '../report/run-report.js';
import { HarnessError } from '../run/checks.js';
import type { Suite } from '../suite/load.js';
import { type MailSecurity, mostTakesWithinMs } from './line/carrier.js';
import { PartnerLine } from './line/partner-line.js';
import { liveScenario } from './live-scenario.js';
import type { Parties } from './live-values.js';
import { orderNumbers } from './order-numbers.js';
import type { PartnerDesk } from './partner-desk.js';
import type { Plan } from './scenarios.js';
import { runVerification, type Verification, type VerificationProgress } from './verify-run.js';

/** A live partner, and who works there. */
export interface LivePartner {
  readonly target: PeerAddress;
  /** Where the partner says its answers; absent where it cannot. */
  readonly listen?: PeerAddress;
  /** TLS on the way to the partner; plain when absent. */
  readonly targetTls?: ConnectorTls;
  /** TLS on the way from the partner; plain when absent. */
  readonly listenTls?: AcceptorTls;
  /** What mails need beyond plain SMTP. */
  readonly mail?: MailSecurity;
  readonly desk: PartnerDesk;
  /** Values that the partner needs in place of those of the exchanges, by name. */
  readonly particulars?: Readonly<Record<string, string>>;
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
 * Plays the other side of a plan's scenarios against a partner.
 *
 * @throws ConfigError when a key or a certificate is none
 * @throws HarnessError when it cannot listen, or nothing answers where the partner should be
 */
export async function verifyPartner(
  plan: Plan,
  suite: Suite,
  partner: LivePartner,
  progress: VerificationProgress,
): Promise<Verification> {
  const { target, listen, targetTls, listenTls, mail, desk, patienceMs } = partner;
  const { parties = {}, particulars = {} } = partner;
  const scenarios = plan.scenarios.map((scenario) => liveScenario(scenario, parties, particulars));
  const [first] = scenarios;
  if (!first)
    throw new HarnessError(`${plan.system.id}: no conversation of the suite can be tried in this role`);
  const { signal = new AbortController().signal } = partner;
  const line = new PartnerLine({
    connector: createTcpConnector(targetTls ? { tls: targetTls } : {}),
    acceptor: createTcpAcceptor({
      ...(listenTls ? { tls: listenTls } : {}),
      onError: (error) => line.noteTrouble(error instanceof Error ? error.message : String(error)),
    }),
    target,
    isSecured: targetTls !== undefined,
    ...(mail ? { mail } : {}),
    ...(listen ? { listen } : {}),
    manner: first.by.manner,
    put: first.put,
    takesWithinMs: Math.min(patienceMs, mostTakesWithinMs),
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
      newOrder: orderNumbers(new Date()),
      past: new Set<string>(),
      particulars,
    };
    return await runVerification({ ...plan, scenarios }, suite, stage, progress);
  } finally {
    await line.close();
  }
}

/** A verification as a report. */
export function reportOf(
  { plan, exchanges, requirements, excluded, complaints, isBroken }: Verification,
  { target, listen, targetTls, listenTls, desk }: LivePartner,
): RunReport {
  const { system } = plan;
  const [first] = plan.scenarios;
  const secured = (tls: object | undefined): string => (tls ? ', over TLS' : '');
  const place = ({ host, port }: PeerAddress): string => `${host}:${port}`;
  const roles = [...new Set(plan.scenarios.map(({ partnerRole }) => partnerRole))];
  return {
    title: `Verification of ${system.system} at ${place(target)}`,
    facts: [
      ['System', `${system.system} (${system.vendor})`],
      [
        'Protocol',
        `${system.protocol}, profile ${system.profile}, transport ${first?.exchange.transport ?? 'none'}${secured(targetTls)}`,
      ],
      ['The partner is', roles.join(' and ')],
      ['Answers came to', listen ? place(listen) + secured(listenTls) : 'nowhere: no listener'],
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
