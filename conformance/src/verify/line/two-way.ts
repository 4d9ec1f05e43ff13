import type { Connection } from '@interlend/core';
import type { Carrier, Ears, Reach } from './carrier.js';
import { knockAt, listenTo, readArrivals } from './connections.js';

const longestConversationMs = 86_400_000;

/** All messages on one connection, whoever opened it. */
export function twoWay(reach: Reach, ears: () => Ears): Carrier {
  let carrier: Connection | undefined;

  /** Hears a connection that we opened until the conversation ends. Never rejects: whoever waits is told that none came, and why. */
  async function attend(connection: Connection, mine: Ears): Promise<void> {
    try {
      await readArrivals(connection, reach, mine, mine.ending);
      await connection.end();
    } catch (error) {
      mine.noteTrouble(error instanceof Error ? error.message : String(error));
    } finally {
      letGo(connection);
      await connection.close();
    }
  }

  /** A conversation takes as long as people do; only the beginning is a matter of seconds. */
  function openForLong(): Promise<Connection> {
    const { connector, target, takesWithinMs } = reach;
    return connector.open(target, {
      signal: AbortSignal.timeout(takesWithinMs),
      timeoutMs: longestConversationMs,
    });
  }

  function letGo(connection: Connection): void {
    if (carrier === connection) carrier = undefined;
  }

  return {
    get hearsWithoutListener() {
      return carrier !== undefined;
    },
    listen: (at) =>
      listenTo(reach, at, async (connection, signal) => {
        try {
          await readArrivals(connection, reach, ears(), signal, () => {
            carrier = connection;
          });
          if (!signal.aborted) await connection.end();
        } finally {
          letGo(connection);
        }
      }),
    knock: () => knockAt(reach),
    async say(bytes) {
      if (!carrier) {
        carrier = await openForLong();
        void attend(carrier, ears());
      }
      await carrier.send(bytes);
    },
    reset: () => {
      carrier = undefined;
    },
  };
}
