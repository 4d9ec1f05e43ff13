import { describe, expect, it } from 'vitest';
import type { Check } from '../run/checks.js';
import { loadSuite } from '../suite/load.js';
import { formatHtml } from './html/page.js';
import { formatJson } from './json.js';
import { formatJUnit } from './junit.js';
import { outcomeOf, type RunReport } from './run-report.js';
import { judge } from './verdicts.js';

const exchange = loadSuite().exchanges.find(({ protocol }) => protocol === 'iso-ill');

const passed: Check = {
  id: 'guard/turn-1',
  outcome: 'pass',
  evidence: 'ILL-Request: accepted',
  startedAt: new Date('2024-03-04T10:00:00.250Z'),
  durationMs: 1235,
};
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
    const xml = formatJUnit(good);
    expect(xml.match(/<testcase /g)).toHaveLength(2);
    expect(xml).toContain(`<testcase classname="${exchange?.id}" name="guard/turn-1" time="1.235"/>`);
    expect(xml).toContain('<testcase classname="run" name="conformant" time="0.000"/>');
    expect(xml).toContain('<property name="title" value="A run of &quot;one&quot; exchange"/>');
  });

  it('says when each suite began and how long it took', () => {
    const suites = formatJUnit(good).match(/<testsuite .*>/g);
    expect(suites).toEqual([
      expect.stringMatching(/timestamp="2024-03-04T10:00:00" .* time="1.235">$/),
      expect.stringMatching(/timestamp="2024-03-04T10:00:00" .* time="0.000">$/),
    ]);
  });

  it('has what the schemas of build servers ask of every element', () => {
    const xml = formatJUnit(bad);
    const attributesOf = (element: string) =>
      [...xml.matchAll(new RegExp(`<${element}( [^>]*?)?/?>`, 'g'))].map(([, text = '']) =>
        [...text.matchAll(/ ([a-z]+)="/g)].map(([, name]) => name),
      );
    expect(attributesOf('testsuites')).toEqual([[]]);
    const suite = [
      'id',
      'name',
      'package',
      'timestamp',
      'hostname',
      'tests',
      'failures',
      'errors',
      'skipped',
    ];
    for (const names of attributesOf('testsuite')) expect(names).toEqual([...suite, 'time']);
    for (const names of attributesOf('testcase')) expect(names).toEqual(['classname', 'name', 'time']);
    for (const names of attributesOf('failure')) expect(names).toEqual(['type', 'message']);
    const children = [...xml.matchAll(/^ {4}<\/?(properties|testcase|system-out|system-err)\b/gm)].map(
      ([, name]) => name,
    );
    expect(children.join(' ')).toMatch(/^((properties )+(testcase )*system-out system-err ?)+$/);
  });

  it('says what was expected, what came, where, by which clause, with the wire', () => {
    const xml = formatJUnit(bad);
    for (const words of [
      'tests="2" failures="1"',
      '<failure type="fail" message="iso-ill/',
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
      'ISO 10161-1 clause 9, Shipped',
      '61 3c',
    ]) {
      expect(page).toContain(words);
    }
    expect(page.indexOf('id="failed"')).toBeLessThan(page.indexOf('id="requirements"'));
  });

  it('can be used without a mouse and without eyes', () => {
    const page = formatHtml(bad);
    expect(page).toMatch(/<html lang="en">/);
    for (const [, attributes = ''] of page.matchAll(/<(?:pre|div class="wide")([^>]*)>/g))
      expect(attributes).toMatch(/role="region" tabindex="0" aria-label="[^"]+"/);
    expect(page).not.toMatch(/<th>/);
    const ids = [...page.matchAll(/ id="([^"]+)"/g)].map(([, id]) => id);
    expect(new Set(ids).size).toBe(ids.length);
    for (const [, id] of page.matchAll(/href="#([^"]+)"/g)) expect(ids).toContain(id);
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
