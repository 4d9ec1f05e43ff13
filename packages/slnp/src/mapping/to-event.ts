import type { CalendarDate, LendingEvent, ServiceType } from '@interlend/core';
import type { SlnpCommand, SlnpMessage, SlnpReply } from '../messages/message.js';
import { isSuccess, parseErrorText } from '../messages/message.js';
import type { SlnpRules } from '../profiles/rules.js';
import { parseDate } from './dates.js';
import { toRequest } from './read-request.js';
import { reasonOf } from './reasons.js';

/** What is known where a message is heard. */
export interface HearingContext {
  readonly rules: Pick<SlnpRules, 'info2flserver' | 'reasons'>;
  /** What the order asks for. */
  readonly service: ServiceType;
  readonly today: CalendarDate;
  /** What a reply answers. Without it a reply means nothing. */
  readonly answered?: SlnpCommand;
}

/** What a message means to the desk; `undefined` when it means nothing, as a plain success does. */
export function toEvent(message: SlnpMessage, context: HearingContext): LendingEvent | undefined {
  if (message.kind === 'greeting') return undefined;
  if (message.kind === 'reply') return replyMeans(message, context);
  switch (message.command) {
    case 'SLNPFLBestellung':
      return { type: 'requested', from: 'borrower', request: toRequest(message) };
    case 'SLNPPFLDatenAenderung':
      return { type: 'shipped', from: 'lender', service: context.service, ...noted(supplierNote(message)) };
    case 'SLNPInfo2FLServer':
      return reportMeans(message, context);
    default:
      return undefined;
  }
}

function noted(note: string | undefined): { readonly note?: string } {
  return note === undefined ? {} : { note };
}

/** Who supplies and where the item stood, for staff: the neutral shipment has no fields for it. */
export function supplierNote({ parameters }: SlnpCommand): string | undefined {
  const { SigelGB: lender, Signatur: shelfmark } = parameters;
  const parts = [
    ...(lender === undefined ? [] : [`supplied by ${lender}`]),
    ...(shelfmark === undefined ? [] : [`shelf mark ${shelfmark}`]),
  ];
  return parts.length > 0 ? parts.join(', ') : undefined;
}

function reportMeans({ parameters }: SlnpCommand, context: HearingContext): LendingEvent | undefined {
  const { info2flserver: names, reasons } = context.rules;
  const note = parameters[names.note];
  switch (parameters[names.status]) {
    case 'Shipped': {
      const written = parameters[names.dueDate];
      const due = written === undefined ? undefined : parseDate(written);
      return {
        type: 'shipped',
        from: 'lender',
        service: context.service,
        ...(due && { due }),
        ...noted(note),
      };
    }
    case 'NotAvailable':
      return { type: 'unfilled', from: 'lender', reason: reasonOf(note ?? '', reasons), ...noted(note) };
    case 'Return':
      return { type: 'returned', from: 'borrower', returnedOn: context.today, ...noted(note) };
    default:
      return undefined;
  }
}

function replyMeans(reply: SlnpReply, { answered, rules }: HearingContext): LendingEvent | undefined {
  if (!answered) return undefined;
  const { symbol, words } = parseErrorText(reply.text);
  if (answered.command === 'SLNPFLBestellung' && answered.parameters['BsTyp'] === 'AFL') {
    if (isSuccess(reply)) return { type: 'willSupply', from: 'lender', ...noted(reply.fields['OKMsg']) };
    if (reply.code === 510) {
      return { type: 'unfilled', from: 'lender', reason: reasonOf(words, rules.reasons), ...noted(words) };
    }
  }
  if (isSuccess(reply)) return undefined;
  return {
    type: 'errorReported',
    // The central server speaks for the other side.
    from: answered.parameters[rules.info2flserver.side] === 'PFL' ? 'lender' : 'borrower',
    problem: symbol ?? `${reply.code}`,
    about: answered.command,
    note: reply.text,
  };
}
