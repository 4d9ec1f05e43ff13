import type { LendingEvent } from '@interlend/core';
import type { IllAnswer } from '../messages/apdus.js';
import type { LocationInfo } from '../messages/types.js';
import { fromParty, known, optionalDate, type Wording } from './words.js';

function locationsOf(
  locations: Extract<LendingEvent, { readonly type: 'locationsProvided' }>['locations'],
  wording: Wording,
): readonly LocationInfo[] {
  return locations.map(({ library, address, note }, index) =>
    known({
      locationId: fromParty(library),
      locationAddress: wording.electronic(address, `locations.${index}.address`),
      locationNote: wording.text(note, `locations.${index}.note`),
    }),
  );
}

/** responder-specific needs responder-specific-results, which the neutral event has no place for. */
function sayable<Reason extends string | number>(
  reason: Reason | undefined,
  wording: Wording,
): Exclude<Reason, 'responder-specific'> | 'other' | undefined {
  if (reason !== 'responder-specific') return reason as Exclude<Reason, 'responder-specific'> | undefined;
  wording.lose(
    'reason',
    'responder-specific is explained by results that the event does not have: written as other',
  );
  return 'other';
}

function needed<Reason>(reason: Reason | undefined, wording: Wording): Reason | 'other' {
  if (reason !== undefined) return reason;
  wording.lose('reason', 'the explanation has a mandatory reason: written as other');
  return 'other';
}

/** The events that an ILL-Answer says. */
export type AnswerEvent = Extract<
  LendingEvent,
  {
    readonly type:
      | 'conditional'
      | 'retryLater'
      | 'unfilled'
      | 'locationsProvided'
      | 'willSupply'
      | 'holdPlaced'
      | 'estimated';
  }
>;
type Explained = Pick<IllAnswer, 'transactionResults' | 'resultsExplanation'>;

/** transaction-results with their explanation, ISO 10161-1 clause 9. */
export function explain(event: AnswerEvent, wording: Wording): Explained {
  switch (event.type) {
    case 'conditional': {
      const conditions = sayable(event.condition, wording) ?? 'other';
      const replyBy = optionalDate(event.replyBy, 'ILL-Answer.resultsExplanation.dateForReply');
      return {
        transactionResults: 'conditional',
        resultsExplanation: { conditionalResults: known({ conditions, dateForReply: replyBy }) },
      };
    }
    case 'retryLater': {
      const results = known({
        reasonNotAvailable: sayable(event.reason, wording),
        retryDate: optionalDate(event.retryDate, 'ILL-Answer.resultsExplanation.retryDate'),
      });
      const isEmpty = Object.keys(results).length === 0;
      return {
        transactionResults: 'retry',
        ...(!isEmpty && { resultsExplanation: { retryResults: results } }),
      };
    }
    case 'unfilled': {
      if (event.reason === undefined && event.locations === undefined)
        return { transactionResults: 'unfilled' };
      return {
        transactionResults: 'unfilled',
        resultsExplanation: {
          unfilledResults: known({
            reasonUnfilled: needed(sayable(event.reason, wording), wording),
            locations: event.locations && locationsOf(event.locations, wording),
          }),
        },
      };
    }
    case 'locationsProvided':
      return {
        transactionResults: 'locations-provided',
        resultsExplanation: {
          locationsResults: known({
            reasonLocsProvided: sayable(event.reason, wording),
            locations: locationsOf(event.locations, wording),
          }),
        },
      };
    case 'willSupply': {
      if (event.reason === undefined && event.supplyDate === undefined)
        return { transactionResults: 'will-supply' };
      const reasonWillSupply = needed(sayable(event.reason, wording), wording);
      const supplyDate = optionalDate(event.supplyDate, 'ILL-Answer.resultsExplanation.supplyDate');
      return {
        transactionResults: 'will-supply',
        resultsExplanation: { willSupplyResults: known({ reasonWillSupply, supplyDate }) },
      };
    }
    case 'holdPlaced': {
      const date = optionalDate(event.estimatedDate, 'ILL-Answer.resultsExplanation.estimatedDateAvailable');
      return {
        transactionResults: 'hold-placed',
        ...(date !== undefined && {
          resultsExplanation: { holdPlacedResults: { estimatedDateAvailable: date } },
        }),
      };
    }
    case 'estimated': {
      const costEstimate = wording.text(event.estimate, 'estimate') ?? '0';
      if (costEstimate === '0' && event.estimate.trim() !== '0') {
        wording.lose('estimate', 'cost-estimate is mandatory: written as 0');
      }
      return {
        transactionResults: 'estimate',
        resultsExplanation: { estimateResults: { costEstimate } },
      };
    }
    default:
      return event satisfies never;
  }
}
