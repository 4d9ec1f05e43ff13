import type { PeerAddress, Role } from '@interlend/core';
import { freePort } from '@interlend/testing';
import type { RunningServer } from '../engine/engine.js';
import { processEngine } from '../engine/processes.js';
import { protocolsUnderTest } from '../run/protocols.js';
import { ServerApi } from '../run/server-api.js';
import type { ActOfStaff } from '../run/side-under-test.js';
import { loadSuite } from '../suite/load.js';
import type { PartnerDesk } from './partner-desk.js';
import { referenceDesk } from './reference-desk.js';
import { type Plan, planOf } from './scenarios.js';
import { verifyPartner } from './verify-partner.js';
import type { Verification } from './verify-run.js';

const suite = loadSuite();
const host = '127.0.0.1';
const transport = '1611';

/** A second reference server, configured as the partner of a row, and where it says its answers. */
export interface RunningPartner {
  readonly server: RunningServer;
  readonly listener: PeerAddress;
  readonly answersTo: number;
  /** Its staff does something in the newest loan that it lends, as soon as the loan lets them. */
  staff(event: ActOfStaff): Promise<void>;
}

/**
 * @param between the port at which the partner shall believe that the harness listens; the harness's own when absent
 * @param profile how the partner shall believe that the harness writes
 */
export async function startPartner(
  own: string,
  partner: string,
  { between, profile = 'alma' }: { readonly between?: number; readonly profile?: string } = {},
): Promise<RunningPartner> {
  const answersTo = await freePort();
  const address = { host, port: between ?? answersTo };
  const server = await processEngine.startServer({
    listeners: [{ protocol: 'iso-ill', transport }],
    libraries: [{ symbol: partner, name: 'Partner Library' }],
    peers: [{ symbol: own, protocol: 'iso-ill', transport, profile, address }],
  });
  const [listener] = server.listeners;
  if (!listener) throw new Error('the server has no listener');
  const api = new ServerApi(server.apiUrl);
  const staff = async (event: ActOfStaff): Promise<void> => {
    for (;;) {
      const id = await api.newestLending(partner, own);
      if (id !== undefined) {
        await api.act(id, event);
        return;
      }
    }
  };
  return { server, listener, answersTo, staff };
}

export function planFor(system: string, roles: readonly Role[], only?: readonly string[]): Plan {
  return planOf(suite, protocolsUnderTest, { system, roles, ...(only ? { only } : {}) });
}

/** Verifies a partner whose desk is worked by its API, unless another desk is given. */
export function verify(
  plan: Plan,
  { server, listener, answersTo }: RunningPartner,
  more: { readonly desk?: PartnerDesk; readonly patienceMs?: number; readonly isDeaf?: boolean } = {},
): Promise<Verification> {
  const { desk = referenceDesk(server.apiUrl), patienceMs = 10_000, isDeaf = false } = more;
  const partner = {
    target: listener,
    desk,
    patienceMs,
    ...(isDeaf ? {} : { listen: { host, port: answersTo } }),
  };
  return verifyPartner(plan, suite, partner, { begins: () => undefined, ends: () => undefined });
}
