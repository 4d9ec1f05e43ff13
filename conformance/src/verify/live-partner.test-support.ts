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
import { type LivePartner, verifyPartner } from './verify-partner.js';
import type { Verification } from './verify-run.js';

const suite = loadSuite();
const host = '127.0.0.1';

/** A second reference server, configured as the partner of a row, and where it says its answers. */
export interface RunningPartner {
  readonly server: RunningServer;
  readonly listener: PeerAddress;
  readonly answersTo: number;
  /** Its staff does something in the newest loan that it lends, as soon as the loan lets them. */
  staff(event: ActOfStaff): Promise<void>;
}

/** What a partner is set up with; what is absent is plain. */
export interface PartnerSettings {
  /** The port at which the partner shall believe that the harness listens; the harness's own when absent. */
  readonly between?: number;
  /** How the partner shall believe that the harness writes. */
  readonly profile?: string;
  readonly protocol?: string;
  readonly transport?: string;
  /** What else stands in the settings: of the harness as a peer, and of readers. */
  readonly peer?: Readonly<Record<string, unknown>>;
  readonly delivery?: Readonly<Record<string, number>>;
  readonly patrons?: readonly Readonly<Record<string, string | boolean>>[];
  /** What else its settings say of SLNP. */
  readonly slnp?: Readonly<Record<string, unknown>>;
  /** TLS of its listener, and towards the harness, as they stand in its settings. */
  readonly tls?: { readonly listener?: TlsFiles; readonly peer?: TlsFiles };
}

type TlsFiles = Readonly<Record<string, string>>;

export async function startPartner(
  own: string,
  partner: string,
  settings: PartnerSettings = {},
): Promise<RunningPartner> {
  const { between, profile = 'alma', protocol = 'iso-ill', transport = '1611', tls = {} } = settings;
  const answersTo = await freePort();
  const address = { host, port: between ?? answersTo };
  const server = await processEngine.startServer({
    listeners: [{ protocol, transport, ...(tls.listener ? { tls: tls.listener } : {}) }],
    libraries: [{ symbol: partner, name: 'Partner Library' }],
    peers: [
      {
        symbol: own,
        protocol,
        transport,
        profile,
        address,
        ...settings.peer,
        ...(tls.peer ? { tls: tls.peer } : {}),
      },
    ],
    ...(settings.delivery ? { delivery: settings.delivery } : {}),
    ...(settings.slnp ? { slnp: settings.slnp } : {}),
    ...(settings.patrons ? { patrons: settings.patrons } : {}),
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

export function planFor(
  system: string,
  roles?: readonly Role[],
  only?: readonly string[],
  transport?: string,
  profile?: string,
): Plan {
  const choice = {
    system,
    ...(roles ? { roles } : {}),
    ...(only ? { only } : {}),
    ...(transport ? { transport } : {}),
    ...(profile ? { profile } : {}),
  };
  return planOf(suite, protocolsUnderTest, choice);
}

/** How a partner is verified. */
export interface VerifyingOptions
  extends Pick<LivePartner, 'targetTls' | 'listenTls' | 'parties' | 'particulars' | 'mail'> {
  readonly desk?: PartnerDesk;
  readonly patienceMs?: number;
  readonly isDeaf?: boolean;
}

/** Where a partner is, and who works there. */
type VerifiedPartner = Pick<RunningPartner, 'listener' | 'answersTo'> & Works;
type Works = { readonly server: RunningServer } | { readonly desk: PartnerDesk };

const deskOf = (works: Works): PartnerDesk =>
  'desk' in works ? works.desk : referenceDesk(works.server.apiUrl);

/** Verifies a partner at its own desk, unless another one is given. */
export function verify(
  plan: Plan,
  { listener, answersTo, ...works }: VerifiedPartner,
  more: VerifyingOptions = {},
): Promise<Verification> {
  const { desk = deskOf(works), patienceMs = 10_000, isDeaf = false, ...rest } = more;
  const partner = {
    target: listener,
    desk,
    patienceMs,
    ...rest,
    ...(isDeaf ? {} : { listen: { host, port: answersTo } }),
  };
  return verifyPartner(plan, suite, partner, { begins: () => undefined, ends: () => undefined });
}
