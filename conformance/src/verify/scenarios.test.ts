import { ConfigError } from '@interlend/core';
import { describe, expect, it } from 'vitest';
import { isoIllUnderTest, protocolsUnderTest } from '../run/protocols.js';
import { loadSuite } from '../suite/load.js';
import { type PlanChoice, planOf, systemsToVerify } from './scenarios.js';

const suite = loadSuite();
const plan = (choice: PlanChoice) => planOf(suite, protocolsUnderTest, choice);

function mistakeIn(choice: PlanChoice): string {
  try {
    plan(choice);
  } catch (error) {
    if (error instanceof ConfigError) return error.message;
    throw error;
  }
  return 'accepted';
}

describe('planOf', () => {
  it('has every conversation of the role, tried or with the reason why not', () => {
    for (const { id, protocol } of systemsToVerify(suite, protocolsUnderTest)) {
      const { scenarios, excluded } = plan({ system: id });
      const all = suite.exchanges.filter((exchange) => exchange.id.startsWith(`${protocol}/${id}/`));
      expect([id, scenarios.length + excluded.length]).toEqual([id, all.length]);
      for (const { why } of excluded) expect(why).not.toBe('');
    }
  });

  it('keeps to the role', () => {
    const { scenarios } = plan({ system: 'vdx', roles: ['lender'] });
    expect(new Set(scenarios.map(({ exchange }) => exchange.peer.role))).toEqual(new Set(['lender']));
    expect(scenarios.every(({ isRequired }) => isRequired)).toBe(true);
  });

  it('leaves out what cannot be asked of a live partner, and what is spoken in a way that is not there', () => {
    expect(plan({ system: 'vdx', roles: ['borrower'] }).excluded).toEqual([
      { id: 'iso-ill/vdx/borrows-renew-out-of-place', why: expect.stringContaining('what it may not say') },
      { id: 'iso-ill/vdx/borrows-repeats-message', why: expect.stringContaining('same octets again') },
      { id: 'iso-ill/vdx/borrows-repeats-request', why: expect.stringContaining('same octets again') },
    ]);
  });

  it('knows every row, with conversations of every role, and the partners beyond the rows', () => {
    for (const { id, roles } of suite.systems) {
      for (const role of roles)
        expect([id, plan({ system: id, roles: [role] }).scenarios.length > 0]).toEqual([id, true]);
    }
    expect(plan({ system: 'letters' }).scenarios.map(({ partnerRole }) => partnerRole)).toContain('lender');
  });

  it('turns the roles round where the live system is a library towards its central server', () => {
    const { scenarios } = plan({ system: 'slnp', roles: ['lender'] });
    expect(new Set(scenarios.map(({ exchange }) => exchange.peer.role))).toEqual(new Set(['borrower']));
    expect(new Set(scenarios.map(({ partnerRole }) => partnerRole))).toEqual(new Set(['lender']));
  });

  it('leaves out a system whose protocol nobody can speak', () => {
    const { live: _, ...mute } = isoIllUnderTest;
    const speechless = new Map([['iso-ill', mute]]);
    expect(systemsToVerify(suite, speechless)).toEqual([]);
    expect(() => planOf(suite, speechless, { system: 'vdx' })).toThrow('--system: expected one of');
  });

  it('lets the conversations go over another transport, which has a requirement of its own', () => {
    const { scenarios } = plan({ system: 'vdx', roles: ['lender'], transport: '499' });
    expect(new Set(scenarios.map(({ exchange }) => exchange.transport))).toEqual(new Set(['499']));
    expect(scenarios.every(({ exchange }) => exchange.requirements.includes('two-way-connection'))).toBe(
      true,
    );
    expect(mistakeIn({ system: 'vdx', roles: ['lender'], transport: 'carrier-pigeon' })).toBe(
      '--transport: expected 1611 or 499 for iso-ill; found carrier-pigeon',
    );
  });

  it('names what there is instead of what there is not', () => {
    expect(mistakeIn({ system: 'orion', roles: [] })).toMatch(/^--system: expected one of vdx, aleph/);
    expect(mistakeIn({ system: 'vdx', roles: ['lender'], only: ['sings'] })).toMatch(/--only: .*lends-loan/);
    expect(mistakeIn({ system: 'vdx', roles: ['lender'], only: ['lends-loan'] })).toBe('accepted');
  });
});
