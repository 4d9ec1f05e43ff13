import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { gate, numbered, receiveAll, turns } from '../octets.test-support.js';
import { echo, type SetUp, silent, tooMuch } from './rig.test-support.js';

/** What a connection carries, and how fast. */
export function describeStreams(setUp: SetUp): void {
  test('carries every octet both ways, in order, however it is cut', async () => {
    const { dial } = await setUp(echo);
    const connection = await dial();
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.uint8Array({ minLength: 1, maxLength: 300 }), { minLength: 1, maxLength: 8 }),
        async (parts) => {
          for (const part of parts) await connection.send(part);
          const sent = Buffer.concat(parts);
          let back = Buffer.alloc(0);
          while (back.length < sent.length)
            back = Buffer.concat([back, (await connection.receive()) ?? new Uint8Array()]);
          expect(back.equals(sent)).toBe(true);
        },
      ),
      { numRuns: 25 },
    );
  });

  test('carries a long message whole', async () => {
    const { dial } = await setUp(async (connection) => {
      await connection.send(await receiveAll(connection));
    });
    const connection = await dial();
    const message = numbered(500_000);
    await connection.send(message);
    await connection.end();
    expect(Buffer.from(await receiveAll(connection)).equals(message)).toBe(true);
  });

  test('sending nothing carries nothing', async () => {
    const { dial } = await setUp(echo);
    const connection = await dial();
    await connection.send(new Uint8Array(0));
    await connection.send(numbered(1));
    expect(await connection.receive()).toEqual(numbered(1));
  });

  test('the sender may use its bytes again after the send', async () => {
    const { dial } = await setUp(async (connection) => {
      await connection.send(await receiveAll(connection));
    });
    const connection = await dial();
    const bytes = numbered(100);
    await connection.send(bytes);
    bytes.fill(0);
    await connection.end();
    expect(await receiveAll(connection)).toEqual(numbered(100));
  });

  test('does not mix messages that are sent at once', async () => {
    const { dial } = await setUp(async (connection) => {
      await connection.send(await receiveAll(connection));
    });
    const connection = await dial();
    const messages = [200_000, 3, 100_000].map((length, index) => new Uint8Array(length).fill(index + 1));
    await Promise.all(messages.map((message) => connection.send(message)));
    await connection.end();
    expect(Buffer.from(await receiveAll(connection)).equals(Buffer.concat(messages))).toBe(true);
  });

  test('serves readers in the order in which they asked', async () => {
    const { dial } = await setUp(async (connection) => {
      await connection.send(numbered(1, 1));
      await connection.receive();
      await connection.send(numbered(1, 2));
    });
    const connection = await dial();
    const [first, second] = [connection.receive(), connection.receive()];
    expect(await first).toEqual(numbered(1, 1));
    await connection.send(numbered(1));
    expect(await second).toEqual(numbered(1, 2));
  });

  test('goes on receiving after it said that it will send no more', async () => {
    const heard = gate();
    const { dial } = await setUp(async (connection) => {
      const question = await receiveAll(connection);
      heard.open();
      await turns(3);
      await connection.send(question);
      await connection.send(numbered(2));
    });
    const connection = await dial();
    await connection.send(numbered(5));
    await connection.end();
    await connection.end();
    await heard.opened;
    expect(await receiveAll(connection)).toEqual(Uint8Array.from([...numbered(5), ...numbered(2)]));
    expect(await connection.receive()).toBeUndefined();
    await expect(connection.send(numbered(1))).rejects.toMatchObject({
      name: 'TransportError',
      code: 'closed',
    });
  });

  test('goes on sending after the peer said that it will send no more', async () => {
    let received = 0;
    const { dial } = await setUp(async (connection) => {
      await connection.send(numbered(2));
      await connection.end();
      received = (await receiveAll(connection)).length;
    });
    const connection = await dial();
    expect(await receiveAll(connection)).toEqual(numbered(2));
    await turns(3);
    await connection.send(numbered(40));
    await connection.close();
    await expect.poll(() => received, { timeout: 10_000 }).toBe(40);
  });

  test('names the peer on both sides', async () => {
    let peer = '';
    const { dial, listening } = await setUp(async (connection) => {
      peer = connection.peer;
      await connection.send(numbered(1));
    });
    const connection = await dial();
    await connection.receive();
    expect(connection.peer).toBe(`${listening.address.host}:${listening.address.port}`);
    expect(peer).toMatch(/^[^:]+:\d+$/);
  });

  describe('back pressure', () => {
    test('a sender waits for a reader that is slow', async () => {
      const reading = gate();
      let received = 0;
      const { dial } = await setUp(async (connection) => {
        await reading.opened;
        received = (await receiveAll(connection)).length;
        await connection.send(numbered(1));
      });
      const connection = await dial();
      let isSent = false;
      const sending = connection.send(new Uint8Array(tooMuch)).then(() => {
        isSent = true;
      });
      await turns(200);
      expect(isSent).toBe(false);
      reading.open();
      await sending;
      await connection.end();
      await connection.receive();
      expect(received).toBe(tooMuch);
    });

    test('a peer that never reads costs the budget and no more', async () => {
      const { dial } = await setUp(silent);
      const connection = await dial({ timeoutMs: 400 });
      await expect(connection.send(new Uint8Array(tooMuch))).rejects.toMatchObject({
        name: 'TimeoutError',
        phase: 'send',
        budgetMs: 400,
        maybeDelivered: true,
      });
    });

    test('a peer that never reads is idle for the one who answers it', async () => {
      const { dial, errors } = await setUp((connection) => connection.send(new Uint8Array(tooMuch)), {
        idleMs: 100,
      });
      const connection = await dial();
      await expect
        .poll(() => errors, { timeout: 10_000 })
        .toMatchObject([{ name: 'TimeoutError', phase: 'send', budgetMs: 100 }]);
      expect(connection.peer).not.toBe('');
    });
  });
}
