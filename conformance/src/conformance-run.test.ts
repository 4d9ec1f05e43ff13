import { readFileSync } from 'node:fs';
import type { Exchange } from '@interlend/testing';
import { beforeAll, describe, expect, it } from 'vitest';
import { type ConformanceResult, runConformance } from './conformance-run.js';
import type { Engine } from './engine/engine.js';
import { processEngine } from './engine/processes.js';
import { matrixData, matrixPage } from './folders.js';
import { formatMatrixData, formatMatrixPage } from './report/matrix-page.js';
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
    expect(readFileSync(matrixPage, 'utf8')).toBe(formatMatrixPage(result.matrix));
    expect(readFileSync(matrixData, 'utf8')).toBe(formatMatrixData(result.matrix));
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
