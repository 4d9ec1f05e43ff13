import { isInterlendError } from '@interlend/core';
import { NoRouteError } from '../carriers/carrier.js';
import type { AttemptOutcome, OutboxItem } from '../store/store.js';
import { pauseAfter } from './backoff.js';
import type { DeliveryParts } from './delivery.js';

/**
 * Sends what one or several messages became, and says how it ended for each of them; `undefined` when the server is
 * stopping and they shall go after the next start.
 */
export async function tryToSend(
  { store, settings, registry, routes, clock, random }: DeliveryParts,
  items: readonly OutboxItem[],
  raw: Uint8Array,
  signal: AbortSignal,
): Promise<AttemptOutcome | undefined> {
  const [first] = items;
  if (!first) return undefined;
  const protocol = registry.get(first.protocol)?.protocol;
  const isRepeatHarmless = protocol?.isRepeatHarmless === true;
  const parcels = (protocol?.namesOf?.(raw) ?? []).map((name) => ({
    protocol: first.protocol,
    name,
    ...(items.length > 1 ? { raw } : {}),
  }));
  if (!isRepeatHarmless || parcels.length > 0) {
    const messages = items.map(({ message }) => message);
    await store.lease(messages, new Date(clock.now().getTime() + settings.leaseMs), parcels);
  }
  try {
    await routes.send(first, raw, signal);
    return { kind: 'delivered' };
  } catch (error) {
    const problem = problemOf(error);
    if (error instanceof NoRouteError) return { kind: 'review', problem };
    const isRefused = isInterlendError(error) && error.name === 'PeerError';
    if (isRefused && !error.retryable) return { kind: 'review', problem: `refused: ${problem}` };
    const mayHaveArrived =
      !isRefused &&
      (!isInterlendError(error) || !('maybeDelivered' in error) || error.maybeDelivered === true);
    if (mayHaveArrived && !isRepeatHarmless) return { kind: 'review', problem: `unknown: ${problem}` };
    if (signal.aborted) return undefined;
    // What went together is due together again.
    const tried = Math.max(...items.map(({ attempts }) => attempts)) + 1;
    const pause = pauseAfter(tried, settings, random);
    if (pause === undefined) return { kind: 'review', problem };
    return { kind: 'retry', dueAt: new Date(clock.now().getTime() + pause), problem };
  }
}

/** A code and a phase; never octets, never text of a message. */
function problemOf(error: unknown): string {
  if (!isInterlendError(error)) return error instanceof Error ? error.message : 'unknown';
  return 'phase' in error ? `${error.code} (${String(error.phase)})` : error.code;
}
