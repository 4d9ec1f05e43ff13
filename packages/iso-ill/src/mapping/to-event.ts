import type { LendingEvent, Location, Role, ServiceType } from '@interlend/core';
import type { IllAnswer, IllApdu, StatusOrErrorReport } from '../messages/apdus.js';
import type { DateDue, LocationInfo, ResultsExplanation } from '../messages/types.js';
import { problemOf } from './problems.js';
import { toRequest } from './read-request.js';
import { known, plainText, toCalendarDate, toElectronic, toMoney, toParty, toPostal } from './words.js';

/** What an APDU does not say about itself. */
export interface HearingContext {
  /** Who sent it: some APDUs go in both directions. */
  readonly from: Role;
  /** What was asked for or shipped so far, for a shipped-service-type that has no name. */
  readonly service?: ServiceType;
}

type Arm = ResultsExplanation extends infer Results
  ? Results extends unknown
    ? keyof Results & string
    : never
  : never;
type ArmValue<Name extends Arm> = Extract<ResultsExplanation, { readonly [Key in Name]: unknown }>[Name];

/** One arm of results-explanation, if it is the one that is there. */
function arm<Name extends Arm>(answer: IllAnswer, name: Name): ArmValue<Name> | undefined {
  const results = answer.resultsExplanation as { readonly [Key in Name]?: ArmValue<Name> } | undefined;
  return results?.[name];
}

const date = (value: string | undefined): string | undefined =>
  value === undefined ? undefined : toCalendarDate(value);

function toLocations(locations: readonly LocationInfo[] | undefined): readonly Location[] | undefined {
  return locations?.map(({ locationId, locationAddress, locationNote }) =>
    known({
      library: toParty(locationId),
      address: toElectronic(locationAddress),
      note: plainText(locationNote),
    }),
  );
}

function toDue(due: DateDue | undefined) {
  return known({ due: date(due?.dateDueField), isRenewable: due?.renewable });
}

function toService(
  wire: 'loan' | 'copy-non-returnable' | number,
  fallback: ServiceType | undefined,
): ServiceType {
  if (typeof wire === 'number') return fallback ?? 'loan';
  return wire === 'loan' ? 'loan' : 'copy';
}

/** ILL-Answer. Where a mandatory explanation is missing, the event says `other`, nothing or an empty list in its place. */
function toAnswer(message: IllAnswer): LendingEvent | undefined {
  const base = { from: 'lender', ...known({ note: plainText(message.responderNote) }) } as const;
  switch (message.transactionResults) {
    case 'conditional': {
      const results = arm(message, 'conditionalResults');
      return {
        type: 'conditional',
        ...base,
        condition: results?.conditions ?? 'other',
        ...known({ replyBy: date(results?.dateForReply) }),
      };
    }
    case 'retry': {
      const results = arm(message, 'retryResults');
      return {
        type: 'retryLater',
        ...base,
        ...known({ reason: results?.reasonNotAvailable, retryDate: date(results?.retryDate) }),
      };
    }
    case 'unfilled': {
      const results = arm(message, 'unfilledResults');
      return {
        type: 'unfilled',
        ...base,
        ...known({ reason: results?.reasonUnfilled, locations: toLocations(results?.locations) }),
      };
    }
    case 'locations-provided': {
      const results = arm(message, 'locationsResults');
      return {
        type: 'locationsProvided',
        ...base,
        ...known({ reason: results?.reasonLocsProvided }),
        locations: toLocations(results?.locations) ?? [],
      };
    }
    case 'will-supply': {
      const results = arm(message, 'willSupplyResults');
      return {
        type: 'willSupply',
        ...base,
        ...known({ reason: results?.reasonWillSupply, supplyDate: date(results?.supplyDate) }),
      };
    }
    case 'hold-placed': {
      const results = arm(message, 'holdPlacedResults');
      return {
        type: 'holdPlaced',
        ...base,
        ...known({ estimatedDate: date(results?.estimatedDateAvailable) }),
      };
    }
    case 'estimate':
      return {
        type: 'estimated',
        ...base,
        estimate: plainText(arm(message, 'estimateResults')?.costEstimate) ?? '',
      };
    default:
      return undefined;
  }
}

function toReport(message: StatusOrErrorReport, from: Role): LendingEvent {
  const { errorReport, statusReport, reasonNoReport } = message;
  const note = plainText(message.note);
  if (errorReport) {
    const { problem, text } = problemOf(errorReport);
    return {
      type: 'errorReported',
      from,
      problem,
      ...known({ about: plainText(errorReport.correlationInformation), note: note ?? text }),
    };
  }
  const state = statusReport?.providerStatusReport;
  return {
    type: 'statusReported',
    from,
    ...known({
      state: state === undefined ? undefined : String(state),
      noReport: typeof reasonNoReport === 'number' ? undefined : reasonNoReport,
      note,
    }),
  };
}

/**
 * What an APDU means to the desk. Everything that the neutral event has no place for stays readable in the APDU.
 * `undefined` for an ILL-Answer whose transaction-results has no name.
 */
export function toEvent(message: IllApdu, context: HearingContext): LendingEvent | undefined {
  const { from } = context;
  const byBorrower = (note: Parameters<typeof plainText>[0]) =>
    ({ from: 'borrower', ...known({ note: plainText(note) }) }) as const;
  const byLender = (note: Parameters<typeof plainText>[0]) =>
    ({ from: 'lender', ...known({ note: plainText(note) }) }) as const;
  const byEither = (note: Parameters<typeof plainText>[0]) => ({ from, ...known({ note: plainText(note) }) });
  switch (message.apdu) {
    case 'ILL-Request':
      return { type: 'requested', from: 'borrower', request: toRequest(message) };
    case 'Forward-Notification':
      return {
        type: 'forwarded',
        ...byLender(message.notificationNote),
        to: toParty(message.responderId),
        ...known({ address: toElectronic(message.responderAddress) }),
      };
    case 'Shipped': {
      const { supplyDetails: supply } = message;
      return {
        type: 'shipped',
        ...byLender(message.responderNote),
        service: toService(message.shippedServiceType, context.service),
        ...known({
          shippedOn: date(supply.dateShipped),
          ...toDue(supply.dateDue),
          condition: supply.shippedConditions,
          cost: toMoney(supply.cost),
          insuredFor: toMoney(supply.insuredFor),
          chargeableUnits: supply.chargeableUnits,
          method:
            supply.shippedVia && 'physicalDelivery' in supply.shippedVia
              ? plainText(supply.shippedVia.physicalDelivery)
              : undefined,
          returnTo: toPostal(message.returnToAddress),
        }),
      };
    }
    case 'ILL-Answer':
      return toAnswer(message);
    case 'Conditional-Reply':
      return {
        type: 'conditionAnswered',
        ...byBorrower(message.requesterNote),
        isAccepted: message.answer,
      };
    case 'Cancel':
      return { type: 'cancelRequested', ...byBorrower(message.requesterNote) };
    case 'Cancel-Reply':
      return { type: 'cancelAnswered', ...byLender(message.responderNote), isAccepted: message.answer };
    case 'Received':
      return {
        type: 'received',
        ...byBorrower(message.requesterNote),
        service: toService(message.shippedServiceType, context.service),
        receivedOn: toCalendarDate(message.dateReceived),
      };
    case 'Recall':
      return { type: 'recalled', ...byLender(message.responderNote) };
    case 'Returned':
      return {
        type: 'returned',
        ...byBorrower(message.requesterNote),
        returnedOn: toCalendarDate(message.dateReturned),
        ...known({ method: plainText(message.returnedVia), insuredFor: toMoney(message.insuredFor) }),
      };
    case 'Checked-In':
      return {
        type: 'checkedIn',
        ...byLender(message.responderNote),
        checkedInOn: toCalendarDate(message.dateCheckedIn),
      };
    case 'Overdue':
      return {
        type: 'overdue',
        ...byLender(message.responderNote),
        due: toCalendarDate(message.dateDue.dateDueField),
        ...known({ isRenewable: message.dateDue.renewable }),
      };
    case 'Renew':
      return {
        type: 'renewRequested',
        ...byBorrower(message.requesterNote),
        ...known({ desiredDue: date(message.desiredDueDate) }),
      };
    case 'Renew-Answer':
      return {
        type: 'renewAnswered',
        ...byLender(message.responderNote),
        isAccepted: message.answer,
        ...toDue(message.dateDue),
      };
    case 'Lost':
      return { type: 'lost', ...byEither(message.note) };
    case 'Damaged': {
      const portion = message.damagedDetails?.damagedPortion;
      return {
        type: 'damaged',
        ...byEither(message.note),
        ...known({ units: portion && 'specificUnits' in portion ? portion.specificUnits : undefined }),
      };
    }
    case 'Message':
      return { type: 'message', from, note: plainText(message.note) ?? '' };
    case 'Status-Query':
      return { type: 'statusQueried', ...byEither(message.note) };
    case 'Status-Or-Error-Report':
      return toReport(message, from);
    case 'Expired':
      return { type: 'expired', from: 'lender' };
    default:
      return message satisfies never;
  }
}
