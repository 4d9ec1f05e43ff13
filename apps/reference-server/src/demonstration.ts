import { join } from 'node:path';
import type { PeerAddress } from '@interlend/core';
import { withAddressBook } from './address-book.js';
import { silentLogger } from './logger.js';
import { checkSettings } from './read-settings.js';
import type { ProtocolRegistry } from './registry.js';
import { createServer, type Server } from './server.js';
import { createTcpTransports } from './transports.js';

/** Where a demonstration runs and speaks. */
export interface DemonstrationOptions {
  readonly registry: ProtocolRegistry;
  readonly protocol: string;
  /** Name of a one-way transport of the protocol. */
  readonly transport: string;
  /** A fresh folder for the two data files. */
  readonly folder: string;
  readonly print: (line: string) => void;
}

/** Two servers after their first loan. */
export interface Demonstration {
  readonly apiUrls: readonly string[];
  stop(): Promise<void>;
}

const borrower = { symbol: 'TEST:REQ', name: 'Riverside Library' };
const lender = { symbol: 'TEST:RSP', name: 'Hilltop Library' };

interface Timeline {
  readonly id: string;
  readonly state: string;
  readonly events: readonly { readonly key: string; readonly source: string; readonly message?: number }[];
  readonly messages: readonly {
    readonly id: number;
    readonly direction: 'in' | 'out';
    readonly name?: string;
    readonly octets: number;
    readonly at: string;
  }[];
}

/** The five steps: who takes each, by which action, and how both sides call the loan afterwards. */
const steps = [
  {
    by: 'lender',
    action: 'ship',
    body: { due: '2030-03-01' },
    says: 'ships the item, due 2030-03-01',
    heard: 'shipped',
  },
  { by: 'borrower', action: 'receive', body: {}, says: 'has received it', heard: 'received' },
  { by: 'borrower', action: 'return', body: {}, says: 'sends it back', heard: 'returned' },
  { by: 'lender', action: 'check-in', body: {}, says: 'has it back', heard: 'checkedIn' },
] as const;

/**
 * Starts two libraries as two servers with a data file each, lets one borrow from the other through their APIs and real
 * sockets, and prints every step as it arrives. Resolves when the loan is complete; both servers are still up.
 */
export async function demonstrate(options: DemonstrationOptions): Promise<Demonstration> {
  const { print } = options;
  const book = new Map<string, PeerAddress>();
  const began = performance.now();
  const borrowing = await startSide(options, book, borrower, lender);
  const servers = [borrowing];
  const stop = async (): Promise<void> => {
    for (const server of servers.splice(0)) await server.stop();
  };
  try {
    const lending = await startSide(options, book, lender, borrower);
    servers.push(lending);
    print(
      `${borrower.name} (${borrower.symbol}) and ${lender.name} (${lender.symbol}), two servers, ready in ${Math.round(performance.now() - began)} ms.`,
    );
    print(
      `They speak ${options.protocol} over TCP (${options.transport}): ${place(book, borrower.symbol)} and ${place(book, lender.symbol)}.`,
    );
    print('');
    await lend(options, borrowing, lending);
  } catch (error) {
    await stop();
    throw error;
  }
  return { apiUrls: [...servers.map(({ apiUrl }) => apiUrl)], stop };
}

async function lend({ print }: DemonstrationOptions, borrowing: Server, lending: Server): Promise<void> {
  const request = {
    borrower,
    lender,
    services: ['loan'],
    item: {
      kind: 'monograph',
      title: 'The Theory of Examples',
      author: 'Example, Anna',
      publicationDate: '1999',
    },
    needBefore: '2030-02-01',
  };
  const asked = await call<Timeline>(`${borrowing.apiUrl}/transactions`, { request });
  const atLender = await heard(lending, 'requested');
  print(line(atLender, 'requested', borrower.symbol, lender.symbol, 'asks for “The Theory of Examples”'));
  const ids = { borrower: asked.id, lender: atLender.id } as const;
  for (const { by, action, body, says, heard: key } of steps) {
    const [speaker, listener, from, to] =
      by === 'lender'
        ? ([lending, borrowing, lender.symbol, borrower.symbol] as const)
        : ([borrowing, lending, borrower.symbol, lender.symbol] as const);
    await call(`${speaker.apiUrl}/transactions/${ids[by]}/actions/${action}`, body);
    print(line(await heard(listener, key), key, from, to, says));
  }
  const [atBorrower, atTheEnd] = await Promise.all([
    call<Timeline>(`${borrowing.apiUrl}/transactions/${ids.borrower}`),
    call<Timeline>(`${lending.apiUrl}/transactions/${ids.lender}`),
  ]);
  print('');
  print(
    `Both sides agree: ${borrower.name} has the loan as “${atBorrower.state}”, ${lender.name} as “${atTheEnd.state}”.`,
  );
  print(
    'What you saw: each line is one message that crossed a TCP connection. It was written to disk by its sender before',
  );
  print(
    'it was sent, and by its receiver before it was acknowledged. The desk words are what staff do; beside them stands the',
  );
  print('message of the wire that carried them.');
}

/** Watches a server's stream until its only loan has heard an event over the wire; the loan as it is then. */
async function heard(server: Server, key: string): Promise<Timeline> {
  const stop = new AbortController();
  const response = await fetch(`${server.apiUrl}/events`, { signal: stop.signal });
  try {
    // The stream is open before the first look, so nothing can happen unseen between them.
    const changes = response.body?.pipeThrough(new TextDecoderStream()).getReader();
    for (;;) {
      const { transactions } = await call<{ readonly transactions: readonly { readonly id: string }[] }>(
        `${server.apiUrl}/transactions?limit=1`,
      );
      const [latest] = transactions;
      if (latest) {
        const timeline = await call<Timeline>(`${server.apiUrl}/transactions/${latest.id}`);
        if (timeline.events.some((event) => event.key === key && event.source === 'wire')) return timeline;
      }
      if ((await changes?.read())?.done !== false) throw new Error(`the stream of ${server.apiUrl} ended`);
    }
  } finally {
    stop.abort();
  }
}

function line(timeline: Timeline, key: string, from: string, to: string, says: string): string {
  const event = timeline.events.find((candidate) => candidate.key === key);
  const message = timeline.messages.find(({ id }) => id === event?.message);
  const time = message?.at.slice(11, 23) ?? '';
  const wire = message === undefined ? '' : `${message.name ?? ''}, ${message.octets} octets`;
  return `${time}  ${from} → ${to}  ${says.padEnd(38)} ${wire}`;
}

async function call<Answer>(url: string, body?: object): Promise<Answer> {
  const init =
    body === undefined
      ? {}
      : { method: 'POST', body: JSON.stringify(body), headers: { 'content-type': 'application/json' } };
  const response = await fetch(url, init);
  if (!response.ok) throw new Error(`${url} answered ${response.status}: ${await response.text()}`);
  return (await response.json()) as Answer;
}

async function startSide(
  { registry, protocol, transport, folder }: DemonstrationOptions,
  book: Map<string, PeerAddress>,
  own: { readonly symbol: string; readonly name: string },
  other: { readonly symbol: string; readonly name: string },
): Promise<Server> {
  const { settings, mistakes } = checkSettings(
    {
      data: join(folder, `${own.symbol.replace(':', '-').toLowerCase()}.sqlite`),
      api: { port: 0 },
      libraries: [own],
      listeners: [{ protocol, transport, port: 0 }],
      // The address stands in the book, because both servers listen on free ports.
      peers: [{ ...other, protocol, transport, address: '127.0.0.1:1' }],
    },
    {},
    registry,
  );
  if (!settings) throw new AggregateError(mistakes, 'settings of the demonstration are wrong');
  const logger = silentLogger;
  const transports = withAddressBook(createTcpTransports(settings.delivery, logger), book);
  const server = createServer(settings, { registry, transports, logger });
  await server.start();
  const [address] = server.listeners;
  if (address) book.set(own.symbol, address);
  return server;
}

function place(book: ReadonlyMap<string, PeerAddress>, symbol: string): string {
  const address = book.get(symbol);
  return address === undefined ? '?' : `${address.host}:${address.port}`;
}
