import { type Connection, TransportError } from '@interlend/core';
import { describe, expect, test } from 'vitest';
import { gate, numbered, receiveAll, turns } from '../octets.test-support.js';
import { echo, outcomeOf, type SetUp, silent } from './rig.test-support.js';

/** What a listener owes to its connections. */
export function describeListeners(setUp: SetUp): void {
  describe('a listener', () => {
    test('says that its address is in use', async () => {
      const { acceptor, listening } = await setUp(silent);
      await expect(acceptor.listen(listening.address, silent)).rejects.toMatchObject({
        name: 'TransportError',
        code: 'address-in-use',
        phase: 'listen',
        retryable: false,
      });
    });

    test('that is gone refuses', async () => {
      const { connector, listening } = await setUp(silent);
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
      const { dial, errors } = await setUp(async (connection, options) => {
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
      const { dial } = await setUp(
        async (connection) => {
          await connection.receive();
          throw new Error('handler fault');
        },
        {},
        () => {
          throw new Error('owner fault');
        },
      );
      const connection = await dial();
      await connection.send(numbered(1));
      expect(await outcomeOf(connection)).toBe('lost');
      expect((await warned).message).toContain('owner fault');
    });

    test('lets handlers say their last words when it closes', async () => {
      const { dial, listening, errors } = await setUp(async (connection, { signal }) => {
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
      const { dial, listening, errors } = await setUp(echo);
      const connection = await dial();
      await connection.send(numbered(1));
      await connection.receive();
      const ended = outcomeOf(connection);
      await listening.close();
      expect(await ended).toBe('lost');
      expect(errors).toEqual([]);
    });

    test('ends the connections of handlers that do not listen to its signal', async () => {
      const { dial, listening, errors } = await setUp(
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
      const { dial, listening, errors } = await setUp(() => door.opened, { closeGraceMs: 20 });
      await dial();
      await turns(5);
      await listening.close();
      expect(errors).toMatchObject([{ name: 'TransportError', code: 'closed', phase: 'close' }]);
      door.open();
    });

    test('closes in the middle of traffic, and every client notices', async () => {
      const { dial, listening } = await setUp(echo, { closeGraceMs: 50 });
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
      const { dial, errors } = await setUp(
        async (connection) => {
          await receiveAll(connection);
        },
        { idleMs: 150 },
      );
      const connection = await dial();
      await connection.send(numbered(1));
      expect(await outcomeOf(connection)).toBe('lost');
      expect(errors).toMatchObject([{ name: 'TimeoutError', phase: 'receive', budgetMs: 150 }]);
    });

    test('ends a connection that lives too long, however busy it is', async () => {
      const { dial, errors } = await setUp(echo, { lifetimeMs: 150 });
      const connection = await dial();
      const drip = async (): Promise<void> => {
        for (;;) {
          await connection.send(numbered(1));
          if (!(await connection.receive())) return;
        }
      };
      await drip().catch(() => {});
      await expect
        .poll(() => errors, { timeout: 10_000 })
        .toMatchObject([{ name: 'TimeoutError', budgetMs: 150 }]);
    });
  });
}
