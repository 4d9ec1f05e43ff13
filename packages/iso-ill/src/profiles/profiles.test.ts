import { describe, expect, it } from 'vitest';
import { almaExpiryRule, profileNamed, profiles, rulesFor } from './index.js';

describe('profiles', () => {
  it('are the six of the support matrix and the common denominator', () => {
    expect(profiles.map(({ name }) => name)).toEqual(['ipig', 'alma', 'vdx', 'ladd', 'ill-sbn', 'aleph']);
  });

  it('say of every rule how well it is founded', () => {
    const evidences = ['documented', 'observed', 'reconstructed', 'inferred'];
    const [{ rules: common } = { rules: {} }] = profiles;
    for (const { name, rules } of profiles) {
      expect(Object.keys(rules), name).toEqual(Object.keys(common));
      for (const rule of Object.values(rules)) expect(evidences).toContain(rule.evidence);
    }
  });

  it('are found by name, and another name is an error that lists them', () => {
    expect(profileNamed('ladd').rules.leastChargeableUnits.value).toBe(1);
    expect(rulesFor(undefined)).toEqual(rulesFor('ipig'));
    expect(() => profileNamed('vdz')).toThrow(
      expect.objectContaining({ name: 'ConfigError', accepted: 'ipig, alma, vdx, ladd, ill-sbn, aleph' }),
    );
    expect(() => rulesFor('')).toThrow(expect.objectContaining({ name: 'ConfigError' }));
  });

  it('know what Alma is documented to say', () => {
    const { says } = rulesFor('alma');
    expect(says.borrower).toContain('Renew');
    expect(says.borrower).not.toContain('Conditional-Reply');
    expect(says.lender).toContain('ILL-Answer unfilled');
    expect(says.lender).not.toContain('ILL-Answer conditional');
  });

  it('read the expiry of an Alma partner record', () => {
    expect(almaExpiryRule('NO_EXPIRY', 5)).toEqual({ kind: 'none' });
    expect(almaExpiryRule('INTEREST_DATE', 5)).toEqual({ kind: 'need-before' });
    expect(almaExpiryRule('EXPIRY_TIME', 5)).toEqual({ kind: 'days', days: 5 });
  });
});
