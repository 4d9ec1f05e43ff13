import { CheckFailure } from '../../run/checks.js';
import type { Carrier, Ears, Reach } from './carrier.js';
import { knockAt, listenTo, openTo, readArrivals } from './connections.js';

/** Each message on a connection of its own, whose end in order is the acknowledgement. What comes back on it is an arrival too. */
export function oneWay(reach: Reach, ears: () => Ears): Carrier {
  return {
    hearsWithoutListener: false,
    listen: (at) =>
      listenTo(reach, at, async (connection, signal) => {
        await readArrivals(connection, reach, ears(), signal);
        if (!signal.aborted) await connection.end();
      }),
    knock: () => knockAt(reach),
    async say(bytes) {
      const connection = await openTo(reach);
      try {
        await connection.send(bytes);
        await connection.end();
        const deadline = AbortSignal.timeout(reach.takesWithinMs);
        await readArrivals(connection, reach, ears(), deadline);
        if (deadline.aborted) {
          throw new CheckFailure(
            `the partner did not end the connection within ${reach.takesWithinMs} ms, so that nobody knows whether it has the message`,
          );
        }
      } finally {
        await connection.close();
      }
    },
    reset: () => undefined,
  };
}
