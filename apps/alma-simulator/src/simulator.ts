import { createServer, type Server } from 'node:http';
import { getRequestListener } from '@hono/node-server';
import { type AlmaDouble, createAlmaDouble, type QuirkSwitches } from '@interlend/alma/double';
import type { Clock, PeerAddress } from '@interlend/core';
import type { OpenBinding, ProtocolBinding } from './bindings/binding.js';
import { bindings as allBindings } from './bindings/index.js';
import { SimulatorClock } from './clock.js';
import { Desk } from './process/desk.js';
import { seedOf } from './seed.js';
import { SimulatorSettings, type SimulatorSettingsInput } from './settings.js';
import { createStaffApi } from './staff-api.js';

/** What a simulator takes from the world; everything has a default. */
export interface SimulatorSurroundings {
  readonly clock?: Clock;
  readonly quirks?: Partial<QuirkSwitches>;
  readonly bindings?: readonly ProtocolBinding[];
}

/** A running simulator. */
export interface Simulator {
  /** Where REST, SRU (`/view/sru/…`) and staff actions (`/staff/…`) are. */
  readonly url: string;
  /** Where each protocol listens, by its name. */
  readonly listeners: ReadonlyMap<string, PeerAddress>;
  readonly double: AlmaDouble;
  readonly desk: Desk;
  readonly clock: SimulatorClock;
  /** What went wrong at the wires, the latest last. */
  readonly problems: readonly string[];
  close(): Promise<void>;
}

const host = '127.0.0.1';
const keptProblems = 1000;

/** Starts a simulator. It listens on this machine only, and everything it knows is gone when it ends. */
export async function startSimulator(
  input: SimulatorSettingsInput = {},
  surroundings: SimulatorSurroundings = {},
): Promise<Simulator> {
  const settings = SimulatorSettings.parse(input);
  const clock = new SimulatorClock(surroundings.clock);
  const problems: string[] = [];
  const onProblem = (problem: string): void => {
    problems.push(problem);
    if (problems.length > keptProblems) problems.shift();
  };
  const double = createAlmaDouble({
    seed: seedOf(settings),
    apiKey: settings.apiKey,
    thresholds: { perSecond: settings.perSecond, perDay: settings.perDay },
    clock,
    quirks: { locateOnCreation: settings.isLocating, ...surroundings.quirks },
    hooks: {
      itemScanned: ({ item_data }) => desk.scanned(item_data.barcode),
      async borrowingRequestCancelled({ request }) {
        if (desk.allowed(request.request_id).includes('cancel'))
          await desk.act(request.request_id, 'cancel', {});
      },
    },
  });
  const channels = new Map<ProtocolBinding, OpenBinding>();
  const desk: Desk = new Desk({
    state: double.state,
    clock,
    institution: settings.institution,
    sendsCheckedIn: settings.sendsCheckedIn,
    isLocating: settings.isLocating,
    channels: () => channels,
    onProblem,
  });
  const staff = createStaffApi({
    desk,
    clock,
    problems,
    requests: function* () {
      yield* double.state.lending.values();
      for (const { request } of double.state.borrowing.values()) yield request;
    },
  });
  let http: Server | undefined;
  const close = async (): Promise<void> => {
    const server = http;
    http = undefined;
    if (server) await closeHttp(server);
    for (const [binding, open] of channels) {
      channels.delete(binding);
      await open.close();
    }
  };
  try {
    for (const binding of surroundings.bindings ?? allBindings) {
      const port = settings.ports[binding.protocol.name] ?? binding.defaultPort;
      const hear = (message: unknown): Promise<void> => desk.hear(binding, message);
      channels.set(binding, await binding.open({ listen: { host, port }, hear, onProblem }));
    }
    const handle = async (request: Request): Promise<Response> =>
      new URL(request.url).pathname.startsWith('/staff/') ? staff.fetch(request) : double.handle(request);
    const answer = getRequestListener(handle, { overrideGlobalObjects: false });
    // Never rejects: what goes wrong has become an answer by then.
    const server = createServer((request, response) => void answer(request, response));
    http = server;
    await new Promise<void>((resolve, reject) => {
      server.once('error', reject);
      server.listen({ host, port: settings.port }, resolve);
    });
    const bound = server.address();
    const port = bound !== null && typeof bound === 'object' ? bound.port : settings.port;
    return {
      url: `http://${host}:${port}`,
      listeners: new Map([...channels].map(([{ protocol }, { address }]) => [protocol.name, address])),
      double,
      desk,
      clock,
      problems,
      close,
    };
  } catch (error) {
    await close();
    throw error;
  }
}

function closeHttp(server: Server): Promise<void> {
  return new Promise((resolve) => {
    server.close(() => resolve());
    server.closeAllConnections();
  });
}
