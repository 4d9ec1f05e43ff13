import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fromPartnerSettings, type Partner } from '@interlend/alma';
import { type AlmaDouble, createAlmaDouble } from '@interlend/alma/double';
import { afterEach, beforeEach } from 'vitest';
import { createLogger } from '../logger.js';
import { defaultRegistry } from '../protocols.js';
import type { Server } from '../server.js';
import type { SettingsInput } from '../settings.js';
import { borrower, eventually, lender, memoryTransports, startServer } from '../test-server.test-support.js';
import type { Transports } from '../transports.js';

export const key = 'l8xx-example-key';

const isoPartner = (code: string, symbol: string): Partner =>
  fromPartnerSettings({
    protocol: 'iso-ill',
    code,
    name: `Library ${code}`,
    isActive: true,
    lends: true,
    borrows: true,
    symbol,
    host: 'peer',
    port: 1611,
    expiry: { rule: 'never' },
    sendsRequesterInformation: false,
    sharesBarcodes: false,
  });

/** A double of Alma, and servers that are wired to it, made anew for every test. */
export class Wiring {
  folder = '';
  logged: string[] = [];
  /** Nobody answers. */
  isAway = false;
  double: AlmaDouble = createAlmaDouble();
  /** In the place of the double, for answers that get lost. */
  handle: ((request: Request) => Promise<Response>) | undefined;
  readonly running: Server[] = [];
  #transports: Transports = memoryTransports();

  begin(): void {
    this.folder = mkdtempSync(join(tmpdir(), 'interlend-alma-'));
    writeFileSync(join(this.folder, 'key'), `${key}\n`);
    this.#transports = memoryTransports();
    this.isAway = false;
    this.handle = undefined;
    this.logged = [];
    this.double = createAlmaDouble({
      apiKey: key,
      thresholds: { perSecond: 1000 },
      seed: {
        partners: [
          isoPartner('BORROWER', borrower),
          isoPartner('LENDER', lender),
          {
            partner_details: {
              code: 'RAPID',
              name: 'R',
              status: 'ACTIVE',
              profile_details: { profile_type: 'RAPID', rapid_details: {} },
            },
          },
        ],
        users: [{ primary_id: 'ill', rs_library: [{ code: { value: 'RS' } }] }],
        bibs: [{ mms_id: '991', title: 'On Examples' }],
        items: [
          {
            bib_data: { mms_id: '991' },
            holding_data: { holding_id: '22' },
            item_data: { pid: '23', barcode: 'B-1', base_status: { value: '0' } },
          },
        ],
      },
    });
  }

  async end(): Promise<void> {
    for (const server of this.running.splice(0)) await server.stop();
    rmSync(this.folder, { recursive: true, force: true });
  }

  /** The section `alma` of settings. */
  alma(): NonNullable<SettingsInput['alma']> {
    return {
      server: 'https://alma.example',
      apiKeyFile: join(this.folder, 'key'),
      rsLibrary: 'RS',
      circDesk: 'DESK',
      patron: 'ill',
      retryMs: 20,
      perSecond: 1000,
      keepRemaining: 0,
    };
  }

  async side(symbol: string, port: number, more: Partial<SettingsInput> = {}): Promise<Server> {
    const server = await startServer(
      symbol,
      { listeners: [{ protocol: 'iso-ill', transport: '1611', host: 'peer', port }], ...more },
      {
        registry: defaultRegistry,
        transports: this.#transports,
        logger: createLogger('debug', { write: (text) => this.logged.push(text) }),
        fetch: (...args) =>
          this.isAway
            ? Promise.reject(new TypeError('fetch failed'))
            : (this.handle ?? this.double.handle)(new Request(...args)),
      },
    );
    this.running.push(server);
    return server;
  }

  /** How often the double was asked for an operation. */
  times(operation: string): number {
    return this.double.calls.filter((call) => call.operation === operation).length;
  }
}

/** A wiring that is begun before each test of the file and ended after it. */
export function wiring(): Wiring {
  const wired = new Wiring();
  beforeEach(() => wired.begin());
  afterEach(() => wired.end());
  return wired;
}

export const peerOf = (symbol: string, port: number) => ({
  peers: [{ symbol, protocol: 'iso-ill', transport: '1611', address: `peer:${port}` }],
});

/** The loan of a server, in a state. */
export const loanOf = (server: Server, state: string) =>
  eventually(async () => (await server.store.transactions({ state }, 1)).rows[0]);

/** Staff say something about the only loan of a server. */
export const say = async (server: Server, action: string, body: object = {}): Promise<void> => {
  const id = (await server.store.transactions({}, 1)).rows[0]?.id;
  const response = await fetch(`${server.apiUrl}/transactions/${id}/actions/${action}`, {
    method: 'POST',
    body: JSON.stringify(body),
    headers: { 'content-type': 'application/json' },
  });
  if (!response.ok) throw new Error(await response.text());
};
