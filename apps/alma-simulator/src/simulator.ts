import { createServer, type Server } from 'node:http';
import { getRequestListener } from '@hono/node-server';
import { type AlmaDouble, createAlmaDouble, type QuirkSwitches } from '@interlend/alma/double';
import type { Clock, Listening, PeerAddress } from '@interlend/core';
import { isSameAddress } from '@interlend/mail';
import { listenForMail } from '@interlend/mail/smtp';
import type { OpenBinding, ProtocolBinding } from './bindings/binding.js';
import { bindings as allBindings } from './bindings/index.js';
import { SimulatorClock } from './clock.js';
import { Arrivals } from './process/arrivals.js';
import { Desk } from './process/desk.js';
import { LoanBook, type ProcessParts } from './process/loan-book.js';
import { Mailbox } from './process/mailbox.js';
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
  /** Where each protocol listens, by its name, and where mails come in: `mail`. */
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
const mailPort = 2525;

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
  const parts: ProcessParts = {
    state: double.state,
    clock,
    institution: settings.institution,
    mail: settings.mail,
    sendsCheckedIn: settings.sendsCheckedIn,
    isLocating: settings.isLocating,
    channels: () => channels,
    onProblem,
  };
  const book = new LoanBook(parts);
  const arrivals = new Arrivals(parts, book);
  const desk: Desk = new Desk(parts, book);
  const mailbox = new Mailbox(parts, book, arrivals);
  const staff = createStaffApi({
    desk,
    mailbox,
    clock,
    problems,
    requests: function* () {
      yield* double.state.lending.values();
      for (const { request } of double.state.borrowing.values()) yield request;
    },
  });
  let http: Server | undefined;
  let post: Listening | undefined;
  const listeners = new Map<string, PeerAddress>();
  const close = async (): Promise<void> => {
    const server = http;
    http = undefined;
    if (server) await closeHttp(server);
    await post?.close();
    for (const [binding, open] of channels) {
      channels.delete(binding);
      await open.close();
    }
  };
  try {
    for (const binding of surroundings.bindings ?? allBindings) {
      const { protocol, defaultPort } = binding;
      const port = portFor(settings, protocol.name, defaultPort);
      const open = await binding.open({
        listen: { host, port },
        mail: settings.mail,
        hear: (message, about) => arrivals.hear(binding, message, about),
        onProblem,
      });
      channels.set(binding, open);
      if (open.address) listeners.set(protocol.name, open.address);
    }
    post = await listenForMail(
      { host, port: portFor(settings, 'mail', mailPort) },
      {
        isRecipient: (address) => isSameAddress(address, settings.mail.address),
        onError: (error, peer) => onProblem(`mail from ${peer}: ${error.message}`),
      },
      ({ raw }) => mailbox.put(raw),
    );
    listeners.set('mail', post.address);
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
      listeners,
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

/** A simulator whose REST takes any free port takes free ones throughout. */
function portFor({ port, ports }: SimulatorSettings, name: string, usual = 0): number {
  return ports[name] ?? (port === 0 ? 0 : usual);
}

function closeHttp(server: Server): Promise<void> {
  return new Promise((resolve) => {
    server.close(() => resolve());
    server.closeAllConnections();
  });
}
