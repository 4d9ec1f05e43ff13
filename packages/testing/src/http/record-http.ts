import {
  createServer,
  type IncomingHttpHeaders,
  type IncomingMessage,
  request as requestPlain,
  type ServerResponse,
} from 'node:http';
import { createServer as createSecureServer, request as requestSecure } from 'node:https';
import type { AddressInfo } from 'node:net';
import { pipeline } from 'node:stream/promises';
import { promisify } from 'node:util';
import { brotliDecompress, gunzip, inflate } from 'node:zlib';
import { type PeerAddress, TransportError } from '@interlend/core';
import type { AcceptorTls, ConnectorTls } from '@interlend/transport/tcp';
import { reasonOf } from '../connection-reader.js';
import type { HttpCall } from './format.js';
import { type HttpRedactionRules, type RedactedCalls, redactCalls } from './redact-calls.js';

/** What a recorder needs to stand between a client and a server over HTTP. */
export interface HttpRecorderOptions {
  readonly listen: PeerAddress;
  readonly target: PeerAddress;
  /** With it the client speaks HTTPS to the recorder. */
  readonly listenTls?: AcceptorTls;
  /** With it the recorder speaks HTTPS to the server; empty for the usual authorities. */
  readonly targetTls?: ConnectorTls;
  readonly rules: HttpRedactionRules;
  /** Told of each call that is kept: method and status, nothing else. */
  readonly onCall?: (call: { readonly method: string; readonly status: number }) => void;
  readonly onProblem?: (problem: string) => void;
}

/** A running recorder. */
export interface HttpRecorder {
  readonly address: PeerAddress;
  /** What was kept so far, in the order in which the calls were begun. */
  recording(): RedactedCalls;
  close(): Promise<void>;
}

/** A body beyond this is passed on and its call is not kept. */
const longestBody = 16 * 1024 * 1024;
/** RFC 9110 7.6.1: they belong to one connection, and Node writes its own. */
const hopByHop: ReadonlySet<string> = new Set([
  ...['connection', 'keep-alive', 'proxy-authenticate', 'proxy-authorization', 'proxy-connection'],
  ...['te', 'transfer-encoding', 'upgrade'],
]);
const decoders: Readonly<Record<string, (body: Buffer) => Promise<Buffer>>> = {
  gzip: promisify<Buffer, Buffer>(gunzip),
  deflate: promisify<Buffer, Buffer>(inflate),
  br: promisify<Buffer, Buffer>(brotliDecompress),
};

/** A body on its way: passed on as it comes, with a copy of it. */
async function* copied(source: AsyncIterable<Buffer>, copy: Copy): AsyncGenerator<Buffer> {
  for await (const chunk of source) {
    copy.octets += chunk.length;
    if (copy.octets <= longestBody) copy.chunks.push(chunk);
    yield chunk;
  }
}

interface Copy {
  octets: number;
  readonly chunks: Buffer[];
}

/**
 * A reverse proxy that keeps the calls which pass. Bodies go on as they come, however they are cut into chunks, and
 * connections are kept open on both sides; what is kept is redacted. `Host` names the server, and addresses of the server
 * in `Location` become the recorder's, so that a client which follows them comes through it again.
 *
 * @throws TransportError `address-in-use` or `unreachable` when it cannot listen
 */
export async function recordHttp(options: HttpRecorderOptions): Promise<HttpRecorder> {
  const { target, listenTls, targetTls, rules, onCall, onProblem } = options;
  const calls: (HttpCall | undefined)[] = [];
  const host = `${target.host.includes(':') ? `[${target.host}]` : target.host}:${target.port}`;
  const scheme = targetTls ? 'https' : 'http';
  const underWay = new Set<Promise<void>>();

  const pass = async (inbound: IncomingMessage, outbound: ServerResponse): Promise<void> => {
    const index = calls.push(undefined) - 1;
    const { method = 'GET', url = '/' } = inbound;
    const sent: Copy = { octets: 0, chunks: [] };
    const heard: Copy = { octets: 0, chunks: [] };
    const upstream = (targetTls ? requestSecure : requestPlain)({
      host: target.host,
      port: target.port,
      method,
      path: url,
      headers: onward(inbound, {
        host,
        // Node takes no body of a GET or DELETE for one, unless it is told how it ends.
        ...(inbound.headers['transfer-encoding'] === undefined ? {} : { 'transfer-encoding': 'chunked' }),
      }),
      ...secureOptions(targetTls, target),
    });
    outbound.once('close', () => {
      // Nobody waits for the answer any more.
      if (!outbound.writableFinished) upstream.destroy();
    });
    const answered = new Promise<IncomingMessage>((resolve, reject) => {
      upstream.once('response', resolve);
      upstream.once('error', reject);
    });
    // Both begin at once: a server may answer before it has read everything, or without reading it.
    const sending = pipeline(inbound, (body) => copied(body, sent), upstream).then(
      () => true,
      () => false,
    );
    const response = await answered;
    const status = response.statusCode ?? 502;
    outbound.writeHead(
      status,
      response.statusMessage,
      onward(response, ownLocation(response.headers.location, inbound.headers.host)),
    );
    await pipeline(
      response,
      (body: AsyncIterable<Buffer>) => copied(body, heard),
      async (body: AsyncIterable<Buffer>) => {
        for await (const chunk of body) {
          if (!outbound.write(chunk)) await roomIn(outbound);
        }
      },
    );
    outbound.addTrailers(trailersOf(response));
    outbound.end();
    const isWhole = inbound.complete && (await sending);
    if (!isWhole) {
      upstream.destroy();
      onProblem?.(`call ${index + 1}: the server answered without reading all of it; it is not kept`);
      return;
    }
    if (sent.octets > longestBody || heard.octets > longestBody) {
      onProblem?.(`call ${index + 1}: a body of more than ${longestBody} octets is passed on and not kept`);
      return;
    }
    calls[index] = {
      request: {
        method,
        target: url,
        headers: textsOf(inbound.headers),
        ...(await bodyOf(inbound.headers, sent)),
      },
      response: { status, headers: textsOf(response.headers), ...(await bodyOf(response.headers, heard)) },
    };
    onCall?.({ method, status });
  };
  /** The server's own address, as this client knows the recorder. */
  const ownLocation = (location: string | undefined, known: string | undefined): { location?: string } => {
    if (location === undefined || known === undefined) return {};
    if (!URL.canParse(location, `${scheme}://${host}`)) return {};
    const there = new URL(location, `${scheme}://${host}`);
    if (there.origin !== new URL(`${scheme}://${host}`).origin) return {};
    return { location: `${listenTls ? 'https' : 'http'}://${known}${there.pathname}${there.search}` };
  };
  const handle = (inbound: IncomingMessage, outbound: ServerResponse): void => {
    const run = pass(inbound, outbound).catch((error: unknown) => {
      onProblem?.(`a call came to nothing, and is not kept: ${reasonOf(error)}`);
      if (outbound.headersSent) outbound.destroy();
      else
        outbound
          .writeHead(502, { 'content-type': 'text/plain' })
          .end('the server behind the recorder did not answer\n');
    });
    underWay.add(run);
    void run.finally(() => underWay.delete(run));
  };
  const server = listenTls
    ? createSecureServer(
        {
          ...listenTls,
          ...(listenTls.clientCa === undefined
            ? {}
            : { ca: listenTls.clientCa, requestCert: true, rejectUnauthorized: true }),
        } as Parameters<typeof createSecureServer>[0],
        handle,
      )
    : createServer(handle);
  await new Promise<void>((resolve, reject) => {
    server.once('error', (cause: NodeJS.ErrnoException) => {
      const where = { peer: `${options.listen.host}:${options.listen.port}`, phase: 'listen' } as const;
      const code = cause.code === 'EADDRINUSE' ? 'address-in-use' : 'unreachable';
      reject(new TransportError(code, `cannot listen on ${where.peer}`, where, { cause }));
    });
    server.listen({ host: options.listen.host, port: options.listen.port }, resolve);
  });
  const bound = server.address() as AddressInfo;
  return {
    address: { host: bound.address, port: bound.port },
    recording: () =>
      redactCalls(
        calls.filter((call) => call !== undefined),
        rules,
      ),
    async close() {
      const closed = new Promise<void>((resolve) => server.close(() => resolve()));
      // Who still waits for an answer is cut off; what has been answered is kept.
      server.closeAllConnections();
      await Promise.all(underWay);
      await closed;
    },
  };
}

/** Waits until more can be written. @throws when the other side is gone */
async function roomIn(outbound: ServerResponse): Promise<void> {
  await new Promise<void>((resolve) => {
    outbound.once('drain', resolve);
    outbound.once('close', resolve);
  });
  if (outbound.destroyed) throw new Error('nobody hears the answer any more');
}

function secureOptions(tls: ConnectorTls | undefined, target: PeerAddress): Record<string, unknown> {
  if (!tls) return {};
  const { serverName, ...settings } = tls;
  const known = Object.fromEntries(Object.entries(settings).filter(([, value]) => value !== undefined));
  return { ...known, servername: serverName ?? target.host };
}

/** Header fields as they came, in order, without those of one connection and with some in place of what stood there. */
function onward(
  { rawHeaders, headers }: IncomingMessage,
  instead: Readonly<Record<string, string>>,
): string[] {
  const named = namedByConnection(headers);
  const fields: string[] = [];
  for (let at = 0; at + 1 < rawHeaders.length; at += 2) {
    const [name = '', value = ''] = rawHeaders.slice(at, at + 2);
    const plain = name.toLowerCase();
    if (!hopByHop.has(plain) && !named.has(plain) && !(plain in instead)) fields.push(name, value);
  }
  return [...fields, ...Object.entries(instead).flat()];
}

function namedByConnection({ connection = '' }: IncomingHttpHeaders): ReadonlySet<string> {
  return new Set(connection.split(',').map((name) => name.trim().toLowerCase()));
}

function trailersOf({ trailers }: IncomingMessage): Record<string, string> {
  return Object.fromEntries(
    Object.entries(trailers).flatMap(([name, value]) => (value === undefined ? [] : [[name, value]])),
  );
}

/** As they are kept: without what says how the body travelled. */
function textsOf(headers: IncomingHttpHeaders): Record<string, string> {
  const named = namedByConnection(headers);
  const kept = Object.entries(headers).filter(
    ([name]) =>
      !hopByHop.has(name) &&
      !named.has(name) &&
      !['content-length', 'content-encoding', 'host', 'trailer'].includes(name),
  );
  return Object.fromEntries(
    kept.flatMap(([name, value]) =>
      value === undefined ? [] : [[name, Array.isArray(value) ? value.join(', ') : value]],
    ),
  );
}

async function bodyOf(
  headers: IncomingHttpHeaders,
  { octets, chunks }: Copy,
): Promise<{ readonly body?: string }> {
  if (octets === 0) return {};
  const encoding = headers['content-encoding']?.toLowerCase() ?? 'identity';
  const whole = Buffer.concat(chunks);
  const decode = decoders[encoding];
  if (decode) return { body: (await decode(whole)).toString('utf8') };
  // Nobody here can read it; its rules hide it as a whole.
  return { body: whole.toString(encoding === 'identity' ? 'utf8' : 'base64') };
}
