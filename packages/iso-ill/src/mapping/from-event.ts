import { EncodeError, type LendingEvent, type Said, type ServiceType } from '@interlend/core';
import type { IllApdu } from '../messages/apdus.js';
import type { DateDue, ResponderOptionalMessages } from '../messages/types.js';
import { explain } from './explanations.js';
import type { ApduHead } from './head.js';
import { errorReport, fromProblem, type ReportingContext } from './problems.js';
import {
  createWording,
  fromCalendarDate,
  fromMoney,
  fromParty,
  known,
  optionalDate,
  type TextRules,
  type Wording,
} from './words.js';
import { fromRequest, type RequestRules } from './write-request.js';

/** What of a partner's profile matters to what is said. */
export interface SayingRules extends TextRules, RequestRules {
  readonly responderMessages: ResponderOptionalMessages;
  /** Shipped names at least so many chargeable-units; 0 when the partner does not mind. */
  readonly leastChargeableUnits: number;
}

/** What is needed to say an event beside the event. */
export interface SayingContext {
  readonly head: ApduHead;
  readonly rules: SayingRules;
  /** For status and error reports. */
  readonly reporting?: ReportingContext;
}

const wireService: Readonly<Record<ServiceType, 'loan' | 'copy-non-returnable'>> = {
  loan: 'loan',
  copy: 'copy-non-returnable',
};

function dateDue(
  event: { readonly due?: string; readonly isRenewable?: boolean },
  path: string,
  wording: Wording,
): DateDue | undefined {
  if (event.due === undefined) {
    if (event.isRenewable !== undefined)
      wording.lose('isRenewable', 'renewable is said together with a date due');
    return undefined;
  }
  return known({ dateDueField: fromCalendarDate(event.due, path), renewable: event.isRenewable });
}

function chargeableUnits(given: number | undefined, least: number, wording: Wording): number | undefined {
  if (least === 0 || (given ?? 0) >= least) return given;
  if (given !== undefined) wording.lose('chargeableUnits', `this partner takes no fewer than ${least}`);
  return least;
}

/**
 * An event in the words of the wire, with what the wire has no place for.
 *
 * @throws EncodeError `invalid-value` for a date that is none, `missing` for a message without text, `unsayable-event`
 * for an error report in words that are not the standard's
 */
export function fromEvent(event: LendingEvent, context: SayingContext): Said<IllApdu> {
  const { head, rules } = context;
  if (event.type === 'requested') {
    const { message, losses } = fromRequest(event.request, head, rules);
    return event.note === undefined
      ? { message, losses }
      : { message, losses: [...losses, { path: 'note', why: 'ILL-Request has one note: request.note' }] };
  }
  const wording = createWording(rules);
  return { message: say(event, context, wording), losses: wording.losses };
}

type Sayable = Exclude<LendingEvent, { readonly type: 'requested' }>;

function say(event: Sayable, { head, rules, reporting }: SayingContext, wording: Wording): IllApdu {
  const note = wording.text(event.note, 'note');
  switch (event.type) {
    case 'conditional':
    case 'retryLater':
    case 'unfilled':
    case 'locationsProvided':
    case 'willSupply':
    case 'holdPlaced':
    case 'estimated':
      return known({
        apdu: 'ILL-Answer' as const,
        ...head,
        ...explain(event, wording),
        responderOptionalMessages: rules.responderMessages,
        responderNote: note,
      });
    case 'forwarded':
      return known({
        apdu: 'Forward-Notification' as const,
        ...head,
        responderId: fromParty(event.to),
        responderAddress: wording.electronic(event.address, 'address'),
        intermediaryId: head.responderId ?? fromParty({ symbol: 'UNKNOWN' }),
        notificationNote: note,
      });
    case 'shipped': {
      const method = wording.text(event.method, 'method');
      return known({
        apdu: 'Shipped' as const,
        ...head,
        shippedServiceType: wireService[event.service],
        responderOptionalMessages: rules.responderMessages,
        supplyDetails: known({
          dateShipped: optionalDate(event.shippedOn, 'Shipped.supplyDetails.dateShipped'),
          dateDue: dateDue(event, 'Shipped.supplyDetails.dateDue', wording),
          chargeableUnits: chargeableUnits(event.chargeableUnits, rules.leastChargeableUnits, wording),
          cost: fromMoney(event.cost),
          shippedConditions: event.condition,
          shippedVia: method === undefined ? undefined : { physicalDelivery: method },
          insuredFor: fromMoney(event.insuredFor),
        }),
        returnToAddress: wording.postal(event.returnTo, 'returnTo'),
        responderNote: note,
      });
    }
    case 'conditionAnswered':
      return known({
        apdu: 'Conditional-Reply' as const,
        ...head,
        answer: event.isAccepted,
        requesterNote: note,
      });
    case 'cancelRequested':
      return known({ apdu: 'Cancel' as const, ...head, requesterNote: note });
    case 'cancelAnswered':
      return known({ apdu: 'Cancel-Reply' as const, ...head, answer: event.isAccepted, responderNote: note });
    case 'received':
      return known({
        apdu: 'Received' as const,
        ...head,
        dateReceived: fromCalendarDate(event.receivedOn, 'Received.dateReceived'),
        shippedServiceType: wireService[event.service],
        requesterNote: note,
      });
    case 'recalled':
      return known({ apdu: 'Recall' as const, ...head, responderNote: note });
    case 'returned':
      return known({
        apdu: 'Returned' as const,
        ...head,
        dateReturned: fromCalendarDate(event.returnedOn, 'Returned.dateReturned'),
        returnedVia: wording.text(event.method, 'method'),
        insuredFor: fromMoney(event.insuredFor),
        requesterNote: note,
      });
    case 'checkedIn':
      return known({
        apdu: 'Checked-In' as const,
        ...head,
        dateCheckedIn: fromCalendarDate(event.checkedInOn, 'Checked-In.dateCheckedIn'),
        responderNote: note,
      });
    case 'overdue':
      return known({
        apdu: 'Overdue' as const,
        ...head,
        dateDue: known({
          dateDueField: fromCalendarDate(event.due, 'Overdue.dateDue'),
          renewable: event.isRenewable,
        }),
        responderNote: note,
      });
    case 'renewRequested':
      return known({
        apdu: 'Renew' as const,
        ...head,
        desiredDueDate: optionalDate(event.desiredDue, 'Renew.desiredDueDate'),
        requesterNote: note,
      });
    case 'renewAnswered':
      return known({
        apdu: 'Renew-Answer' as const,
        ...head,
        answer: event.isAccepted,
        dateDue: dateDue(event, 'Renew-Answer.dateDue', wording),
        responderNote: note,
      });
    case 'lost':
      return known({ apdu: 'Lost' as const, ...head, note });
    case 'damaged':
      return known({
        apdu: 'Damaged' as const,
        ...head,
        damagedDetails: damagedDetails(event, head, wording),
        note,
      });
    case 'message':
      if (note === undefined) throw new EncodeError('missing', 'expected text in a message', 'Message.note');
      return { apdu: 'Message', ...head, note };
    case 'statusQueried':
      return known({ apdu: 'Status-Query' as const, ...head, note });
    case 'statusReported':
      return known({
        apdu: 'Status-Or-Error-Report' as const,
        ...head,
        ...reportOf(event, reporting, wording),
        note,
      });
    case 'errorReported':
      return known({
        apdu: 'Status-Or-Error-Report' as const,
        ...head,
        errorReport: errorReport(
          event.about ?? 'not said',
          fromProblem(event.problem, event.about, event.note, reporting),
        ),
        note,
      });
    case 'expired':
      if (event.note !== undefined) wording.lose('note', 'Expired has no note');
      return { apdu: 'Expired', ...head };
    default:
      return event satisfies never;
  }
}

function damagedDetails(
  { units }: Extract<LendingEvent, { readonly type: 'damaged' }>,
  head: ApduHead,
  wording: Wording,
) {
  if (units === undefined) return undefined;
  if (head.protocolVersionNum === 1) {
    wording.lose('units', 'damaged-details are not in version 1');
    return undefined;
  }
  return { damagedPortion: { specificUnits: units } };
}

/** A report tells this side's own state; what the event says it is does not matter. */
function reportOf(
  event: Extract<LendingEvent, { readonly type: 'statusReported' }>,
  reporting: ReportingContext | undefined,
  wording: Wording,
) {
  if (event.noReport !== undefined || !reporting)
    return { reasonNoReport: event.noReport ?? ('temporary' as const) };
  if (event.state !== undefined && event.state !== String(reporting.state)) {
    wording.lose('state', `the state on this wire is ${reporting.state}`);
  }
  return {
    statusReport: { userStatusReport: reporting.history, providerStatusReport: reporting.state },
  };
}
