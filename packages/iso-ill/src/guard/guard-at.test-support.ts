import type { GuardContext, LendingEvent, LendingRequest, Transaction } from '@interlend/core';
import { toNeutralState } from '../mapping/states.js';
import type { IllApdu, IllRequest } from '../messages/apdus.js';
import type { DateTime, ServiceDateTime } from '../messages/types.js';
import type { Service, WireRole, WireState } from '../state-tables.js';
import type { IsoIllGuard } from './guard.js';

export const lenient: GuardContext = { now: new Date('2026-01-05T10:00:00Z'), isStrict: false };
export const strict: GuardContext = { ...lenient, isStrict: true };

export const requesterId = { personOrInstitutionSymbol: { institutionSymbol: 'TEST:REQ' } } as const;
export const responderId = { personOrInstitutionSymbol: { institutionSymbol: 'TEST:RSP' } } as const;
export const transactionId = {
  initialRequesterId: requesterId,
  transactionGroupQualifier: 'G-1',
  transactionQualifier: 'Q-1',
} as const;

export const firstMoment: DateTime = { date: '20260102', time: '080000' };

/** The moment of a received service, so many seconds after nine o'clock. */
export function at(seconds: number, original?: DateTime): ServiceDateTime {
  const time = `09${String(Math.floor(seconds / 60)).padStart(2, '0')}${String(seconds % 60).padStart(2, '0')}`;
  return {
    dateTimeOfThisService: { date: '20260105', time },
    ...(original && { dateTimeOfOriginalService: original }),
  };
}

export function head(serviceDateTime: ServiceDateTime = at(0)) {
  return { protocolVersionNum: 2, transactionId, serviceDateTime, requesterId, responderId } as const;
}

export const illRequest: IllRequest = {
  apdu: 'ILL-Request',
  ...head({ dateTimeOfThisService: firstMoment }),
  illServiceType: ['loan'],
  requesterOptionalMessages: {
    canSendReceived: true,
    canSendReturned: true,
    requesterShipped: 'desires',
    requesterCheckedIn: 'desires',
  },
  itemId: { title: 'On Examples' },
};

const neutralRequest: LendingRequest = {
  borrower: { symbol: 'TEST:REQ' },
  lender: { symbol: 'TEST:RSP' },
  services: ['loan'],
  item: { title: 'On Examples' },
};

/** A guard in the middle of a transaction. */
export function guardAt(role: WireRole, state: WireState, more: Partial<IsoIllGuard> = {}): IsoIllGuard {
  return {
    role,
    state,
    version: 2,
    transactionId,
    requesterId,
    responderId,
    service: 'loan',
    ...(state !== 'IDLE' && {
      request: { at: firstMoment, item: illRequest.itemId, services: ['loan'] },
    }),
    heard: [],
    milestones: {},
    spoken: {},
    ...more,
  };
}

/** The transaction of the desk that goes with a guard. */
export function transactionOf(guard: IsoIllGuard): Transaction {
  const state = toNeutralState(guard.role, guard.state, guard.isCheckedInSeen === true);
  return {
    role: guard.role === 'requester' ? 'borrower' : 'lender',
    state,
    request: { ...neutralRequest, services: [guard.service] },
    facts: guard.isShippedSaid ? { isShipmentSaid: true } : {},
  } as Transaction;
}

/** An APDU as the other side would send it. */
export function apduOf(service: Service, serviceDateTime: ServiceDateTime = at(0)): IllApdu {
  const common = head(serviceDateTime);
  const [name, value] = splitService(service);
  switch (name) {
    case 'ILL-Request':
      return { ...illRequest, serviceDateTime };
    case 'Forward-Notification':
      return {
        apdu: name,
        ...common,
        responderId: { personOrInstitutionSymbol: { institutionSymbol: 'TEST:THIRD' } },
        intermediaryId: responderId,
      };
    case 'Shipped':
      return { apdu: name, ...common, shippedServiceType: 'loan', supplyDetails: {} };
    case 'ILL-Answer':
      return illAnswer(value as 'unfilled', common);
    case 'Conditional-Reply':
    case 'Cancel-Reply':
    case 'Renew-Answer':
      return { apdu: name, ...common, answer: value === 'yes' };
    case 'Received':
      return { apdu: name, ...common, dateReceived: '20260104', shippedServiceType: 'loan' };
    case 'Returned':
      return { apdu: name, ...common, dateReturned: '20260104' };
    case 'Checked-In':
      return { apdu: name, ...common, dateCheckedIn: '20260104' };
    case 'Overdue':
      return { apdu: name, ...common, dateDue: { dateDueField: '20260103' } };
    case 'Message':
      return { apdu: name, ...common, note: 'A word' };
    case 'Status-Or-Error-Report':
      return { apdu: name, ...common, reasonNoReport: 'temporary' };
    default:
      return { apdu: name, ...common };
  }
}

type PlainName = Extract<
  IllApdu['apdu'],
  'Cancel' | 'Recall' | 'Renew' | 'Lost' | 'Damaged' | 'Status-Query' | 'Expired'
>;
type ValuedName = Exclude<IllApdu['apdu'], PlainName>;

function splitService(service: Service): readonly [name: PlainName | ValuedName, value: string] {
  const blank = service.indexOf(' ');
  return blank < 0
    ? [service as PlainName, '']
    : [service.slice(0, blank) as ValuedName, service.slice(blank + 1)];
}

function illAnswer(value: string, common: ReturnType<typeof head>): IllApdu {
  const apdu = 'ILL-Answer';
  switch (value) {
    case 'conditional':
      return {
        apdu,
        ...common,
        transactionResults: value,
        resultsExplanation: { conditionalResults: { conditions: 'library-use-only' } },
      };
    case 'locations-provided':
      return {
        apdu,
        ...common,
        transactionResults: value,
        resultsExplanation: { locationsResults: { locations: [{ locationId: responderId }] } },
      };
    case 'estimate':
      return {
        apdu,
        ...common,
        transactionResults: value,
        resultsExplanation: { estimateResults: { costEstimate: 'EUR 5' } },
      };
    default:
      return { apdu, ...common, transactionResults: value as 'unfilled' };
  }
}

/** What the desk says to send a service. */
export function eventOf(service: Service | 'FORWARD service', role: WireRole): LendingEvent {
  const day = '2026-01-05';
  const borrower = { from: 'borrower' } as const;
  const lender = { from: 'lender' } as const;
  const either = { from: role === 'requester' ? ('borrower' as const) : ('lender' as const) };
  switch (service) {
    case 'ILL-Request':
      return { type: 'requested', ...borrower, request: neutralRequest };
    case 'FORWARD service':
    case 'Forward-Notification':
      return { type: 'forwarded', ...lender, to: { symbol: 'TEST:THIRD' } };
    case 'Shipped':
      return { type: 'shipped', ...lender, service: 'loan' };
    case 'ILL-Answer conditional':
      return { type: 'conditional', ...lender, condition: 'library-use-only' };
    case 'ILL-Answer retry':
      return { type: 'retryLater', ...lender };
    case 'ILL-Answer unfilled':
      return { type: 'unfilled', ...lender };
    case 'ILL-Answer locations-provided':
      return { type: 'locationsProvided', ...lender, locations: [{ library: { symbol: 'TEST:THIRD' } }] };
    case 'ILL-Answer will-supply':
      return { type: 'willSupply', ...lender };
    case 'ILL-Answer hold-placed':
      return { type: 'holdPlaced', ...lender };
    case 'ILL-Answer estimate':
      return { type: 'estimated', ...lender, estimate: 'EUR 5' };
    case 'Conditional-Reply yes':
    case 'Conditional-Reply no':
      return { type: 'conditionAnswered', ...borrower, isAccepted: service.endsWith('yes') };
    case 'Cancel':
      return { type: 'cancelRequested', ...borrower };
    case 'Cancel-Reply yes':
    case 'Cancel-Reply no':
      return { type: 'cancelAnswered', ...lender, isAccepted: service.endsWith('yes') };
    case 'Received':
      return { type: 'received', ...borrower, service: 'loan', receivedOn: day };
    case 'Recall':
      return { type: 'recalled', ...lender };
    case 'Returned':
      return { type: 'returned', ...borrower, returnedOn: day };
    case 'Checked-In':
      return { type: 'checkedIn', ...lender, checkedInOn: day };
    case 'Overdue':
      return { type: 'overdue', ...lender, due: day };
    case 'Renew':
      return { type: 'renewRequested', ...borrower };
    case 'Renew-Answer yes':
    case 'Renew-Answer no':
      return { type: 'renewAnswered', ...lender, isAccepted: service.endsWith('yes') };
    case 'Lost':
      return { type: 'lost', ...either };
    case 'Damaged':
      return { type: 'damaged', ...either };
    case 'Message':
      return { type: 'message', ...either, note: 'A word' };
    case 'Status-Query':
      return { type: 'statusQueried', ...either };
    case 'Status-Or-Error-Report':
      return { type: 'statusReported', ...either };
    case 'Expired':
      return { type: 'expired', ...lender };
    default:
      throw new Error(`no event says ${service}`);
  }
}
