import { type AlmaClient, AlmaLimiter, createAlmaClient } from '@interlend/alma';
import type { LendingEvent, LendingEventKey } from '@interlend/core';
import {
  checkSettings,
  createServer,
  defaultRegistry,
  type Server,
  type SettingsInput,
} from '@interlend/reference-server';
import type { SimulatorSettingsInput } from './settings.js';
import { type Simulator, startSimulator } from './simulator.js';

const apiKey = 'rehearsal';

/** A request as staff see it. */
export interface StaffView {
  readonly id: string;
  readonly status: string;
  readonly state: string;
  readonly allowed: readonly string[];
  readonly conversation: readonly { readonly direction: string; readonly message: string }[];
}

/** A simulator, the client that looks at it, and the hands of its staff. */
export interface Rehearsal {
  readonly alma: Simulator;
  readonly client: AlmaClient;
  /** What is said to staff under a path. @throws Error with the answer when it is refused */
  staff(path: string, body?: object): Promise<StaffView>;
  act(id: string, action: string, body?: object): Promise<StaffView>;
  /** Resolves when `read` gives what is wanted: looked at after every change in Alma. */
  shows(read: () => Promise<string | undefined>, wanted: string): Promise<void>;
  /** What was said about a request, each with its direction. */
  said(id: string): Promise<readonly string[]>;
}

/** Starts a simulator on ports of its own. */
export async function rehearse(settings: SimulatorSettingsInput): Promise<Rehearsal> {
  const alma = await startSimulator({ port: 0, apiKey, perSecond: 1000, ...settings });
  const client = createAlmaClient({
    server: alma.url,
    apiKey,
    limiter: new AlmaLimiter({ perSecond: 1000 }),
  });
  const staff = async (path: string, body?: object): Promise<StaffView> => {
    const response = await fetch(
      `${alma.url}/staff/${path}`,
      body ? { method: 'POST', body: JSON.stringify(body) } : {},
    );
    const answer: unknown = await response.json();
    if (!response.ok) throw new Error(JSON.stringify(answer));
    return answer as StaffView;
  };
  return {
    alma,
    client,
    staff,
    act: (id, action, body = {}) => staff(`requests/${id}/actions/${action}`, body),
    shows: (read, wanted) =>
      new Promise((resolve, reject) => {
        const look = (): void => {
          read().then((found) => {
            if (found !== wanted) return;
            stop();
            resolve();
          }, reject);
        };
        const stop = alma.desk.watch(look);
        look();
      }),
    said: async (id) =>
      (await staff(`requests/${id}`)).conversation.map(({ direction, message }) => `${direction} ${message}`),
  };
}

/** Starts a reference server with one library. */
export async function startPartner(
  symbol: string,
  settings: Partial<SettingsInput>,
  environment: Readonly<Record<string, string>> = {},
): Promise<Server> {
  const { settings: checked, mistakes = [] } = checkSettings(
    {
      data: ':memory:',
      commitDelayMs: 0,
      api: { port: 0 },
      libraries: [{ symbol, name: symbol }],
      log: { level: 'silent' },
      ...settings,
    },
    environment,
    defaultRegistry,
  );
  if (!checked) throw new AggregateError(mistakes);
  const server = createServer(checked);
  await server.start();
  return server;
}

/** What `find` gives, once it gives something: looked at after every change in a server. */
function eventually<Found>(server: Server, find: () => Promise<Found | undefined>): Promise<Found> {
  return new Promise((resolve, reject) => {
    const look = (): void => {
      find().then((found) => {
        if (found === undefined) return;
        stop();
        resolve(found);
      }, reject);
    };
    const stop = server.stream.watch(look);
    look();
  });
}

/** The loan of a server, once it is in a state. */
export const loanIn = (server: Server, state: string): Promise<string> =>
  eventually(server, async () => (await server.store.transactions({ state }, 1)).rows[0]?.id);

/** Resolves when the partner has been told something about a loan. */
export async function hears(server: Server, id: string, key: LendingEventKey): Promise<void> {
  await eventually(server, async () => (await server.store.events(id)).find((event) => event.key === key));
}

/** Staff of a server accept what a letter is thought to say, once it waits for them. */
export async function accepts(server: Server, id: string): Promise<void> {
  const reading = await eventually(server, async () => {
    const response = await fetch(new URL(`/transactions/${id}`, server.apiUrl));
    const { pending } = (await response.json()) as { readonly pending: readonly { readonly id: string }[] };
    return pending[0];
  });
  await server.desk.decide(id, reading.id, 'accept');
}

/** Staff of a server say something. */
export const says = (server: Server, id: string, event: LendingEvent): Promise<unknown> =>
  server.desk.act(id, () => event);

/** A borrowing request for a physical item. */
export const aBorrowingRequest = (title: string) => ({
  title,
  citation_type: { value: 'BK' },
  format: { value: 'PHYSICAL' },
  pickup_location: { value: 'RS' },
  agree_to_copyright_terms: true,
});
