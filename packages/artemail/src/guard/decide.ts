import { type GuardStep, StateError } from '@interlend/core';
import type { MailGuard } from './guard.js';

/** A person accepts or dismisses what waits. @throws StateError */
export function decideReading<Message>(
  guard: MailGuard,
  id: string,
  decision: 'accept' | 'dismiss',
): GuardStep<Message, MailGuard> {
  const found = guard.pending.find((each) => each.id === id);
  if (!found) {
    const allowed = guard.pending.map((each) => each.id);
    throw new StateError(`nothing of the id ${id} waits; there is: ${allowed.join(', ') || 'nothing'}`, {
      state: 'pending',
      event: id,
      allowed,
    });
  }
  const pending = guard.pending.filter((each) => each !== found);
  return {
    guard: { ...guard, pending },
    verdict: 'accepted',
    ...(decision === 'accept' ? { event: found.event } : {}),
    replies: [],
    warnings: decision === 'accept' ? [] : [`dismissed: ${found.event.type}, ${found.why}`],
    ...(pending.length > 0 ? { needsReview: true } : {}),
  };
}
