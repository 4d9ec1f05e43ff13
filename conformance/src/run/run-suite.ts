import type { Exchange } from '@interlend/testing';
import type { Engine } from '../engine/engine.js';
import type { Check, ExchangeResult, WayResult } from './checks.js';
import { lookAtCodec } from './codec-way.js';
import { lookAtGuard } from './guard-way.js';
import { lookAtMutations } from './mutation-way.js';
import type { ProtocolUnderTest } from './protocols.js';
import { type RunnableExchange, runAgainstServer } from './server-run.js';

/** Told after each exchange is through. */
export type Progress = (done: number, total: number) => void;

/**
 * Looks at every exchange in all ways. Exchanges of protocols without a package are left out: their rows are reported as
 * not yet covered.
 */
export async function runExchanges(
  exchanges: readonly Exchange[],
  protocols: ReadonlyMap<string, ProtocolUnderTest>,
  engine: Engine,
  progress: Progress,
): Promise<readonly ExchangeResult[]> {
  const runnable = exchanges.flatMap((exchange): readonly RunnableExchange[] => {
    const put = protocols.get(exchange.protocol);
    return put ? [{ exchange, put }] : [];
  });
  const found = new Map<string, { readonly exchange: Exchange; readonly ways: WayResult[] }>();
  for (const { exchange, put } of runnable) {
    const ways = [
      await lookAtCodec(exchange, put),
      await lookAtGuard(exchange, put),
      await lookAtMutations(exchange, put),
    ];
    found.set(exchange.id, { exchange, ways });
  }
  let done = 0;
  try {
    await runAgainstServer(engine, runnable, (exchange, result) => {
      found.get(exchange.id)?.ways.push(result);
      progress(++done, runnable.length);
    });
  } catch (error) {
    const text = error instanceof Error ? error.message : String(error);
    const broken: Check = {
      id: 'server/start',
      outcome: 'harness-error',
      problem: { text, differences: [] },
    };
    for (const { ways } of found.values()) if (ways.length < 4) ways.push({ checks: [broken], trace: [] });
  }
  return [...found.values()].map(({ exchange, ways }) => ({
    exchange,
    checks: ways.flatMap(({ checks }) => checks),
    // The way that failed last has the trace that explains it.
    trace: ways.findLast(({ checks }) => checks.some(({ outcome }) => outcome === 'fail'))?.trace ?? [],
  }));
}
