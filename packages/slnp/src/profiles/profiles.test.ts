import { abilityFor } from '@interlend/core';
import { describe, expect, it } from 'vitest';
import { capabilities } from '../capabilities.js';
import { profileNamed, profiles, rulesFor } from './index.js';
import { charsetOf } from './writing.js';

describe('profiles', () => {
  it('are four, and say of every rule how well it is founded', () => {
    expect(profiles.map(({ name }) => name)).toEqual(['default', 'koha', 'sisis', 'alma']);
    for (const { rules } of profiles) {
      expect(Object.keys(rules)).toEqual(Object.keys(profileNamed('default').rules));
      for (const rule of Object.values(rules)) {
        expect(['documented', 'observed', 'reconstructed', 'inferred', 'chosen']).toContain(rule.evidence);
        if (rule.evidence === 'chosen') expect(rule.note).toBeTruthy();
      }
    }
  });

  it('say that the parameters of a report are this project’s choice', () => {
    for (const { rules } of profiles) expect(rules.info2flserver.evidence).toBe('chosen');
  });

  it('are found by name, and another name is an error that lists them', () => {
    expect(rulesFor(undefined)).toEqual(rulesFor('default'));
    expect(() => rulesFor('kohä')).toThrow(
      expect.objectContaining({ name: 'ConfigError', accepted: 'default, koha, sisis, alma' }),
    );
  });

  it('take the character set from the greeting where they say so', () => {
    expect(charsetOf(rulesFor('sisis'), 'ISO-8859-1')).toBe('iso-8859-1');
    expect(charsetOf(rulesFor('sisis'), 'UTF-8')).toBe('utf-8');
    expect(charsetOf(rulesFor('sisis'))).toBe('utf-8');
    expect(charsetOf(rulesFor('koha'), 'ISO-8859-1')).toBe('utf-8');
  });
});

describe('capabilities', () => {
  it('say that received and checked in stay at home, and why', () => {
    for (const [event, from] of [
      ['received', 'borrower'],
      ['checkedIn', 'lender'],
    ] as const) {
      expect(abilityFor(capabilities, event, from)).toMatchObject({
        can: 'local-only',
        why: expect.stringContaining('SLNP has no command'),
      });
    }
    expect(abilityFor(capabilities, 'renewRequested', 'borrower')).toBeUndefined();
  });
});
