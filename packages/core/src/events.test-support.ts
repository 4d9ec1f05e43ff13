import type { LendingEvent } from './event.js';
import type { LendingEventKey } from './lending-machines.js';
import type { LendingRequest, ServiceType } from './request.js';

/** A request for `service` between two libraries that do not exist. */
export function sampleRequest(service: ServiceType = 'loan'): LendingRequest {
  return {
    borrower: { symbol: 'TEST:REQ' },
    lender: { symbol: 'TEST:RSP' },
    services: [service],
    item: { title: 'On Examples' },
  };
}

/** One event for every key of the neutral tables, about `service`. */
export function sampleEvents(service: ServiceType = 'loan'): Readonly<Record<LendingEventKey, LendingEvent>> {
  return {
    requested: { type: 'requested', from: 'borrower', request: sampleRequest(service) },
    willSupply: { type: 'willSupply', from: 'lender', reason: 'on-order', supplyDate: '2031-02-03' },
    holdPlaced: { type: 'holdPlaced', from: 'lender', estimatedDate: '2031-02-04' },
    conditional: { type: 'conditional', from: 'lender', condition: 'charges', replyBy: '2031-02-05' },
    'conditionAnswered:yes': { type: 'conditionAnswered', from: 'borrower', isAccepted: true },
    'conditionAnswered:no': { type: 'conditionAnswered', from: 'borrower', isAccepted: false },
    retryLater: { type: 'retryLater', from: 'lender', reason: 'at-bindery', retryDate: '2031-03-01' },
    unfilled: { type: 'unfilled', from: 'lender', reason: 'not-owned' },
    locationsProvided: {
      type: 'locationsProvided',
      from: 'lender',
      locations: [{ library: { symbol: 'TEST:OTHER' } }],
    },
    estimated: { type: 'estimated', from: 'lender', estimate: '12.50 EUR' },
    expired: { type: 'expired', from: 'lender' },
    forwarded: { type: 'forwarded', from: 'lender', to: { symbol: 'TEST:OTHER' } },
    shipped: {
      type: 'shipped',
      from: 'lender',
      service,
      shippedOn: '2031-02-06',
      due: '2031-03-06',
      isRenewable: true,
    },
    cancelRequested: { type: 'cancelRequested', from: 'borrower' },
    'cancelAnswered:yes': { type: 'cancelAnswered', from: 'lender', isAccepted: true },
    'cancelAnswered:no': { type: 'cancelAnswered', from: 'lender', isAccepted: false },
    received: { type: 'received', from: 'borrower', service, receivedOn: '2031-02-07' },
    returned: { type: 'returned', from: 'borrower', returnedOn: '2031-02-20' },
    checkedIn: { type: 'checkedIn', from: 'lender', checkedInOn: '2031-02-22' },
    renewRequested: { type: 'renewRequested', from: 'borrower', desiredDue: '2031-04-01' },
    'renewAnswered:yes': {
      type: 'renewAnswered',
      from: 'lender',
      isAccepted: true,
      due: '2031-04-01',
      isRenewable: false,
    },
    'renewAnswered:no': { type: 'renewAnswered', from: 'lender', isAccepted: false },
    recalled: { type: 'recalled', from: 'lender' },
    overdue: { type: 'overdue', from: 'lender', due: '2031-03-06' },
    lost: { type: 'lost', from: 'borrower' },
    damaged: { type: 'damaged', from: 'lender' },
    message: { type: 'message', from: 'lender', note: 'The second volume follows' },
    statusQueried: { type: 'statusQueried', from: 'borrower' },
    statusReported: { type: 'statusReported', from: 'lender', state: 'SHIPPED' },
    errorReported: { type: 'errorReported', from: 'lender', problem: 'state-transition-prohibited' },
  };
}
