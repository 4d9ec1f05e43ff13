import { describe, expect, it } from 'vitest';
import type { Check } from '../run/checks.js';
import { loadSuite } from '../suite/load.js';
import { formatHtml } from './html.js';
import { formatJson } from './json.js';
import { formatJUnit } from './junit.js';
import { outcomeOf, type RunReport } from './run-report.js';
import { judge } from './verdicts.js';

const [exchange] = loadSuite().exchanges;

const passed: Check = { id: 'guard/turn-1', outcome: 'pass', evidence: 'ILL-Request: accepted' };
const failed: Check = {
  id: 'server/turn-3',
  outcome: 'fail',
  problem: {
    text: 'expected <Shipped> & nothing else',
    differences: [{ path: 'supplyDetails.dateDue', expected: '20240405', got: undefined }],
    clause: 'ISO 10161-1 clause 9, Shipped',
  },
};

function reportOf(...checks: readonly Check[]): RunReport {
  if (!exchange) throw new Error('no exchanges');
  const trace = [{ direction: 'in', turn: 1, bytes: Uint8Array.of(0x61, 0x3c) }] as const;
  const { exchanges } = judge([{ exchange, checks, trace }], []);
  const open = exchanges.filter(({ verdict }) => verdict !== 'pass');
  return {
    title: 'A run of "one" exchange',
    facts: [['Engine', 'processes']],
    exchanges,
    requirements: [
      {
        protocol: 'iso-ill',
        id: exchange.requirements[0] ?? '',
        clause: 'clause 8',
        level: 'MUST',
        text: 'A <loan>',
        outcome: open.length === 0 ? 'pass' : 'fail',
        exchanges: 1,
      },
    ],
    excluded: [{ id: 'iso-ill/vdx/borrows-repeats-request', why: 'cannot be asked for' }],
    complaints: open.map(({ result }) => `${result.exchange.id}: fail`),
    isBroken: false,
  };
}

const good = reportOf(passed);
const bad = reportOf(passed, failed);

describe('outcomeOf', () => {
  it('is 0 for a conformant run, 1 for another, 2 when the harness could not run', () => {
    expect(outcomeOf(good).code).toBe(0);
    expect(outcomeOf(bad).code).toBe(1);
    expect(outcomeOf({ ...bad, isBroken: true }).code).toBe(2);
  });
});

describe('JUnit', () => {
  it('has a case for each check, and one for the whole run', () => {
    expect(formatJUnit(good)).toMatch(
      /<testsuites name="A run of &quot;one&quot; exchange" tests="2" failures="0"/,
    );
    expect(formatJUnit(good)).toContain('name="guard/turn-1"/>');
  });

  it('says what was expected, what came, where, by which clause, with the wire', () => {
    const xml = formatJUnit(bad);
    for (const words of [
      '<testsuites name="A run of &quot;one&quot; exchange" tests="3" failures="2"',
      '<failure type="fail" message="expected &lt;Shipped&gt; &amp; nothing else">',
      'field     supplyDetails.dateDue',
      'expected  &quot;20240405&quot;',
      'got       nothing',
      'clause    ISO 10161-1 clause 9, Shipped',
      '000000  61 3c',
    ]) {
      expect(xml).toContain(words);
    }
  });

  it('tells what was not tried, skipped and broken apart', () => {
    const of = (outcome: Check['outcome']) =>
      formatJUnit(reportOf({ id: 'guard/end', outcome, problem: { text: 'no desk', differences: [] } }));
    expect(of('not-tried')).toContain('<failure type="not tried"');
    expect(of('not-applicable')).toContain('<skipped message="no desk"/>');
    expect(of('harness-error')).toContain('<error type="harness error"');
  });

  it('has no character that XML forbids', () => {
    const text = `control \u0001, half a pair \ud800, end ]]>`;
    const xml = formatJUnit(reportOf({ id: 'a', outcome: 'fail', problem: { text, differences: [] } }));
    expect(xml).toContain('control ?, half a pair ?, end ]]&gt;');
  });
});

describe('HTML', () => {
  it('needs nothing from elsewhere', () => {
    expect(formatHtml(bad)).not.toMatch(/<script|<link|src=|url\(|https?:/);
  });

  it('shows every requirement, what passed with its evidence, and what was left out', () => {
    const page = formatHtml(good);
    for (const words of ['conformant', 'A &lt;loan&gt;', 'ILL-Request: accepted', 'cannot be asked for']) {
      expect(page).toContain(words);
    }
    expect(page).not.toContain('On the wire');
  });

  it('shows what failed first, with field, clause and wire', () => {
    const page = formatHtml(bad);
    for (const words of [
      'not conformant',
      '<code>supplyDetails.dateDue</code>',
      'clause    ISO 10161-1',
      '61 3c',
    ]) {
      expect(page).toContain(words);
    }
    expect(page.indexOf('What failed')).toBeLessThan(page.indexOf('Requirements'));
  });
});

describe('JSON', () => {
  it('begins with the particulars of the run, and has every check', () => {
    const report = JSON.parse(formatJson(bad, { engine: 'processes' }));
    expect(Object.keys(report)[0]).toBe('engine');
    expect(report).toMatchObject({
      outcome: 'not conformant',
      requirements: [{ outcome: 'fail' }],
      cases: [
        {
          verdict: 'fail',
          checks: [
            { id: 'guard/turn-1', verdict: 'pass', evidence: 'ILL-Request: accepted' },
            {
              id: 'server/turn-3',
              verdict: 'fail',
              problem: { differences: [{ path: 'supplyDetails.dateDue' }] },
            },
          ],
        },
      ],
    });
  });
});
