import type { PeerAddress, Role } from '@interlend/core';
import { createTcpAcceptor, createTcpConnector } from '@interlend/transport/tcp';
import type { RunningServer } from '../engine/engine.js';
import { processEngine } from '../engine/processes.js';
import { freePort } from '../free-port.test-support.js';
import { protocolsUnderTest } from '../run/protocols.js';
import { loadSuite } from '../suite/load.js';
import type { PartnerDesk } from './partner-desk.js';
import { PartnerLine } from './partner-line.js';
import { referenceDesk } from './reference-desk.js';
import { type Plan, planOf } from './scenarios.js';
import { runVerification, type Verification } from './verify-run.js';

export const suite = loadSuite();
const host = '127.0.0.1';
const transport = '1611';

/** A second reference server, configured as the partner of a row, and where it says its answers. */
export interface LivePartner {
  readonly server: RunningServer;
  readonly listener: PeerAddress;
  readonly answersTo: number;
}

/** @param between where the partner shall believe that the harness listens; the harness's own port when absent */
export async function startPartner(own: string, partner: string, between?: number): Promise<LivePartner> {
  const answersTo = await freePort();
  const address = { host, port: between ?? answersTo };
  const server = await processEngine.startServer({
    listeners: [{ protocol: 'iso-ill', transport }],
    libraries: [{ symbol: partner, name: 'Partner Library' }],
    peers: [{ symbol: own, protocol: 'iso-ill', transport, profile: 'alma', address }],
  });
  const [listener] = server.listeners;
  if (!listener) throw new Error('the server has no listener');
  return { server, listener, answersTo };
}

export function planFor(system: string, roles: readonly Role[], only?: readonly string[]): Plan {
  return planOf(suite, protocolsUnderTest, { system, roles, ...(only ? { only } : {}) });
}

/** Verifies a partner whose desk is worked by its API, unless another desk is given. */
export async function verifyPartner(
  plan: Plan,
  { server, listener, answersTo }: LivePartner,
  more: { readonly desk?: PartnerDesk; readonly patienceMs?: number; readonly isDeaf?: boolean } = {},
): Promise<Verification> {
  const [put] = plan.scenarios.map((scenario) => scenario.put);
  if (!put) throw new Error('an empty plan');
  const line = new PartnerLine({
    connector: createTcpConnector(),
    acceptor: createTcpAcceptor(),
    target: listener,
    ...(more.isDeaf ? {} : { listen: { host, port: answersTo } }),
    createFramer: () => put.protocol.createFramer(),
  });
  await line.listen();
  let count = 0;
  try {
    return await runVerification(
      plan,
      suite,
      {
        line,
        desk: more.desk ?? referenceDesk(server.apiUrl),
        patienceMs: more.patienceMs ?? 10_000,
        now: () => new Date(),
        newOpening: () => ({ group: 'VERIFY', qualifier: `V${++count}` }),
        parties: {},
      },
      { begins: () => undefined, ends: () => undefined },
    );
  } finally {
    await line.close();
  }
}
