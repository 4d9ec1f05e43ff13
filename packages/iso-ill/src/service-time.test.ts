import { describe, expect, it } from 'vitest';
import { endOfDay, momentText, nextStamp, stampOf, toDateTime } from './service-time.js';

const now = new Date('2026-03-28T23:59:59.900Z');

describe('service date-times', () => {
  it('are now, in the zone', () => {
    expect(nextStamp(undefined, now, 'UTC')).toBe('20260328235959');
    expect(nextStamp(undefined, now, 'Australia/Sydney')).toBe('20260329105959');
    expect(toDateTime('20260328235959')).toEqual({ date: '20260328', time: '235959' });
  });

  it('are at least a second after the last one', () => {
    expect(nextStamp('20260328235959', now, 'UTC')).toBe('20260329000000');
    expect(nextStamp('20271231235959', now, 'UTC')).toBe('20280101000000');
    expect(nextStamp('20260328235958', now, 'UTC')).toBe('20260328235959');
  });

  it('are read with four or six digits of time, and not without', () => {
    expect(stampOf({ date: '20260105', time: '0930' })).toBe('20260105093000');
    expect(stampOf({ date: '20260105', time: '093015' })).toBe('20260105093015');
    expect(stampOf({ date: '20260105' })).toBeUndefined();
    expect(stampOf({ date: 'today', time: '093015' })).toBeUndefined();
    expect(momentText({ date: '20260105', time: '093015' })).toBe('20260105T093015');
    expect(momentText({ date: '20260105' })).toBe('20260105');
    expect(momentText({ date: '2'.repeat(60_000), time: '1'.repeat(60_000) })).toHaveLength(41);
  });
});

describe('the end of a day', () => {
  it.each([
    ['20260105', 'UTC', '2026-01-06T00:00:00Z'],
    ['20261231', 'UTC', '2027-01-01T00:00:00Z'],
    ['20260105', 'Pacific/Auckland', '2026-01-05T11:00:00Z'],
    ['20260329', 'Europe/Vienna', '2026-03-29T22:00:00Z'],
    ['20260328', 'Europe/Vienna', '2026-03-28T23:00:00Z'],
    ['20261025', 'Europe/Vienna', '2026-10-25T23:00:00Z'],
    ['20260105', 'America/New_York', '2026-01-06T05:00:00Z'],
  ])('%s in %s is %s', (day, zone, instant) => {
    expect(endOfDay(day, zone)).toEqual(new Date(instant));
  });

  it('is nothing for what is no day', () => {
    expect(endOfDay('soon', 'UTC')).toBeUndefined();
  });
});
