import { problemOf, problemsForReview } from '../mapping/problems.js';
import { roleOf } from '../mapping/states.js';
import { toEvent } from '../mapping/to-event.js';
import { plainText } from '../mapping/words.js';
import { agrees } from '../matching-states.js';
import type { StatusOrErrorReport } from '../messages/apdus.js';
import type { WireState } from '../state-tables.js';
import type { IsoIllStep } from './guard.js';
import { findHeard, remember } from './heard.js';
import { about } from './reports.js';
import { finish, rowFor, type Turn } from './turn.js';

/** Characters of another side's free text in a warning. */
const longestSubject = 80;

/** A report never changes the state and never leads to a report. */
export function hearReport(turn: Turn, message: StatusOrErrorReport): IsoIllStep {
  const { guard } = turn;
  if (findHeard(guard, message)) return finish(turn, 'repeat');
  turn.guard = remember(guard, message, message.apdu, false);
  const row = rowFor(guard, 'in Status-Or-Error-Report');
  if (row) turn.rows.push(row);

  const { errorReport, statusReport } = message;
  if (errorReport) {
    const { problem } = problemOf(errorReport);
    const subject = plainText(errorReport.correlationInformation)?.slice(0, longestSubject) ?? 'an APDU';
    turn.warnings.push(`the other side reports ${problem} about ${subject}`);
    if (problemsForReview.includes(problem)) turn.guard = { ...turn.guard, review: problem };
  }
  const other = statusReport?.providerStatusReport;
  if (other !== undefined && !agrees(guard.role, guard.state, other as WireState)) {
    turn.warnings.push(
      `${about(message)}: the other side stands at ${other}, this side at ${guard.state}; they agree only if something is under way`,
    );
  }
  const from = roleOf[guard.role] === 'borrower' ? 'lender' : 'borrower';
  return finish(turn, 'accepted', toEvent(message, { from }));
}
