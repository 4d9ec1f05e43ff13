import {
  type Acceptor,
  type Connection,
  type Connector,
  type Listening,
  type PeerAddress,
  TransportError,
} from '@interlend/core';
import fc from 'fast-check';
import { afterEach, describe, expect, test } from 'vitest';
import { readFrames } from './frames.js';
import { createLengthFramer, gate, lengthFrame, numbered, receiveAll, turns } from './octets.test-support.js';
import type { Handle, OnError } from './sessions.js';

/** What the contract asks of the thing under test. */
export interface TransportSettings {
  readonly onError: OnError;
  readonly limits: { readonly idleMs: number; readonly lifetimeMs: number; readonly closeGraceMs: number };
}

/** The two seams, made anew for each test. */
export type MakeTransport = (settings: TransportSettings) => {
  readonly acceptor: Acceptor;
  readonly connector: Connector;
};

const patient = { idleMs: 60_000, lifetimeMs: 60_000, closeGraceMs: 300 };
const anywhere: PeerAddress = { host: '127.0.0.1', port: 0 };
/** More than the buffers of both ends and of the system take. */
const tooMuch = 64 * 1024 * 1024;

/** The behaviour that every transport owes to its callers. */
export function describeTransport(name: string, make: MakeTransport): void {
  describe(name, () => {
    const open: { close(): Promise<void> }[] = [];
    afterEach(async () => {
      await Promise.all(open.splice(0).map((thing) => thing.close()));
    });

    const rig = async (
      handle: Handle,
      limits: Partial<TransportSettings['limits']> = {},
    ): Promise<{
      listening: Listening;
      dial: Dial;
      errors: unknown[];
      acceptor: Acceptor;
      connector: Connector;
    }> => {
      const errors: unknown[] = [];
      const { acceptor, connector } = make({
        onError: (error) => errors.push(error),
        limits: { ...patient, ...limits },
      });
      const listening = await acceptor.listen(anywhere, handle);
      open.push(listening);
      const dial: Dial = async (options) => {
        const connection = await connector.open(listening.address, options);
        open.push(connection);
        return connection;
      };
      return { listening, dial, errors, acceptor, connector };
    };

    const echo: Handle = async (connection, { signal }) => {
      for (
        let chunk = await connection.receive({ signal });
        chunk;
        chunk = await connection.receive({ signal })
      ) {
        await connection.send(chunk, { signal });
      }
    };
    const silent: Handle = (_connection, { signal }) =>
      new Promise((resolve) => signal.addEventListener('abort', () => resolve(), { once: true }));

    test('carries every octet both ways, in order, however it is cut', async () => {
      const { dial } = await rig(echo);
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
      const { dial } = await rig(async (connection) => {
        await connection.send(await receiveAll(connection));
      });
      const connection = await dial();
      const message = numbered(500_000);
      await connection.send(message);
      await connection.end();
      expect(Buffer.from(await receiveAll(connection)).equals(message)).toBe(true);
    });

    test('sending nothing carries nothing', async () => {
      const { dial } = await rig(echo);
      const connection = await dial();
      await connection.send(new Uint8Array(0));
      await connection.send(numbered(1));
      expect(await connection.receive()).toEqual(numbered(1));
    });

    test('the sender may use its bytes again after the send', async () => {
      const { dial } = await rig(async (connection) => {
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
      const { dial } = await rig(async (connection) => {
        await connection.send(await receiveAll(connection));
      });
      const connection = await dial();
      const messages = [200_000, 3, 100_000].map((length, index) => new Uint8Array(length).fill(index + 1));
      await Promise.all(messages.map((message) => connection.send(message)));
      await connection.end();
      expect(Buffer.from(await receiveAll(connection)).equals(Buffer.concat(messages))).toBe(true);
    });

    test('serves readers in the order in which they asked', async () => {
      const { dial } = await rig(async (connection) => {
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
      const { dial } = await rig(async (connection) => {
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

    test('names the peer on both sides', async () => {
      let peer = '';
      const { dial, listening } = await rig(async (connection) => {
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
        const { dial } = await rig(async (connection) => {
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
        const { dial } = await rig(silent);
        const connection = await dial({ timeoutMs: 250 });
        await expect(connection.send(new Uint8Array(tooMuch))).rejects.toMatchObject({
          name: 'TimeoutError',
          phase: 'send',
          budgetMs: 250,
          maybeDelivered: true,
        });
      });

      test('a peer that never reads is idle for the one who answers it', async () => {
        const { dial, errors } = await rig((connection) => connection.send(new Uint8Array(tooMuch)), {
          idleMs: 100,
        });
        const connection = await dial();
        await expect
          .poll(() => errors)
          .toMatchObject([{ name: 'TimeoutError', phase: 'send', budgetMs: 100 }]);
        expect(connection.peer).not.toBe('');
      });
    });

    describe('an abort', () => {
      test('before the opening opens nothing', async () => {
        let accepted = 0;
        const { connector, listening } = await rig(async () => {
          accepted++;
        });
        const opening = connector.open(listening.address, { signal: AbortSignal.abort() });
        await expect(opening).rejects.toMatchObject({
          name: 'TransportError',
          code: 'aborted',
          maybeDelivered: false,
        });
        await turns(5);
        expect(accepted).toBe(0);
      });

      test('of a receive leaves the connection as it was', async () => {
        const { dial } = await rig(echo);
        const connection = await dial();
        const stop = new AbortController();
        const receiving = connection.receive({ signal: stop.signal });
        stop.abort(new Error('enough'));
        await expect(receiving).rejects.toMatchObject({
          name: 'TransportError',
          code: 'aborted',
          phase: 'receive',
          maybeDelivered: false,
          retryable: false,
          cause: new Error('enough'),
        });
        await expect(connection.receive({ signal: AbortSignal.abort() })).rejects.toMatchObject({
          code: 'aborted',
        });
        await connection.send(numbered(4));
        expect(await connection.receive()).toEqual(numbered(4));
      });

      test('before a send sends nothing', async () => {
        const { dial } = await rig(echo);
        const connection = await dial();
        await expect(connection.send(numbered(4), { signal: AbortSignal.abort() })).rejects.toMatchObject({
          code: 'aborted',
          phase: 'send',
          maybeDelivered: false,
        });
        await connection.send(numbered(2));
        expect(await connection.receive()).toEqual(numbered(2));
      });

      test('in the middle of a send ends the connection', async () => {
        const { dial } = await rig(silent);
        const connection = await dial();
        const stop = new AbortController();
        const sending = connection.send(new Uint8Array(tooMuch), { signal: stop.signal });
        await turns(20);
        stop.abort();
        await expect(sending).rejects.toMatchObject({ code: 'aborted', phase: 'send', maybeDelivered: true });
        await expect(connection.send(numbered(1))).rejects.toMatchObject({
          code: 'aborted',
          maybeDelivered: true,
        });
        await expect(connection.receive()).rejects.toMatchObject({ code: 'aborted', phase: 'receive' });
      });

      test('of a send that waits for its turn leaves the one before it alone', async () => {
        const { dial } = await rig(silent);
        const connection = await dial();
        const stop = new AbortController();
        const first = connection.send(new Uint8Array(tooMuch));
        const second = connection.send(numbered(9), { signal: stop.signal });
        stop.abort();
        await expect(second).rejects.toMatchObject({ code: 'aborted' });
        const closing = connection.close();
        await expect(first).rejects.toMatchObject({ code: 'closed', phase: 'send', maybeDelivered: true });
        await closing;
      });
    });

    describe('a close', () => {
      test('ends what waits, may be repeated and lets nothing follow', async () => {
        const { dial } = await rig(silent, { closeGraceMs: 20 });
        const connection = await dial();
        const receiving = connection.receive();
        const closing = connection.close();
        await expect(receiving).rejects.toMatchObject({
          name: 'TransportError',
          code: 'closed',
          phase: 'receive',
        });
        await closing;
        await connection.close();
        await expect(connection.send(numbered(1))).rejects.toMatchObject({
          code: 'closed',
          maybeDelivered: false,
        });
        await expect(connection.end()).rejects.toMatchObject({ code: 'closed' });
        await expect(connection.receive()).rejects.toMatchObject({ code: 'closed' });
      });

      test('lets the peer have everything that was sent, and then the end', async () => {
        const { dial } = await rig(async (connection) => {
          await connection.receive();
          await connection.send(numbered(300_000));
        });
        const connection = await dial();
        await connection.send(numbered(1));
        // Unread octets on the way to the handler must not destroy its answer.
        await connection.send(numbered(1_000));
        expect(await receiveAll(connection)).toHaveLength(300_000);
      });

      test('by the peer in the middle of a send is a loss that may have been delivered', async () => {
        const { dial } = await rig(
          async (connection) => {
            await connection.receive();
          },
          { closeGraceMs: 20 },
        );
        const connection = await dial();
        await expect(connection.send(new Uint8Array(tooMuch))).rejects.toMatchObject({
          name: 'TransportError',
          code: 'lost',
          retryable: true,
          maybeDelivered: true,
        });
      });
    });

    describe('a deadline', () => {
      test('names the phase and the budget, and knows that nothing was sent', async () => {
        const { dial } = await rig(silent);
        const connection = await dial({ timeoutMs: 60 });
        await expect(connection.receive()).rejects.toMatchObject({
          name: 'TimeoutError',
          code: 'timeout',
          phase: 'receive',
          budgetMs: 60,
          maybeDelivered: false,
          retryable: true,
        });
        await expect(connection.send(numbered(1))).rejects.toMatchObject({
          phase: 'send',
          maybeDelivered: false,
        });
      });

      test('is one for the whole attempt: what came in does not extend it', async () => {
        const { dial } = await rig(echo);
        const connection = await dial({ timeoutMs: 150 });
        const talk = async (): Promise<void> => {
          for (;;) {
            await connection.send(numbered(1));
            await connection.receive();
          }
        };
        await expect(talk()).rejects.toMatchObject({
          name: 'TimeoutError',
          budgetMs: 150,
          maybeDelivered: true,
        });
      });
    });

    describe('a listener', () => {
      test('says that its address is in use', async () => {
        const { acceptor, listening } = await rig(silent);
        await expect(acceptor.listen(listening.address, silent)).rejects.toMatchObject({
          name: 'TransportError',
          code: 'address-in-use',
          phase: 'listen',
          retryable: false,
        });
      });

      test('that is gone refuses', async () => {
        const { connector, listening } = await rig(silent);
        await listening.close();
        await listening.close();
        await expect(connector.open(listening.address)).rejects.toMatchObject({
          name: 'TransportError',
          code: 'refused',
          phase: 'connect',
          maybeDelivered: false,
          retryable: true,
        });
      });

      test('breaks off the connection of a handler that throws, says so and goes on with the others', async () => {
        const fault = new Error('handler fault');
        const { dial, errors } = await rig(async (connection, options) => {
          const first = await connection.receive();
          if (first?.[0] === 0) throw fault;
          await echo(connection, options);
        });
        const [bad, good] = [await dial(), await dial()];
        await good.send(Uint8Array.of(1));
        await bad.send(Uint8Array.of(0));
        await expect(bad.receive()).rejects.toMatchObject({ name: 'TransportError', code: 'lost' });
        expect(errors).toEqual([fault]);
        await good.send(numbered(3));
        expect(await good.receive()).toEqual(numbered(3));
      });

      test('survives an owner that throws when told', async () => {
        const warned = new Promise<Error>((resolve) => process.once('warning', resolve));
        const { acceptor, connector } = make({
          onError: () => {
            throw new Error('owner fault');
          },
          limits: patient,
        });
        const listening = await acceptor.listen(anywhere, async (connection) => {
          await connection.receive();
          throw new Error('handler fault');
        });
        open.push(listening);
        const connection = await connector.open(listening.address);
        open.push(connection);
        await connection.send(numbered(1));
        expect(await outcomeOf(connection)).toBe('lost');
        expect((await warned).message).toContain('owner fault');
      });

      test('lets handlers say their last words when it closes', async () => {
        const { dial, listening, errors } = await rig(async (connection, { signal }) => {
          await connection.receive({ signal }).catch(() => {});
          await connection.send(numbered(7));
        });
        const connection = await dial();
        await turns(5);
        const closing = listening.close();
        expect(await receiveAll(connection)).toEqual(numbered(7));
        await Promise.all([connection.close(), closing]);
        expect(errors).toEqual([]);
      });

      test('takes the abort of a handler for its answer to the closing', async () => {
        const { dial, listening, errors } = await rig(echo);
        const connection = await dial();
        await connection.send(numbered(1));
        await connection.receive();
        const ended = outcomeOf(connection);
        await listening.close();
        expect(await ended).toBe('lost');
        expect(errors).toEqual([]);
      });

      test('ends the connections of handlers that do not listen to its signal', async () => {
        const { dial, listening, errors } = await rig(
          async (connection) => {
            await receiveAll(connection);
          },
          { closeGraceMs: 30 },
        );
        await dial();
        await turns(5);
        await listening.close();
        expect(errors).toMatchObject([{ name: 'TransportError', code: 'closed' }]);
      });

      test('reports a handler that runs on after all', async () => {
        const door = gate();
        const { dial, listening, errors } = await rig(() => door.opened, { closeGraceMs: 20 });
        await dial();
        await turns(5);
        await listening.close();
        expect(errors).toMatchObject([{ name: 'TransportError', code: 'closed', phase: 'close' }]);
        door.open();
      });

      test('closes in the middle of traffic, and every client notices', async () => {
        const { dial, listening } = await rig(echo, { closeGraceMs: 50 });
        const clients = await Promise.all(Array.from({ length: 4 }, () => dial({ timeoutMs: 10_000 })));
        const pump = async (connection: Connection): Promise<string> => {
          try {
            for (;;) {
              await connection.send(numbered(500));
              if (!(await connection.receive())) return 'end';
            }
          } catch (error) {
            return error instanceof TransportError ? error.code : 'unexpected';
          }
        };
        const pumping = clients.map(pump);
        await turns(20);
        await listening.close();
        for (const outcome of await Promise.all(pumping)) expect(['end', 'lost']).toContain(outcome);
      });

      test('ends a connection that is idle', async () => {
        const { dial, errors } = await rig(
          async (connection) => {
            await receiveAll(connection);
          },
          { idleMs: 50 },
        );
        const connection = await dial();
        await connection.send(numbered(1));
        expect(await outcomeOf(connection)).toBe('lost');
        expect(errors).toMatchObject([{ name: 'TimeoutError', phase: 'receive', budgetMs: 50 }]);
      });

      test('ends a connection that lives too long, however busy it is', async () => {
        const { dial, errors } = await rig(echo, { lifetimeMs: 150 });
        const connection = await dial();
        const drip = async (): Promise<void> => {
          for (;;) {
            await connection.send(numbered(1));
            if (!(await connection.receive())) return;
          }
        };
        await drip().catch(() => {});
        await expect.poll(() => errors).toMatchObject([{ name: 'TimeoutError', budgetMs: 150 }]);
      });
    });

    describe('with frames', () => {
      const collect =
        (received: Uint8Array[], failures: unknown[]): Handle =>
        async (connection, { signal }) => {
          try {
            for await (const frame of readFrames(connection, createLengthFramer(), {
              signal,
              maxFrameAgeMs: 100,
            })) {
              received.push(frame);
            }
          } catch (error) {
            failures.push(error);
          }
          await connection.send(Uint8Array.of(received.length));
        };

      test('gives the same messages wherever the stream is cut', async () => {
        const messages = [numbered(3), numbered(0), numbered(17), numbered(1)];
        const stream = Buffer.concat(messages.map(lengthFrame));
        for (let cut = 0; cut <= stream.length; cut++) {
          const received: Uint8Array[] = [];
          const { dial, listening } = await rig(collect(received, []));
          const connection = await dial();
          await connection.send(stream.subarray(0, cut));
          await turns(2);
          await connection.send(stream.subarray(cut));
          await connection.end();
          await receiveAll(connection);
          expect(received).toEqual(messages);
          await Promise.all([connection.close(), listening.close()]);
        }
      });

      test('says that a message was left unfinished', async () => {
        const failures: unknown[] = [];
        const received: Uint8Array[] = [];
        const { dial } = await rig(collect(received, failures));
        const connection = await dial();
        await connection.send(Uint8Array.from([1, 7, 9, 1, 2]));
        await connection.end();
        await receiveAll(connection);
        expect(received).toEqual([Uint8Array.of(7)]);
        expect(failures).toMatchObject([{ name: 'DecodeError', code: 'incomplete' }]);
      });

      test('gives up on a sender that lets octets drip', async () => {
        const failures: unknown[] = [];
        const { dial } = await rig(collect([], failures));
        const connection = await dial();
        await connection.send(Uint8Array.of(200));
        const drip = setInterval(() => void connection.send(Uint8Array.of(0)).catch(() => {}), 10);
        try {
          await connection.receive();
        } finally {
          clearInterval(drip);
        }
        expect(failures).toMatchObject([
          { name: 'TimeoutError', phase: 'receive', budgetMs: 100, maybeDelivered: false },
        ]);
      });
    });
  });
}

type Dial = (options?: { readonly timeoutMs?: number; readonly signal?: AbortSignal }) => Promise<Connection>;

/** How a connection ended for the one who reads it. */
export async function outcomeOf(connection: Connection): Promise<string> {
  try {
    await receiveAll(connection);
    return 'end';
  } catch (error) {
    return error instanceof TransportError ? error.code : 'unexpected';
  }
}
