import { ConfigError } from '@interlend/core';
import { describe, expect, it } from 'vitest';
import { isoIllUnderTest, protocolsUnderTest } from '../run/protocols.js';
import { loadSuite } from '../suite/load.js';
import { type PlanChoice, planOf } from './scenarios.js';

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
    for (const { id, protocol } of suite.systems.filter((row) => row.protocol === 'iso-ill')) {
      const { scenarios, excluded } = plan({ system: id, roles: ['borrower', 'lender'] });
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
    const { liveTransports: _, ...mute } = isoIllUnderTest;
    const { scenarios, excluded } = planOf(suite, new Map([['iso-ill', mute]]), {
      system: 'vdx',
      roles: ['lender'],
    });
    expect(scenarios).toEqual([]);
    expect(excluded[0]?.why).toBe('a live partner is not spoken to in iso-ill over 1611 yet');
  });

  it('names what there is instead of what there is not', () => {
    expect(mistakeIn({ system: 'orion', roles: [] })).toMatch(/^--system: expected one of vdx, aleph/);
    expect(mistakeIn({ system: 'vdx', roles: ['lender'], only: ['sings'] })).toMatch(/--only: .*lends-loan/);
    expect(mistakeIn({ system: 'vdx', roles: ['lender'], only: ['lends-loan'] })).toBe('accepted');
  });
});
