import { describe, expect, it } from 'vitest';
import { decodeFailure, encodeFailure, read, write } from './ber.test-support.js';
import { constrained } from './constrained.js';
import { required } from './field.js';
import { sequence } from './sequence.js';
import { visibleString } from './strings.js';

const rule = {
  code: 'not-three',
  clause: 'clause 9',
  explain: (value: string) => (value.length === 3 ? undefined : 'expected three letters'),
  sample: () => 'abc',
} as const;
const Three = constrained(visibleString, rule);

describe('constrained', () => {
  it('is silent when the rule is kept', () => {
    expect(read(Three, '1a03616263')).toEqual({ value: 'abc', deviations: [] });
    expect(write(Three, 'abc')).toBe('1a03616263');
  });

  it('reads what breaks the rule with a deviation and does not write it', () => {
    expect(read(Three, '1a0161')).toEqual({
      value: 'a',
      deviations: [{ code: 'not-three', offset: 0, path: '' }],
    });
    expect(decodeFailure(() => read(Three, '1a0161', { isStrict: true }))).toMatchObject({
      code: 'deviation',
    });
    expect(encodeFailure(() => write(Three, 'a'))).toMatchObject({ code: 'invalid-value' });
  });

  it('applies under an IMPLICIT tag too', () => {
    const Box = sequence('Box', { label: required(0, Three) });
    expect(read(Box, '3003 800161').deviations).toEqual([{ code: 'not-three', offset: 4, path: 'label' }]);
    expect(encodeFailure(() => write(Box, { label: 'a' }))).toEqual({ code: 'invalid-value', path: 'label' });
  });

  it('writes what breaks a rule that the field has outgrown', () => {
    const Outgrown = constrained(visibleString, { ...rule, isEnforcedOnWrite: false });
    expect(read(Outgrown, '1a0161').deviations).toHaveLength(1);
    expect(write(Outgrown, 'a')).toBe('1a0161');
  });
});
