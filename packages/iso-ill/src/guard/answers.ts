import type { IllApdu } from '../messages/apdus.js';
import type { ApduName } from '../messages/enumerations.js';
import type { Service, WireState } from '../state-tables.js';
import { reportError, reportStatus } from './reports.js';
import { follow, reply, rowFor, sayAgain, type Turn } from './turn.js';

/** What a responder last said to a request, by its state: what it says again when it is asked again. */
const lastAnswer: Readonly<Partial<Record<WireState, readonly ApduName[]>>> = {
  FORWARD: ['Forward-Notification'],
  'NOT-SUPPLIED': ['Expired', 'ILL-Answer'],
  CONDITIONAL: ['ILL-Answer'],
  CANCELLED: ['Cancel-Reply'],
  SHIPPED: ['Shipped'],
  'RENEW-PENDING': ['Shipped'],
  'RENEW-OVERDUE': ['Shipped'],
  OVERDUE: ['Shipped'],
  RECALL: ['Shipped'],
  'CHECKED-IN': ['Checked-In'],
  LOST: ['Lost'],
};

/** Results of an ILL-Answer that hold in a state; those of another time are not said again. */
const holdingResults: Readonly<Partial<Record<WireState, readonly Service[]>>> = {
  'IN-PROCESS': ['ILL-Answer will-supply', 'ILL-Answer hold-placed'],
  CONDITIONAL: ['ILL-Answer conditional'],
  'NOT-SUPPLIED': [
    'ILL-Answer retry',
    'ILL-Answer unfilled',
    'ILL-Answer locations-provided',
    'ILL-Answer estimate',
  ],
};

/** Says again what answers a request in the present state. */
function repeatLastAnswer(turn: Turn): boolean {
  const { state, spoken } = turn.guard;
  for (const apdu of state === 'IN-PROCESS' ? (['ILL-Answer'] as const) : (lastAnswer[state] ?? [])) {
    const service = spoken[apdu]?.service;
    if (service === undefined) continue;
    if (apdu === 'ILL-Answer' && !holdingResults[state]?.includes(service)) continue;
    return sayAgain(turn, apdu);
  }
  return false;
}

function reportForwarded(turn: Turn, message: IllApdu): void {
  const { forwardedTo } = turn.guard;
  if (forwardedTo) reportError(turn, message, { user: { alreadyForwarded: forwardedTo } });
}

/** Says no to a question that crossed what made it void. The row, where there is one, allows exactly this answer. */
function refuse(turn: Turn, apdu: 'Cancel-Reply' | 'Renew-Answer'): void {
  const row = rowFor(turn.guard, `out ${apdu} no`);
  if (row) follow(turn, row);
  reply(turn, (head) => ({ apdu, ...head, answer: false }));
}

/** What the responder's own rules say to an APDU for which the state has a row: the notes of the table. */
export function answerByTable(turn: Turn, message: IllApdu): void {
  const { role, state } = turn.guard;
  if (message.apdu === 'Status-Query' && state !== 'FORWARD') reportStatus(turn);
  if (role === 'requester') {
    // The cancel went to the library that has passed the request on.
    if (message.apdu === 'Forward-Notification' && state === 'CANCEL-PENDING') sayAgain(turn, 'Cancel');
    return;
  }
  if (state === 'FORWARD') {
    if (message.apdu !== 'Status-Or-Error-Report') reportForwarded(turn, message);
    return;
  }
  switch (message.apdu) {
    case 'Cancel':
      if (state === 'SHIPPED') refuse(turn, 'Cancel-Reply');
      if (state === 'NOT-SUPPLIED') repeatLastAnswer(turn);
      break;
    case 'Conditional-Reply':
      if (state === 'NOT-SUPPLIED' && message.answer) repeatLastAnswer(turn);
      break;
    case 'Renew':
      if (state === 'RECALL') refuse(turn, 'Renew-Answer');
      if (state === 'CHECKED-IN') sayAgain(turn, 'Checked-In');
      break;
    default:
  }
}

/** Answers a repeated question again, with the answer it had. */
export function answerAgain(turn: Turn, message: IllApdu): void {
  const { role, state } = turn.guard;
  if (message.apdu === 'Status-Query') {
    if (state !== 'FORWARD') reportStatus(turn);
    return;
  }
  if (role === 'requester') {
    if (message.apdu !== 'ILL-Answer' || message.transactionResults !== 'conditional') return;
    const said = turn.guard.spoken['Conditional-Reply']?.service;
    const holding = state === 'PENDING' ? 'Conditional-Reply yes' : 'Conditional-Reply no';
    if ((state === 'PENDING' || state === 'NOT-SUPPLIED') && said === holding)
      sayAgain(turn, 'Conditional-Reply');
    return;
  }
  switch (message.apdu) {
    case 'ILL-Request':
      repeatLastAnswer(turn);
      break;
    case 'Cancel':
      if (state === 'CANCEL-PENDING') break;
      if (state === 'NOT-SUPPLIED') repeatLastAnswer(turn);
      else sayAgain(turn, 'Cancel-Reply');
      break;
    case 'Renew':
      if (state === 'RENEW-PENDING' || state === 'RENEW-OVERDUE') break;
      sayAgain(turn, state === 'CHECKED-IN' ? 'Checked-In' : 'Renew-Answer');
      break;
    default:
  }
}

/**
 * Answers, from the present state, a question for which the table has no row (lenient). A question that waits for the
 * desk's answer already gets no second one.
 */
export function answerUnlisted(turn: Turn, message: IllApdu): void {
  const { role, state } = turn.guard;
  if (role !== 'responder' || state === 'IDLE') return;
  switch (message.apdu) {
    case 'Cancel':
      if (state === 'CANCEL-PENDING') break;
      if (state === 'CANCELLED') sayAgain(turn, 'Cancel-Reply');
      else refuse(turn, 'Cancel-Reply');
      break;
    case 'Renew':
      if (state === 'RENEW-PENDING' || state === 'RENEW-OVERDUE') break;
      refuse(turn, 'Renew-Answer');
      break;
    case 'Conditional-Reply':
      if (state === 'CANCEL-PENDING') break;
      if (!repeatLastAnswer(turn)) reportStatus(turn);
      break;
    default:
  }
}
