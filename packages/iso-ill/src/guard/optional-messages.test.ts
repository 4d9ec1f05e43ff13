import { describe, expect, it } from 'vitest';
import { optionalMessageOutcome, unmetByRequester, unmetByResponder } from './optional-messages.js';

describe('optional messages', () => {
  it.each([
    ['requires', true, 'must-send'],
    ['requires', false, 'unmet'],
    ['desires', true, 'sends'],
    ['desires', false, 'does-not-send'],
    ['neither', true, 'may-omit'],
    ['neither', false, 'may-omit'],
    [7, true, 'sends'],
  ] as const)('are agreed by the table: %s and able %s is %s', (wish, canSend, outcome) => {
    expect(optionalMessageOutcome(wish, canSend)).toBe(outcome);
  });

  it('that a responder cannot send are named when they are required', () => {
    const wishes = {
      canSendReceived: false,
      canSendReturned: false,
      requesterShipped: 'requires',
      requesterCheckedIn: 'requires',
    } as const;
    const own = {
      canSendShipped: false,
      canSendCheckedIn: false,
      responderReceived: 'neither',
      responderReturned: 'neither',
    } as const;
    expect(unmetByResponder(wishes, own)).toEqual(['Shipped', 'Checked-In']);
    expect(unmetByResponder(wishes, { ...own, canSendShipped: true })).toEqual(['Checked-In']);
    expect(
      unmetByResponder({ ...wishes, requesterShipped: 'desires', requesterCheckedIn: 'neither' }, own),
    ).toEqual([]);
  });

  it('that a requester cannot send are named when they are required', () => {
    const wishes = {
      canSendShipped: true,
      canSendCheckedIn: true,
      responderReceived: 'requires',
      responderReturned: 'requires',
    } as const;
    const own = {
      canSendReceived: false,
      canSendReturned: false,
      requesterShipped: 'desires',
      requesterCheckedIn: 'desires',
    } as const;
    expect(unmetByRequester(wishes, own)).toEqual(['Received', 'Returned']);
    expect(
      unmetByRequester({ ...wishes, responderReceived: 'neither' }, { ...own, canSendReturned: true }),
    ).toEqual([]);
  });
});
