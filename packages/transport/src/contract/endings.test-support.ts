import { describe, expect, test } from 'vitest';
import { numbered, receiveAll, turns } from '../octets.test-support.js';
import { echo, type SetUp, silent, tooMuch } from './rig.test-support.js';

/** How a connection ends: by an abort, by a close, by its deadline. */
export function describeEndings(setUp: SetUp): void {
  describe('an abort', () => {
    test('before the opening opens nothing', async () => {
      let accepted = 0;
      const { connector, listening } = await setUp(async () => {
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
      const { dial } = await setUp(echo);
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
      const { dial } = await setUp(echo);
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
      const { dial } = await setUp(silent);
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
      const { dial } = await setUp(silent);
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
      const { dial } = await setUp(silent, { closeGraceMs: 20 });
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
      const { dial } = await setUp(async (connection) => {
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
      const { dial } = await setUp(
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
      const { dial } = await setUp(silent);
      const connection = await dial({ timeoutMs: 250 });
      await expect(connection.receive()).rejects.toMatchObject({
        name: 'TimeoutError',
        code: 'timeout',
        phase: 'receive',
        budgetMs: 250,
        maybeDelivered: false,
        retryable: true,
      });
      await expect(connection.send(numbered(1))).rejects.toMatchObject({
        phase: 'send',
        maybeDelivered: false,
      });
    });

    test('is one for the whole attempt: what came in does not extend it', async () => {
      const { dial } = await setUp(echo);
      const connection = await dial({ timeoutMs: 400 });
      const talk = async (): Promise<void> => {
        for (;;) {
          await connection.send(numbered(1));
          await connection.receive();
        }
      };
      await expect(talk()).rejects.toMatchObject({
        name: 'TimeoutError',
        budgetMs: 400,
        maybeDelivered: true,
      });
    });
  });
}
