import { once } from 'node:events';
import { connect, createServer, type Server, type Socket } from 'node:net';
import type { PeerAddress } from '@interlend/core';
import { freePort } from '@interlend/testing';
import { createTcpAcceptor, createTcpConnector } from '@interlend/transport/tcp';
import { afterEach, describe, expect, it } from 'vitest';
import type { LiveManner } from '../../run/live.js';
import { protocolsUnderTest } from '../../run/protocols.js';
import { PartnerLine } from './partner-line.js';

const open: (() => unknown)[] = [];
afterEach(async () => {
  for (const close of open.splice(0).reverse()) await close();
});

const host = '127.0.0.1';

function lineOf(
  manner: LiveManner,
  protocol: string,
  target: PeerAddress,
  listen?: PeerAddress,
): PartnerLine {
  const put = protocolsUnderTest.get(protocol);
  if (!put) throw new Error(`expected ${protocol}`);
  const line = new PartnerLine({
    connector: createTcpConnector(),
    acceptor: createTcpAcceptor({ onError: () => undefined }),
    target,
    isSecured: false,
    ...(listen ? { listen } : {}),
    manner,
    put,
    takesWithinMs: 300,
  });
  open.push(() => line.close());
  return line;
}

/** Somebody who accepts connections, reads, and never says or ends anything. */
async function mute(): Promise<PeerAddress> {
  const sockets = new Set<Socket>();
  const server: Server = createServer({ allowHalfOpen: true }, (socket) => {
    sockets.add(socket.resume());
    socket.on('error', () => undefined);
  });
  server.listen(0, host);
  await once(server, 'listening');
  open.push(() => {
    for (const socket of sockets) socket.destroy();
    server.close();
  });
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('expected an address');
  return { host, port: address.port };
}

const manners = [
  ['one-way', 'iso-ill'],
  ['two-way', 'iso-ill'],
  ['answered', 'slnp'],
  ['mail', 'artemail'],
] as const;

describe('a line to a partner', { timeout: 20_000 }, () => {
  it.each(manners)('ends, %s, although the partner keeps its connection open', async (manner, protocol) => {
    const line = lineOf(manner, protocol, await mute(), { host, port: await freePort() });
    const at = await line.listen();
    if (!at) throw new Error('expected an address');
    const partner = connect({ ...at, allowHalfOpen: true });
    open.push(() => partner.destroy());
    partner.on('error', () => undefined);
    await once(partner, 'connect');
    const gone = new Promise((resolve) => partner.once('end', resolve).once('close', resolve).resume());
    await line.close();
    await gone;
  });

  it.each([
    ['one-way', 'iso-ill', 'the partner did not end the connection within 300 ms'],
    ['answered', 'slnp', 'the partner did not answer within 300 ms'],
  ] as const)('is not kept waiting, %s, by who takes no message', async (manner, protocol, words) => {
    const line = lineOf(manner, protocol, await mute());
    await expect(line.say(new TextEncoder().encode('SLNPQuit\nSLNPEndCommand\n'))).rejects.toThrow(words);
    expect(line.isAlive).toBe(false);
  });

  it('is not kept waiting by who does not greet as a mail server', async () => {
    const line = lineOf('mail', 'artemail', await mute());
    await expect(line.knock()).rejects.toThrow('no mail server greets there');
  });
});
