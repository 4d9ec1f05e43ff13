import { describe, expect, test } from 'vitest';
import { LendingSteps } from './event.js';
import { sampleEvents } from './events.test-support.js';

describe('the lending conversation', () => {
  test('has five steps, each said by one side', () => {
    expect(LendingSteps.map(({ step, from }) => `${step} by the ${from}`)).toEqual([
      'request by the borrower',
      'answer by the lender',
      'received by the borrower',
      'returned by the borrower',
      'checkedIn by the lender',
    ]);
  });

  test('has for each step events that its speaker says', () => {
    const said = Object.values(sampleEvents());
    for (const { from, events } of LendingSteps) {
      for (const type of events) {
        expect(said.find((event) => event.type === type)?.from).toBe(from);
      }
    }
  });
});
