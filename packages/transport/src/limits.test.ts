import { describe, expect, test } from 'vitest';
import { defaultAcceptorLimits, longestWaitMs, withDefaults } from './limits.js';

describe('limits', () => {
  test('what is not given has its default', () => {
    expect(withDefaults(defaultAcceptorLimits, { idleMs: 5 })).toEqual({
      ...defaultAcceptorLimits,
      idleMs: 5,
    });
    expect(withDefaults(defaultAcceptorLimits)).toEqual(defaultAcceptorLimits);
  });

  test.each([0, -1, 1.5, Number.NaN, Number.POSITIVE_INFINITY, longestWaitMs + 1])(
    'refuses %s and says what is accepted',
    (idleMs) => {
      expect(() => withDefaults(defaultAcceptorLimits, { idleMs })).toThrow(
        expect.objectContaining({
          name: 'ConfigError',
          key: 'limits.idleMs',
          accepted: `a whole number from 1 to ${longestWaitMs}`,
        }),
      );
    },
  );

  test('accepts the longest wait of the platform', () => {
    expect(withDefaults(defaultAcceptorLimits, { idleMs: longestWaitMs }).idleMs).toBe(longestWaitMs);
  });
});
