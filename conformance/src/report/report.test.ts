import type { Exchange } from '@interlend/testing';
import { describe, expect, it } from 'vitest';
import type { Check } from '../run/checks.js';
import { protocolsUnderTest } from '../run/protocols.js';
import type { SystemRow } from '../suite/systems.js';
import { syntheticExchanges } from '../synthetic/synthetic-exchanges.js';
import { formatFailure } from './console-report.js';
import { isBelowDeclaration, measure, measureRow } from './matrix.js';
import { formatMatrixPage } from './matrix-page.js';
import { judge } from './verdicts.js';

const [template] = syntheticExchanges();
const names = ['borrows-loan', 'lends-loan'] as const;

function exchange(name: string, origin: Exchange['provenance']['origin'] = 'synthetic'): Exchange {
  if (!template) throw new Error('no exchanges');
  const role = name.startsWith('borrows') ? 'borrower' : 'lender';
  return {
    ...template,
    id: `iso-ill/vdx/${name}`,
    requirements: ['loan-cycle'],
    peer: { ...template.peer, role },
    provenance: { ...template.provenance, origin },
  };
}

const row: SystemRow = {
  id: 'vdx',
  system: 'VDX',
  vendor: 'OCLC',
  functionality: 'Resource Sharing Process',
  protocol: 'iso-ill',
  profile: 'vdx',
  declared: { status: 'Production', source: 'a page' },
  roles: ['borrower', 'lender'],
  requires: { borrower: ['borrows-loan'], lender: ['lends-loan'] },
};
const passed: Check = { id: 'guard/end', outcome: 'pass' };
const failed: Check = {
  id: 'guard/end',
  outcome: 'fail',
  problem: {
    text: 'the loan ends otherwise than it should',
    differences: [{ path: 'state', expected: 'checkedIn', got: undefined }],
    clause: 'ISO 10161-1 clause 8',
  },
};
const trace = [{ direction: 'in', turn: 1, bytes: Uint8Array.of(0x61) }] as const;
const results = (checks: readonly Check[], of: readonly string[] = names) =>
  of.map((name) => ({ exchange: exchange(name), checks, trace }));
const judged = (checks: readonly Check[], of?: readonly string[]) => judge(results(checks, of), []).exchanges;

describe('judge', () => {
  const known = { case: 'iso-ill/vdx/borrows-loan', check: 'guard/end', reason: 'not built yet' };

  it('tells pass from fail, and puts a harness error above both', () => {
    expect(judged([passed])[0]?.verdict).toBe('pass');
    expect(judged([passed, failed])[0]?.verdict).toBe('fail');
    expect(judged([failed, { id: 'server/start', outcome: 'harness-error' }])[0]?.verdict).toBe(
      'harness error',
    );
  });

  it('counts what is not applicable as no failure', () => {
    expect(judged([passed, { id: 'guard/turn-1', outcome: 'not-applicable' }])[0]?.verdict).toBe('pass');
  });

  it('forgives a known failure in its case only', () => {
    const { exchanges } = judge(results([failed]), [known]);
    expect(exchanges.map(({ verdict }) => verdict)).toEqual(['known failure', 'fail']);
  });

  it('does not forgive another check of the case', () => {
    const { exchanges } = judge(results([failed]), [{ ...known, check: 'guard/turn-1' }]);
    expect(exchanges[0]?.verdict).toBe('fail');
  });

  it('complains of a known failure that passes, and of one without a case', () => {
    expect(judge(results([passed]), [known]).exchanges[0]?.verdict).toBe('stale known failure');
    expect(judge(results([passed], []), [known]).strays).toEqual([known]);
  });
});

describe('measureRow', () => {
  it('is Verified when every required exchange passes', () => {
    expect(measureRow(row, true, judged([passed]))).toMatchObject({
      measured: 'Verified',
      exchanges: { passed: 2, total: 2 },
      roles: { borrower: { passed: 1, total: 1 }, lender: { passed: 1, total: 1 } },
      evidence: 'synthetic',
      isSyntheticOnly: true,
    });
  });

  it('is Being Tested when a required exchange does not exist', () => {
    expect(measureRow(row, true, judged([passed], ['borrows-loan']))).toMatchObject({
      measured: 'Being Tested',
      exchanges: { passed: 1, total: 2 },
      absent: ['iso-ill/vdx/lends-loan'],
      failing: [],
    });
  });

  it('is Being Tested when a role has no requirements', () => {
    const open = { ...row, requires: { ...row.requires, lender: [] } };
    expect(measureRow(open, true, judged([passed])).measured).toBe('Being Tested');
  });

  it('is Failing when an exchange of its folder fails, also one that it does not require', () => {
    expect(measureRow(row, true, judged([failed])).measured).toBe('Failing');
    const extra = [...judged([passed]), ...judged([failed], ['borrows-extra'])];
    expect(measureRow(row, true, extra)).toMatchObject({
      measured: 'Failing',
      failing: ['iso-ill/vdx/borrows-extra'],
    });
  });

  it('does not count a known failure as passed', () => {
    const known = { case: 'iso-ill/vdx/borrows-loan', reason: 'not built yet' };
    expect(
      measureRow(row, true, judge(results([failed], ['borrows-loan']), [known]).exchanges).measured,
    ).toBe('Failing');
  });

  it('is Not Yet Covered without a package, whatever there is', () => {
    expect(measureRow(row, false, []).measured).toBe('Not Yet Covered');
  });

  it('names the best evidence', () => {
    const mixed = [exchange('borrows-loan'), exchange('lends-loan', 'recorded')];
    const { exchanges } = judge(
      mixed.map((one) => ({ exchange: one, checks: [passed], trace: [] })),
      [],
    );
    expect(measureRow(row, true, exchanges)).toMatchObject({ evidence: 'recorded', isSyntheticOnly: false });
  });

  it('never says Production', () => {
    expect(['Verified', 'Being Tested', 'Failing', 'Not Yet Covered']).toContain(
      measureRow(row, true, judged([passed])).measured,
    );
  });
});

describe('isBelowDeclaration', () => {
  it('complains of a row that measures less than is declared', () => {
    expect(isBelowDeclaration({ declared: 'Verified', measured: 'Being Tested' })).toBe(true);
    expect(isBelowDeclaration({ declared: 'Production', measured: 'Failing' })).toBe(true);
    expect(isBelowDeclaration({ declared: 'Roadmap', measured: 'Failing' })).toBe(true);
  });

  it('accepts a row that measures as much, is only planned, or has no package', () => {
    expect(isBelowDeclaration({ declared: 'Production', measured: 'Verified' })).toBe(false);
    expect(isBelowDeclaration({ declared: 'Roadmap', measured: 'Being Tested' })).toBe(false);
    expect(isBelowDeclaration({ declared: 'Production', measured: 'Not Yet Covered' })).toBe(false);
  });
});

describe('measure', () => {
  const requirements = [
    {
      format: 1 as const,
      protocol: 'iso-ill',
      requirements: [
        { id: 'loan-cycle', clause: 'c', level: 'MUST' as const, text: 't', checks: ['guard' as const] },
        { id: 'nobody-names-it', clause: 'c', level: 'MUST' as const, text: 't', checks: ['guard' as const] },
        { id: 'left-out', clause: 'c', level: 'MAY' as const, text: 't', excluded: 'no need' },
      ],
    },
  ];
  const capabilities = [...protocolsUnderTest.values()].map(({ protocol }) => protocol.capabilities);
  const outcomes = (checks: readonly Check[]) =>
    measure([row], requirements, capabilities, judged(checks)).requirements.map(({ outcome }) => outcome);

  it('tells met, not tried and excluded requirements apart', () => {
    expect(outcomes([passed])).toEqual(['pass', 'not tried', 'excluded']);
  });

  it('does not call a requirement met when its exchange fails, or was not looked at in its way', () => {
    expect(outcomes([failed])).toEqual(['fail', 'not tried', 'excluded']);
    expect(outcomes([{ id: 'codec/turn-1', outcome: 'pass' }])[0]).toBe('fail');
  });

  it('says aloud on the page that a row is synthetic only', () => {
    const page = formatMatrixPage(measure([row], requirements, capabilities, judged([passed])));
    expect(page).toContain(
      '| VDX | OCLC | Resource Sharing Process | iso-ill | Production | Verified (synthetic only) | 1/1 | 1/1 | synthetic only |',
    );
  });
});

describe('formatFailure', () => {
  const plain = (_colour: unknown, text: string) => text;

  it('shows expected, got, field, clause and the wire', () => {
    const [first] = judged([failed]);
    const text = first ? formatFailure(first, plain).join('\n') : '';
    for (const words of [
      'fail  iso-ill/vdx/borrows-loan  guard/end',
      'field     state',
      'expected  "checkedIn"',
      'got       nothing',
      'clause    ISO 10161-1 clause 8',
      '000000  61',
    ]) {
      expect(text).toContain(words);
    }
  });

  it('says nothing of what passed', () => {
    const [first] = judged([passed]);
    expect(first && formatFailure(first, plain)).toEqual([]);
  });
});
