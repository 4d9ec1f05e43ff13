import { once } from 'node:events';
import { createServer, type Server } from 'node:net';
import { createTcpAcceptor, createTcpConnector } from '@interlend/transport/tcp';
import { afterEach, describe, expect, it } from 'vitest';
import { serveRun } from './replayer/switchboard.js';
import { createFrameReader, FrameKinds, formatFrame } from './replayer/tunnel-frames.js';
import { openTunnel, type Tunnel } from './tunnel.js';

const open: { close(): unknown }[] = [];
const text = (octets: Uint8Array | undefined): string => Buffer.from(octets ?? []).toString();
const octets = (said: string): Uint8Array => new TextEncoder().encode(said);

afterEach(async () => {
  for (const one of open.splice(0).reverse()) await one.close();
});

async function openLoopbackTunnel(): Promise<Tunnel> {
  const switchboard: Server = createServer(serveRun).listen(0, '127.0.0.1');
  await once(switchboard, 'listening');
  open.push(switchboard);
  const address = switchboard.address();
  if (!address || typeof address === 'string') throw new Error('no port');
  const tunnel = await openTunnel({ host: '127.0.0.1', port: address.port }, '127.0.0.1');
  open.push(tunnel);
  return tunnel;
}

describe('frames of the tunnel', () => {
  it('are read the same however they are cut', () => {
    const whole = Buffer.concat([
      formatFrame(FrameKinds.connect, 1, 'host:1'),
      formatFrame(FrameKinds.data, 1, octets('abc')),
      formatFrame(FrameKinds.end, 1),
    ]);
    for (let cut = 0; cut <= whole.length; cut++) {
      const read = createFrameReader();
      const frames = [...read(whole.subarray(0, cut)), ...read(whole.subarray(cut))];
      expect(frames.map(({ kind, channel, payload }) => [kind, channel, text(payload)])).toEqual([
        [FrameKinds.connect, 1, 'host:1'],
        [FrameKinds.data, 1, 'abc'],
        [FrameKinds.end, 1, ''],
      ]);
    }
  });

  it.each([
    ['an unknown kind', '00000000 0a 00000001'],
    ['a length beyond the limit', 'ffffffff 06 00000001'],
  ])('refuse %s', (_title, hex) => {
    expect(() => createFrameReader()(Buffer.from(hex.replaceAll(' ', ''), 'hex'))).toThrow('not of a tunnel');
  });
});

describe('a tunnel', () => {
  it('carries both directions and their ends to a listener outside', async () => {
    const tunnel = await openLoopbackTunnel();
    const outside = await createTcpAcceptor().listen({ host: '127.0.0.1', port: 0 }, async (connection) => {
      let heard = '';
      for (let more = await connection.receive(); more; more = await connection.receive())
        heard += text(more);
      await connection.send(octets(`heard ${heard}`));
      await connection.end();
    });
    open.push(outside);
    const connection = await tunnel.connector.open(outside.address);
    await connection.send(octets('hello'));
    await connection.end();
    expect(text(await connection.receive())).toBe('heard hello');
    expect(await connection.receive()).toBeUndefined();
    await connection.close();
  });

  it('hands calls from outside to the listener of the run', async () => {
    const tunnel = await openLoopbackTunnel();
    const inside = await tunnel.acceptor.listen({ host: '', port: 0 }, async (connection) => {
      await connection.send(octets(`you said ${text(await connection.receive())}`));
      await connection.end();
    });
    open.push(inside);
    const connection = await createTcpConnector().open(inside.address);
    await connection.send(octets('hello'));
    expect(text(await connection.receive())).toBe('you said hello');
    expect(await connection.receive()).toBeUndefined();
    await connection.close();
  });

  it('breaks off where the other side breaks off', async () => {
    const tunnel = await openLoopbackTunnel();
    const rude = createServer((socket) => socket.once('data', () => socket.resetAndDestroy()));
    rude.listen(0, '127.0.0.1');
    await once(rude, 'listening');
    open.push(rude);
    const address = rude.address();
    const port = address && typeof address === 'object' ? address.port : 0;
    const connection = await tunnel.connector.open({ host: '127.0.0.1', port });
    await connection.send(octets('hello'));
    await expect(connection.receive()).rejects.toMatchObject({ code: 'lost' });
    await connection.close();
  });

  it('breaks off for a caller when the handler of the run fails', async () => {
    const tunnel = await openLoopbackTunnel();
    const inside = await tunnel.acceptor.listen({ host: '', port: 0 }, () => Promise.reject(new Error('no')));
    open.push(inside);
    const connection = await createTcpConnector().open(inside.address);
    await expect(connection.receive()).rejects.toMatchObject({ code: 'lost' });
    await connection.close();
  });

  it('says that nobody listens', async () => {
    const tunnel = await openLoopbackTunnel();
    const closed = await createTcpAcceptor().listen({ host: '127.0.0.1', port: 0 }, async () => {});
    await closed.close();
    await expect(tunnel.connector.open(closed.address)).rejects.toMatchObject({ code: 'lost' });
  });
});
