import type { Exchange } from '@interlend/testing';
import { beforeAll, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { type ConformanceResult, runConformance } from './conformance-run.js';
import type { Engine } from './engine/engine.js';
import { processEngine } from './engine/processes.js';
import { committedPages, stalePages } from './report/committed-pages.js';
import { formatJson } from './report/json.js';
import { loadSuite, type Suite } from './suite/load.js';

const suite = loadSuite();

describe('the whole suite', () => {
  let result: ConformanceResult;
  beforeAll(async () => {
    result = await runConformance(suite, processEngine);
  }, 120_000);

  it('passes', () => {
    expect(result.complaints).toEqual([]);
  });

  it('looks at every exchange in all four ways', () => {
    expect(result.exchanges).toHaveLength(suite.exchanges.length);
    for (const { result: exchange } of result.exchanges) {
      const ways = new Set(exchange.checks.map(({ id }) => id.split('/')[0]));
      expect([exchange.exchange.id, ...ways]).toEqual([
        exchange.exchange.id,
        'codec',
        'guard',
        'mutation',
        'server',
      ]);
    }
  });

  it('measures what the committed pages say', () => {
    expect(stalePages(committedPages(result.matrix))).toEqual([]);
  });

  it('complains of a committed cell that it does not measure, and of a page that there is not', () => {
    const pages = committedPages(result.matrix);
    const [page = ''] = pages.keys();
    const edited = (path: string) =>
      path === page ? pages.get(path)?.replace('Verified (synthetic only)', 'Production') : undefined;
    expect(stalePages(pages, edited)).toEqual([
      expect.stringMatching(
        /^docs\/support-matrix\.md is not what this run measures, from line \d+ on \(\| VDX/,
      ),
      expect.stringMatching(/^docs\/support-matrix\.json does not exist/),
    ]);
  });

  it('is written as JSON in the form that others read', () => {
    const { exchanges, matrix, complaints, isBroken, engine } = result;
    const { requirements } = matrix;
    const report = {
      title: '',
      facts: [],
      exchanges,
      requirements,
      matrix,
      excluded: [],
      complaints,
      isBroken,
    };
    const tally = z.object({ passed: z.int(), total: z.int() });
    const row = z.object({
      system: z.string(),
      protocol: z.string(),
      functionality: z.string(),
      declared: z.string(),
      measured: z.string(),
      exchanges: tally,
      roles: z.strictObject({ borrower: tally.optional(), lender: tally.optional() }),
      evidence: z.string(),
    });
    const form = z.object({
      engine: z.enum(['containers', 'processes']),
      rows: z.array(row).length(6),
      steps: z
        .array(z.object({ protocol: z.string(), event: z.string(), from: z.string(), can: z.string() }))
        .min(1),
      requirements: z.array(z.object({ protocol: z.string(), id: z.string(), outcome: z.string() })).min(1),
    });
    expect(form.safeParse(JSON.parse(formatJson(report, { engine }))).error).toBeUndefined();
  });
});

describe('a run in which something is wrong', () => {
  const id = 'iso-ill/vdx/borrows-loan';
  const only = (change: (exchange: Exchange) => Exchange): Suite => ({
    ...suite,
    systems: suite.systems.filter((row) => row.id === 'vdx'),
    requirements: [],
    exchanges: suite.exchanges.filter((exchange) => exchange.id === id).map(change),
  });

  it('fails with the field when the server says something else than the exchange has', async () => {
    const wrong = only((exchange) => ({
      ...exchange,
      turns: exchange.turns.map((turn) =>
        'desk' in turn && turn.event.type === 'shipped'
          ? { ...turn, event: { ...turn.event, due: '2024-04-06' } }
          : turn,
      ),
    }));
    const { exchanges, complaints } = await runConformance(wrong, processEngine);
    const check = exchanges[0]?.result.checks.find((one) => one.id === 'server/turn-3');
    expect(check?.problem?.differences).toEqual([
      { path: 'supplyDetails.dateDue.dateDueField', expected: '20240405', got: '20240406' },
    ]);
    expect(complaints[0]).toBe(`${id}: fail`);
  }, 60_000);

  describe('beside its exchanges', () => {
    const row = suite.systems
      .filter(({ id: system }) => system === 'vdx')
      .map((each) => ({
        ...each,
        roles: ['borrower' as const],
        requires: { borrower: ['borrows-loan'], lender: [] },
      }));
    const requirement = { clause: 'c', level: 'MUST' as const, text: 't', checks: ['guard' as const] };
    const sound: Suite = {
      ...only((same) => same),
      systems: row,
      requirements: [
        { format: 1, protocol: 'iso-ill', requirements: [{ ...requirement, id: 'loan-cycle' }] },
      ],
      knownFailures: [],
    };

    it.each<[what: string, change: Partial<Suite>, complaint: RegExp]>([
      [
        'a known failure passes',
        { knownFailures: [{ case: id, check: 'guard/end', reason: 'not built yet' }] },
        /^iso-ill\/vdx\/borrows-loan: stale known failure$/,
      ],
      [
        'a known failure names no exchange',
        { knownFailures: [{ case: 'iso-ill/vdx/sings', reason: 'not built yet' }] },
        /^known-failures\.yaml names iso-ill\/vdx\/sings, which there is not$/,
      ],
      [
        'a requirement has neither a check nor a reason',
        {
          requirements: [
            { format: 1, protocol: 'iso-ill', requirements: [{ ...requirement, id: 'nobody-shows-it' }] },
          ],
        },
        /^requirement iso-ill nobody-shows-it has neither an exchange nor a reason$/,
      ],
      [
        'a row measures below its declaration',
        {
          systems: row.map((each) => ({ ...each, requires: { borrower: ['borrows-nothing'], lender: [] } })),
        },
        /^VDX is declared Production and measures Being Tested: conformance\/exchanges\/iso-ill\/vdx\/borrows-nothing\.yaml is required, and does not exist/,
      ],
    ])('fails when %s', async (_, change, complaint) => {
      const { complaints } = await runConformance({ ...sound, ...change }, processEngine);
      expect(complaints.filter((line) => complaint.test(line))).toHaveLength(1);
    });

    it('passes without any of that', async () => {
      expect((await runConformance(sound, processEngine)).complaints).toEqual([]);
    });
  });

  it('is a harness error when the server does not start', async () => {
    const broken: Engine = {
      ...processEngine,
      startServer: () => Promise.reject(new Error('no such machine')),
    };
    const { exchanges, isBroken } = await runConformance(
      only((same) => same),
      broken,
    );
    expect(isBroken).toBe(true);
    expect(exchanges[0]?.verdict).toBe('harness error');
  });
});
