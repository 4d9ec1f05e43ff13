import { isInterlendError } from '@interlend/core';
import { CheckFailure, HarnessError } from '../../run/checks.js';
import type { Sessions } from '../../run/live.js';
import type { Arrival } from './arrivals.js';
import type { Carrier, Ears, Reach } from './carrier.js';
import { knockAt, listenTo, noMessage } from './connections.js';

/** Each message on a connection of its own, answered there. */
export function answered(reach: Reach, ears: () => Ears): Carrier {
  const { connector, target, put, takesWithinMs } = reach;

  return {
    hearsWithoutListener: false,
    listen: (at) =>
      listenTo(reach, at, (connection, signal) =>
        sessions().serve(connection, (bytes) => arrive(bytes, ears()), signal),
      ),
    knock: () => knockAt(reach),
    say: (bytes, taken) => (isAnswer(bytes) ? answer(bytes, taken) : ask(bytes, ears())),
    reset: () => undefined,
  };

  function sessions(): Sessions {
    const found = put.live?.sessions;
    if (!found) throw new HarnessError(`${put.protocol.name} has no sessions`);
    return found;
  }

  function isAnswer(bytes: Uint8Array): boolean {
    return put.onTheSpot?.isAnswer(put.protocol.decode(bytes).message) ?? false;
  }

  async function answer(bytes: Uint8Array, taken: Arrival | undefined): Promise<void> {
    if (!taken || !('answer' in taken) || !taken.answer)
      throw new CheckFailure('there is nothing to be answered');
    taken.answer(bytes);
  }

  async function ask(bytes: Uint8Array, { arrivals, noteLife, ending }: Ears): Promise<void> {
    const signal = AbortSignal.any([ending, AbortSignal.timeout(takesWithinMs)]);
    try {
      arrivals.put({ bytes: await sessions().ask(bytes, connector, target, signal) });
    } catch (error) {
      if (isInterlendError(error) && error.name === 'DecodeError') {
        arrivals.put({ problem: noMessage(`${target.host}:${target.port}`, error) });
      } else if (signal.aborted) {
        throw new CheckFailure(`the partner did not answer within ${takesWithinMs} ms`);
      } else throw error;
    }
    noteLife();
  }

  /** The answer to a message, once the conversation has one. Where it never has, the connection is broken off. */
  function arrive(bytes: Uint8Array, { arrivals, ending }: Ears): Promise<Uint8Array> {
    return new Promise((resolve, reject) => {
      const giveUp = (): void => reject(new CheckFailure('nobody answers: the conversation is over'));
      ending.addEventListener('abort', giveUp, { once: true });
      arrivals.put({ bytes, answer: resolve });
    });
  }
}
