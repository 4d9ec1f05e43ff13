import { describe, expect, test } from 'vitest';
import { readFrames } from '../frames.js';
import { createLengthFramer, lengthFrame, numbered, receiveAll, turns } from '../octets.test-support.js';
import type { Handle } from '../sessions.js';
import type { SetUp } from './rig.test-support.js';

/** Messages read off a connection. */
export function describeFrames(setUp: SetUp): void {
  describe('with frames', () => {
    const collect =
      (received: Uint8Array[], failures: unknown[], maxFrameAgeMs = 10_000): Handle =>
      async (connection, { signal }) => {
        try {
          for await (const frame of readFrames(connection, createLengthFramer(), {
            signal,
            maxFrameAgeMs,
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
        const { dial, listening } = await setUp(collect(received, []));
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
      const { dial } = await setUp(collect(received, failures));
      const connection = await dial();
      await connection.send(Uint8Array.from([1, 7, 9, 1, 2]));
      await connection.end();
      await receiveAll(connection);
      expect(received).toEqual([Uint8Array.of(7)]);
      expect(failures).toMatchObject([{ name: 'DecodeError', code: 'incomplete' }]);
    });

    test('gives up on a sender that lets octets drip', async () => {
      const failures: unknown[] = [];
      const { dial } = await setUp(collect([], failures, 100));
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
}
