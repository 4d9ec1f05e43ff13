import {
  abilityFor,
  type Correlation,
  type GuardContext,
  type GuardStep,
  isInterlendError,
  type LendingEvent,
  type LendingRequest,
} from '@interlend/core';
import type { AnyProtocol } from '../any-protocol.js';
import { joinLoanWrites, type LoanWrites, writeLoanStep } from '../loan-step.js';

/** A message as far as it matters for what is said without asking a person. */
export interface Heard {
  readonly protocol: AnyProtocol;
  readonly context: GuardContext;
  readonly correlation: Correlation;
  /** Whether the sender waits on an open connection, so that a request is confirmed at once. */
  readonly isAwaited: boolean;
}

type Step = GuardStep<unknown, unknown>;

/** Says what the partner's profile or the library wants said without asking a person. */
export function automatic(
  { protocol, context }: Heard,
  { proposals = [] }: Step,
  written: LoanWrites,
): LoanWrites {
  let writes = written;
  for (const { event } of proposals.filter(({ isAutomatic }) => isAutomatic)) {
    const said = saidOf(protocol, writes, event, context);
    if (typeof said === 'string') {
      writes = { ...writes, warnings: [...writes.warnings, said] };
      continue;
    }
    const { losses, ...step } = said;
    const after = writeLoanStep({
      record: writes.record,
      protocol,
      source: 'rule',
      context,
      step,
      event: step.event === undefined ? undefined : event,
      carrier: 'first-reply',
      losses,
      warnings: step.warnings,
    });
    writes = joinLoanWrites(writes, after);
  }
  return writes;
}

/** What is said, or why it cannot be: it is for staff then. */
function saidOf(
  protocol: AnyProtocol,
  { record }: LoanWrites,
  event: LendingEvent,
  context: GuardContext,
): ReturnType<AnyProtocol['say']> | string {
  try {
    return protocol.say(record.guard, event, context);
  } catch (error) {
    if (!isInterlendError(error)) throw error;
    return `${event.type} was not said without staff: ${error.message}`;
  }
}

/** Adds the refusal of a request that staff need not be asked about. */
export function refused({ protocol, context }: Heard, step: Step, request: LendingRequest): Step {
  const refusal = context.refusalOf?.(request);
  if (!refusal || step.verdict !== 'accepted') return step;
  if (abilityFor(protocol.capabilities, 'unfilled', 'lender')?.can !== 'yes') {
    return { ...step, warnings: [...step.warnings, `not refused: ${protocol.name} has no word for it`] };
  }
  const event: LendingEvent = { type: 'unfilled', from: 'lender', ...refusal };
  const why = 'the library refuses such requests';
  return { ...step, proposals: [...(step.proposals ?? []), { event, why, isAutomatic: true }] };
}

/** A requester that waits on its connection is told where its request stands; without an answer it may count it as lost. */
export function confirmed({ protocol, context, correlation, isAwaited }: Heard, step: Step): Step {
  const isTaken = step.verdict === 'accepted' || step.verdict === 'repeat';
  if (!isAwaited || !correlation.isOpening || !isTaken || step.replies.length > 0) return step;
  try {
    const said = protocol.say(step.guard, { type: 'statusReported', from: 'lender' }, context);
    return {
      ...step,
      guard: said.guard,
      replies: said.replies,
      warnings: [...step.warnings, ...said.warnings],
    };
  } catch (error) {
    if (!isInterlendError(error)) throw error;
    return { ...step, warnings: [...step.warnings, `request not confirmed: ${error.message}`] };
  }
}
