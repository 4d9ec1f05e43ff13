import { Agent, createServer, type IncomingMessage, type RequestListener, request } from 'node:http';
import type { AddressInfo } from 'node:net';
import { connect } from 'node:net';
import { gzipSync } from 'node:zlib';
import { afterEach, describe, expect, it } from 'vitest';
import { type HttpRecorder, recordHttp } from './record-http.js';
import type { HttpRedactionRules } from './redact-calls.js';

const everything: HttpRedactionRules = {
  headers: new Set(['content-type', 'accept']),
  keeps: () => true,
  keepsParameter: () => true,
  keepsSegments: (_method, path) => path.map(() => true),
};
const closing: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const close of closing.splice(0).reverse()) await close();
});

async function serve(handle: RequestListener): Promise<number> {
  const server = createServer(handle);
  await new Promise<void>((resolve) => server.listen({ host: '127.0.0.1', port: 0 }, resolve));
  closing.push(async () => {
    server.closeAllConnections();
    await new Promise<void>((resolve) => server.close(() => resolve()));
  });
  return (server.address() as AddressInfo).port;
}

const problems: string[] = [];
async function recordBefore(port: number): Promise<HttpRecorder> {
  problems.length = 0;
  const recorder = await recordHttp({
    listen: { host: '127.0.0.1', port: 0 },
    target: { host: '127.0.0.1', port },
    rules: everything,
    onProblem: (problem) => problems.push(problem),
  });
  closing.push(() => recorder.close());
  return recorder;
}

/** What is kept when everything has passed. */
async function kept(recorder: HttpRecorder) {
  await recorder.close();
  return recorder.recording().calls;
}

interface Heard {
  readonly status: number | undefined;
  readonly headers: IncomingMessage['headers'];
  readonly trailers: IncomingMessage['trailers'];
  readonly body: string;
}

function ask(
  { address }: HttpRecorder,
  options: {
    readonly method?: string;
    readonly path?: string;
    readonly headers?: Record<string, string>;
    readonly agent?: Agent;
  },
  chunks: readonly string[] = [],
): Promise<Heard> {
  return new Promise((resolve, reject) => {
    const asking = request({ ...address, path: '/', ...options }, (response) => {
      let body = '';
      response.setEncoding('latin1');
      response.on('data', (text: string) => {
        body += text;
      });
      response.once('error', reject);
      response.once('end', () =>
        resolve({
          status: response.statusCode,
          headers: response.headers,
          trailers: response.trailers,
          body,
        }),
      );
    });
    asking.once('error', reject);
    for (const chunk of chunks) asking.write(chunk);
    asking.end();
  });
}

async function bodyOf(inbound: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of inbound) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks).toString();
}

describe('recordHttp', () => {
  it.each(['POST', 'PUT', 'DELETE'])('passes on chunks of a %s and of its answer', async (method) => {
    const port = await serve((inbound, outbound) => {
      void bodyOf(inbound).then((body) => {
        outbound.writeHead(200, { trailer: 'x-checked' });
        outbound.write(`${inbound.headers['transfer-encoding']} ${inbound.headers.host}: `);
        outbound.write(body);
        outbound.addTrailers({ 'x-checked': 'yes' });
        outbound.end();
      });
    });
    const recorder = await recordBefore(port);
    const headers = { 'transfer-encoding': 'chunked' };
    const heard = await ask(recorder, { method, headers }, ['{"one":', '1}']);
    expect(heard).toMatchObject({
      status: 200,
      body: `chunked 127.0.0.1:${port}: {"one":1}`,
      trailers: { 'x-checked': 'yes' },
    });
    // What is neither JSON nor XML is hidden.
    const response = { body: heard.body.replaceAll(/\S/g, 'x') };
    expect(await kept(recorder)).toMatchObject([{ request: { method, body: '{"one":1}' }, response }]);
  });

  it('keeps connections open on both sides, and calls in their order', async () => {
    const ports = new Set<number | undefined>();
    const recorder = await recordBefore(
      await serve((inbound, outbound) => {
        ports.add(inbound.socket.remotePort);
        outbound.end(inbound.url);
      }),
    );
    const agent = new Agent({ keepAlive: true, maxSockets: 1 });
    for (const path of ['/1', '/2', '/3']) expect((await ask(recorder, { path, agent })).body).toBe(path);
    agent.destroy();
    expect(ports.size).toBe(1);
    expect((await kept(recorder)).map(({ request: { target } }) => target)).toEqual(['/1', '/2', '/3']);
  });

  it('takes requests that come one upon the other on a connection', async () => {
    const recorder = await recordBefore(await serve((inbound, outbound) => outbound.end(`${inbound.url}\n`)));
    const socket = connect(recorder.address);
    socket.write('GET /1 HTTP/1.1\r\nHost: a\r\n\r\nGET /2 HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n');
    let heard = '';
    for await (const chunk of socket) heard += String(chunk);
    expect([...heard.matchAll(/^\/\d$/gm)].map(String)).toEqual(['/1', '/2']);
    expect(await kept(recorder)).toHaveLength(2);
  });

  it('passes on what is compressed as it came, and keeps what it says', async () => {
    const packed = gzipSync('{"title":"Größe"}');
    const recorder = await recordBefore(
      await serve((_, outbound) => outbound.writeHead(200, { 'content-encoding': 'gzip' }).end(packed)),
    );
    const { body, headers } = await ask(recorder, {});
    expect(Buffer.from(body, 'latin1')).toEqual(packed);
    expect(headers['content-encoding']).toBe('gzip');
    expect(await kept(recorder)).toMatchObject([{ response: { headers: {}, body: '{"title":"Größe"}' } }]);
  });

  it.each([
    ['HEAD', 200],
    ['GET', 204],
    ['GET', 304],
  ])('passes on an answer to %s of %i without a body', async (method, status) => {
    const recorder = await recordBefore(
      await serve((_, outbound) => outbound.writeHead(status, { etag: '"1"' }).end()),
    );
    expect(await ask(recorder, { method })).toMatchObject({ status, body: '', headers: { etag: '"1"' } });
    expect((await kept(recorder))[0]?.response.body).toBeUndefined();
  });

  it('leads a client that is sent elsewhere on the same server through the recorder again', async () => {
    const port = await serve((inbound, outbound) =>
      outbound.writeHead(302, { location: `http://${inbound.headers.host}/there?a=1` }).end(),
    );
    const recorder = await recordBefore(port);
    const { headers } = await ask(recorder, {});
    expect(headers.location).toBe(`http://127.0.0.1:${recorder.address.port}/there?a=1`);
    expect((await kept(recorder))[0]?.response.headers['location']).toBe('/there?a=1');
  });

  it('leaves an address elsewhere as it is', async () => {
    const location = 'https://other.example/there';
    const recorder = await recordBefore(
      await serve((_, outbound) => outbound.writeHead(302, { location }).end()),
    );
    expect((await ask(recorder, {})).headers.location).toBe(location);
  });

  it('says 502 where nobody answers, and keeps nothing', async () => {
    const recorder = await recordBefore(await serve((inbound) => inbound.socket.destroy()));
    expect((await ask(recorder, {})).status).toBe(502);
    expect(await kept(recorder)).toEqual([]);
    expect(problems).toHaveLength(1);
  });

  it('ends the answer in the middle where the server does, and keeps nothing', async () => {
    const recorder = await recordBefore(
      await serve((inbound, outbound) => {
        outbound.writeHead(200, { 'content-length': '100' });
        outbound.write('half', () => inbound.socket.destroy());
      }),
    );
    await expect(ask(recorder, {})).rejects.toThrow();
    expect(await kept(recorder)).toEqual([]);
  });

  it('passes on an answer of a server that does not read the whole request', async () => {
    const recorder = await recordBefore(
      await serve((_, outbound) => outbound.writeHead(413, { connection: 'close' }).end('too large')),
    );
    const asking = request({ ...recorder.address, method: 'POST', path: '/' });
    asking.on('error', () => undefined);
    const answer = new Promise<number | undefined>((resolve) =>
      asking.once('response', (response) => {
        response.resume();
        response.once('end', () => resolve(response.statusCode));
      }),
    );
    asking.write('x');
    expect(await answer).toBe(413);
    asking.destroy();
    expect(await kept(recorder)).toEqual([]);
  });

  it('ends although somebody still waits for an answer', async () => {
    const arrived = Promise.withResolvers<void>();
    const recorder = await recordBefore(await serve(() => arrived.resolve()));
    const asked = ask(recorder, {}).catch((error: unknown) => error);
    await arrived.promise;
    expect(await kept(recorder)).toEqual([]);
    expect(await asked).toBeInstanceOf(Error);
  });

  it('passes on a body that is too large, and does not keep it', async () => {
    const recorder = await recordBefore(
      await serve(
        (inbound, outbound) => void bodyOf(inbound).then(({ length }) => outbound.end(String(length))),
      ),
    );
    const megabyte = 'x'.repeat(1024 * 1024);
    const { body } = await ask(recorder, { method: 'POST' }, Array(17).fill(megabyte));
    expect(body).toBe(String(17 * 1024 * 1024));
    expect(await kept(recorder)).toEqual([]);
    expect(problems).toEqual([expect.stringContaining('not kept')]);
  });
});
