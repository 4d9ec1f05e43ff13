import { type GuardContext, type LendingEvent, type Loss, StateError } from '@interlend/core';
import { partnerApduOf, serviceOf } from '../describe.js';
import { machineOf, type WireRow } from '../machine.js';
import { fromEvent } from '../mapping/from-event.js';
import { roleOf } from '../mapping/states.js';
import type { IllApdu } from '../messages/apdus.js';
import { endOfDay } from '../service-time.js';
import type { Service, WireEvent } from '../state-tables.js';
import type { IsoIllGuard, IsoIllStep, Spoken } from './guard.js';
import { about, reportingContext } from './reports.js';
import {
  factsOf,
  finish,
  follow,
  headFor,
  newTurn,
  rowFor,
  speak,
  stampFor,
  type Turn,
  timeZoneOf,
} from './turn.js';

/** {@link IsoIllStep} with what the wire could not carry. */
export interface SayingStep extends IsoIllStep {
  readonly losses: readonly Loss[];
}

/** The service by which an event is said. */
function serviceFor(event: LendingEvent): Service | 'FORWARD service' {
  const yesNo = (isAccepted: boolean) => (isAccepted ? 'yes' : 'no');
  switch (event.type) {
    case 'requested':
      return 'ILL-Request';
    case 'willSupply':
      return 'ILL-Answer will-supply';
    case 'holdPlaced':
      return 'ILL-Answer hold-placed';
    case 'conditional':
      return 'ILL-Answer conditional';
    case 'retryLater':
      return 'ILL-Answer retry';
    case 'unfilled':
      return 'ILL-Answer unfilled';
    case 'locationsProvided':
      return 'ILL-Answer locations-provided';
    case 'estimated':
      return 'ILL-Answer estimate';
    case 'conditionAnswered':
      return `Conditional-Reply ${yesNo(event.isAccepted)}`;
    case 'cancelRequested':
      return 'Cancel';
    case 'cancelAnswered':
      return `Cancel-Reply ${yesNo(event.isAccepted)}`;
    case 'renewAnswered':
      return `Renew-Answer ${yesNo(event.isAccepted)}`;
    case 'expired':
      return 'Expired';
    case 'forwarded':
      return 'FORWARD service';
    case 'shipped':
      return 'Shipped';
    case 'received':
      return 'Received';
    case 'returned':
      return 'Returned';
    case 'checkedIn':
      return 'Checked-In';
    case 'renewRequested':
      return 'Renew';
    case 'recalled':
      return 'Recall';
    case 'overdue':
      return 'Overdue';
    case 'lost':
      return 'Lost';
    case 'damaged':
      return 'Damaged';
    case 'message':
      return 'Message';
    case 'statusQueried':
      return 'Status-Query';
    case 'statusReported':
    case 'errorReported':
      return 'Status-Or-Error-Report';
    default:
      return event satisfies never;
  }
}

/** Rows that are there for the guard's own answers to crossed questions, not for the desk. */
function isGuardsOwn({ from, on }: WireRow): boolean {
  return (
    (from === 'SHIPPED' && on === 'out Cancel-Reply no') ||
    (from === 'RECALL' && on === 'out Renew-Answer no')
  );
}

/** What the desk may say now, in the words of the tables. */
function sayableNow(guard: IsoIllGuard): readonly WireEvent[] {
  return machineOf[guard.role]
    .allowed(guard.state, factsOf(guard))
    .filter((event) => event.startsWith('out ') && !event.endsWith('(repeat)'))
    .filter((event) => event !== 'out FORWARD service' || guard.mayForward === true)
    .filter((event) => {
      const row = rowFor(guard, event);
      return row !== undefined && !isGuardsOwn(row);
    });
}

function refuse(guard: IsoIllGuard, event: string, why: string): never {
  const allowed = sayableNow(guard);
  throw new StateError(`${why}; allowed: ${allowed.join(', ') || 'nothing'}`, {
    state: guard.state,
    event,
    allowed,
  });
}

type Permission =
  | { readonly kind: 'first'; readonly row: WireRow }
  | { readonly kind: 'repeat'; readonly row: WireRow; readonly original: Spoken };

/** Whether the tables let this side say it now, and whether it would be a repeat. @throws StateError */
function permit(guard: IsoIllGuard, service: Service | 'FORWARD service'): Permission {
  const event: WireEvent = service === 'Expired' ? 'timer expiry' : `out ${service}`;
  const row = rowFor(guard, event);
  if (row && !isGuardsOwn(row)) {
    if (service === 'FORWARD service' && guard.mayForward !== true) {
      return refuse(guard, event, 'the request does not permit that it is passed on');
    }
    return { kind: 'first', row };
  }
  const said: Service = service === 'FORWARD service' ? 'Forward-Notification' : service;
  const repeatRow = rowFor(guard, `out ${said} (repeat)`) ?? row;
  const original = guard.spoken[apduOf(said)];
  if (repeatRow && original?.service === said) return { kind: 'repeat', row: repeatRow, original };
  return refuse(guard, event, `${guard.role}: ${event} is not allowed in state ${guard.state}`);
}

function apduOf(service: Service): IllApdu['apdu'] {
  return (service.startsWith('ILL-Answer') ? 'ILL-Answer' : service.split(' ')[0]) as IllApdu['apdu'];
}

/**
 * The desk says something. What was said before and may be said again now goes out as a repeat: the step's verdict is then
 * `repeat` and it has no event, since nothing changes.
 *
 * @throws StateError when the tables do not allow it now
 * @throws EncodeError when the event holds something that no APDU can say
 */
export function say(guard: IsoIllGuard, event: LendingEvent, context: GuardContext): SayingStep {
  if (event.from !== roleOf[guard.role]) {
    return refuse(guard, event.type, `${event.type} is for the ${event.from} to say`);
  }
  const permission = permit(guard, serviceFor(event));
  const turn = newTurn(guard, context);
  if (event.type === 'requested' && permission.kind === 'first') {
    turn.guard = { ...guard, version: turn.rules.version };
  }
  const stamp = stampFor(turn.guard, context);
  const original = permission.kind === 'repeat' ? permission.original : undefined;
  const { message, losses } = fromEvent(event, {
    head: headFor(turn.guard, stamp, original),
    rules: turn.rules,
    ...(isReport(event) && { reporting: reportingContext(turn.guard, context) }),
  });
  speak(turn, message, stamp, original !== undefined);
  if (permission.kind === 'repeat') {
    turn.rows.push(permission.row);
    return { ...finish(turn, 'repeat'), losses };
  }
  follow(turn, permission.row);
  const { review: _, ...looked } = withFacts(turn.guard, event, message);
  turn.guard = looked;
  warnAboutPartner(turn, message);
  return { ...finish(turn, 'accepted', event), losses };
}

function isReport({ type }: LendingEvent): boolean {
  return type === 'statusReported' || type === 'errorReported';
}

/** What later APDUs depend on. */
function withFacts(guard: IsoIllGuard, event: LendingEvent, message: IllApdu): IsoIllGuard {
  switch (message.apdu) {
    case 'ILL-Request': {
      const { serviceDateTime, itemId, illServiceType } = message;
      return {
        ...guard,
        service: illServiceType[0] === 'copy-non-returnable' ? 'copy' : 'loan',
        request: { at: serviceDateTime.dateTimeOfThisService, item: itemId, services: illServiceType },
      };
    }
    case 'Shipped':
    case 'Received': {
      const service = event.type === 'shipped' || event.type === 'received' ? event.service : guard.service;
      return {
        ...guard,
        service,
        shippedServiceType: message.shippedServiceType,
        ...(message.apdu === 'Shipped' && { isShippedSaid: true }),
      };
    }
    case 'Forward-Notification': {
      const { responderId, responderAddress } = message;
      return { ...guard, forwardedTo: { responderId, ...(responderAddress && { responderAddress }) } };
    }
    default:
      return guard;
  }
}

/** A partner that is not known to say an APDU itself may not know what to do with it. */
function warnAboutPartner(turn: Turn, message: IllApdu): void {
  const { says } = turn.rules;
  const known = turn.guard.role === 'requester' ? says.borrower : says.lender;
  if (message.apdu === 'Status-Or-Error-Report' || known.includes(partnerApduOf(message))) return;
  turn.warnings.push(
    `the partner's system is not documented to know ${serviceOf(message)}: it may be overlooked there`,
  );
}

/** The expiry timer rang: an unanswered request ends here. A timer that rings too early is set again. */
export function expire(guard: IsoIllGuard, context: GuardContext): IsoIllStep {
  const turn = newTurn(guard, context);
  const row = guard.expiresOn === undefined ? undefined : rowFor(guard, 'timer expiry');
  if (!row || guard.expiresOn === undefined) return { ...finish(turn, 'noted'), wakeAt: null };
  const end = endOfDay(guard.expiresOn, timeZoneOf(context));
  if (end && context.now < end) return { ...finish(turn, 'noted'), wakeAt: end };
  const stamp = stampFor(guard, context);
  speak(turn, { apdu: 'Expired', ...headFor(guard, stamp) }, stamp);
  follow(turn, row);
  turn.warnings.push(`${about(turn.replies[0] as IllApdu)}: the request was not answered in time`);
  return { ...finish(turn, 'accepted', { type: 'expired', from: 'lender' }), wakeAt: null };
}
