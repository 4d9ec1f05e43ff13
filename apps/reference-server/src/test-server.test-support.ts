import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { LendingRequest } from '@interlend/core';
import { silentLogger } from './logger.js';
import { createRegistry, type ProtocolRegistry } from './protocols.js';
import { checkSettings } from './read-settings.js';
import { createServer, type Server, type ServerSurroundings } from './server.js';
import type { Settings, SettingsInput } from './settings.js';
import { createToyProtocol } from './toy-protocol.test-support.js';

export const borrower = 'TEST:REQ';
export const lender = 'TEST:RSP';

/** The toy over both styles of transport. */
export const toyRegistry: ProtocolRegistry = createRegistry([
  { protocol: createToyProtocol(), transports: { push: 'one-way', talk: 'two-way' } },
]);

/** Pauses short enough for tests. */
export const fastDelivery = {
  firstDelayMs: 20,
  factor: 2,
  jitter: 0,
  timeoutMs: 2000,
  closeWaitMs: 1000,
  settleMs: 20,
  keepOpenMs: 500,
} as const;

/** Settings that must be right. */
export function settingsOf(input: SettingsInput, registry: ProtocolRegistry = toyRegistry): Settings {
  const { settings, mistakes } = checkSettings(input, {}, registry);
  if (!settings) throw new AggregateError(mistakes, mistakes.map(({ message }) => message).join('; '));
  return settings;
}

/** A folder that goes when the test is over. */
export function temporaryFolder(): { readonly path: string; remove(): void } {
  const path = mkdtempSync(join(tmpdir(), 'interlend-'));
  return { path, remove: () => rmSync(path, { recursive: true, force: true }) };
}

/** A server with one library, listening on a free port. */
export async function startServer(
  symbol: string,
  more: Partial<SettingsInput> = {},
  surroundings: ServerSurroundings = {},
): Promise<Server> {
  const registry = surroundings.registry ?? toyRegistry;
  const settings = settingsOf(
    {
      data: ':memory:',
      commitDelayMs: 0,
      api: { port: 0 },
      libraries: [{ symbol, name: `Library ${symbol}` }],
      listeners: [{ protocol: 'toy', transport: 'push', port: 0 }],
      delivery: fastDelivery,
      log: { level: 'silent' },
      ...more,
    },
    registry,
  );
  const server = createServer(settings, { logger: silentLogger, registry, ...surroundings });
  await server.start();
  return server;
}

export const aRequest: LendingRequest = {
  borrower: { symbol: borrower },
  lender: { symbol: lender },
  services: ['loan'],
  item: { kind: 'monograph', title: 'On Examples', author: 'A. Author' },
};

/** Waits until `look` finds something. */
export async function eventually<Found>(look: () => Promise<Found | undefined>, withinMs = 10_000): Promise<Found> {
  const until = Date.now() + withinMs;
  for (;;) {
    const found = await look();
    if (found !== undefined) return found;
    if (Date.now() > until) throw new Error(`not seen within ${withinMs} ms`);
    await new Promise((resolve) => {
      setTimeout(resolve, 5);
    });
  }
}
