import { createServer, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { PeerAddress } from '@interlend/core';
import { type Difference, differences } from '../matching.js';
import { isFilled } from '../redaction.js';
import type { HttpCall, HttpExchange } from './format.js';
import { xmlValue } from './xml-value.js';

/** A recorded server that answers as it did. */
export interface HttpReplay {
  readonly address: PeerAddress;
  /** Requests that nobody recorded, and what was said in place of them. */
  readonly problems: readonly string[];
  /** Calls that were not made yet. */
  readonly waiting: readonly HttpCall[];
  close(): Promise<void>;
}

/**
 * Listens on loopback as the server of a recorded conversation. Each request must be one that was recorded and not made
 * yet: method, target and body, but for what was hidden in the recording and what a rule calls volatile. Another one is
 * answered with 501, and listed.
 */
export async function replayHttp(exchange: Pick<HttpExchange, 'calls' | 'match'>): Promise<HttpReplay> {
  const waiting = [...exchange.calls];
  const problems: string[] = [];

  const find = (asked: Asked): HttpCall | undefined => {
    const found = waiting.map((call) => ({ call, off: offOf(call, asked, exchange.match) }));
    const fitting = found.find(({ off }) => off.length === 0);
    if (fitting) {
      waiting.splice(waiting.indexOf(fitting.call), 1);
      return fitting.call;
    }
    const [next] = found;
    problems.push(
      next
        ? `${asked.method} is not a call that was recorded; the next one differs in ${next.off.map(({ path }) => path).join(', ')}`
        : `${asked.method}: every call that was recorded has been made`,
    );
    return undefined;
  };
  const server = createServer((inbound, outbound) => {
    void read(inbound)
      .then((asked) => {
        const call = find(asked);
        if (!call) {
          outbound.writeHead(501, { 'content-type': 'text/plain' }).end(`${problems.at(-1)}\n`);
          return;
        }
        const { status, headers, body } = call.response;
        outbound.writeHead(status, headers).end(body);
      })
      .catch(() => outbound.destroy());
  });
  await new Promise<void>((resolve) => server.listen({ host: '127.0.0.1', port: 0 }, resolve));
  const bound = server.address() as AddressInfo;
  return {
    address: { host: bound.address, port: bound.port },
    problems,
    waiting,
    async close() {
      const closed = new Promise<void>((resolve) => server.close(() => resolve()));
      server.closeAllConnections();
      await closed;
    },
  };
}

interface Asked {
  readonly method: string;
  readonly target: string;
  readonly body: string;
}

async function read(inbound: IncomingMessage): Promise<Asked> {
  const chunks: Buffer[] = [];
  for await (const chunk of inbound) chunks.push(chunk as Buffer);
  return {
    method: inbound.method ?? '',
    target: inbound.url ?? '',
    body: Buffer.concat(chunks).toString('utf8'),
  };
}

function offOf({ request }: HttpCall, asked: Asked, match: HttpExchange['match']): readonly Difference[] {
  const expected = { method: request.method, ...partsOf(request.target), body: valueIn(request.body ?? '') };
  const got = { method: asked.method, ...partsOf(asked.target), body: valueIn(asked.body) };
  return differences(expected, asRecorded(expected, got), match);
}

function partsOf(target: string): {
  readonly path: readonly string[];
  readonly query: Readonly<Record<string, string>>;
} {
  const { pathname, searchParams } = new URL(target, 'http://server.invalid');
  return {
    path: pathname.split('/').slice(1).map(decodeURIComponent),
    query: Object.fromEntries(searchParams),
  };
}

function valueIn(body: string): unknown {
  if (body.trimStart().startsWith('<')) return xmlValue(body);
  try {
    return JSON.parse(body);
  } catch {
    return body;
  }
}

/** The value that came, with the recording's own text where the recording hides one. */
function asRecorded(expected: unknown, got: unknown): unknown {
  if (typeof expected === 'string' && typeof got === 'string') return isFilled(expected) ? expected : got;
  if (Array.isArray(expected) && Array.isArray(got))
    return got.map((part, index) => asRecorded(expected[index], part));
  if (typeof expected === 'object' && expected !== null && typeof got === 'object' && got !== null) {
    const wanted = new Map(Object.entries(expected));
    return Object.fromEntries(
      Object.entries(got).map(([name, part]) => [name, asRecorded(wanted.get(name), part)]),
    );
  }
  return got;
}
