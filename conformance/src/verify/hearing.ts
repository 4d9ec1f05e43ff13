import { CheckFailure } from '../run/checks.js';
import type { ProtocolUnderTest } from '../run/protocols.js';
import type { Arrival } from './line/arrivals.js';
import type { LiveStage } from './live-stage.js';

/** What should come next. */
export interface Expected {
  /** In words. */
  readonly text: string;
  readonly clause?: string;
  /** Whether it is a message that may come at any time. */
  readonly isAside: boolean;
}

/** What else may come. */
export interface Hearing {
  /** Aborts when the person at the partner's desk gives up. */
  readonly givenUp: AbortSignal | undefined;
  isAside(message: unknown): boolean;
  onAside(message: unknown, bytes: Uint8Array): void;
}

/**
 * The octets of the partner's next message. What comes late from an earlier conversation is answered, where it must be, and
 * passed over.
 *
 * @throws CheckFailure when nothing comes in time, or octets that are no message
 * @throws NotTried when the person at its desk gives up
 */
export async function hearNext(
  { line, patienceMs, signal, past }: LiveStage,
  put: ProtocolUnderTest,
  { text, clause, isAside }: Expected,
  hearing: Hearing,
): Promise<Uint8Array> {
  const { givenUp } = hearing;
  const more = clause === undefined ? {} : { clause };
  const until = performance.now() + patienceMs;
  for (;;) {
    const arrival = await line.next(
      Math.max(0, until - performance.now()),
      givenUp ? AbortSignal.any([signal, givenUp]) : signal,
    );
    if (!arrival) {
      const troubles = line.troubles.map((trouble) => `; a connection came to nothing: ${trouble}`).join('');
      throw new CheckFailure(`expected ${text}, nothing came within ${patienceMs} ms${troubles}`, more);
    }
    if ('problem' in arrival) throw new CheckFailure(arrival.problem, more);
    const message = readable(arrival, put);
    if (message !== undefined && past.has(put.protocol.correlate(message).key)) {
      arrival.answer?.(put.live?.rewriting?.refuse() ?? new Uint8Array());
    } else if (message !== undefined && !isAside && hearing.isAside(message)) {
      hearing.onAside(message, arrival.bytes);
    } else return arrival.bytes;
  }
}

/** What an arrival reads as; nothing where they cannot be read, which another check says. */
export function readable(arrival: Arrival, { protocol }: ProtocolUnderTest): unknown {
  if ('problem' in arrival) return undefined;
  try {
    return protocol.decode(arrival.bytes).message;
  } catch {
    return undefined;
  }
}
