import type { Exchange } from '@interlend/testing';
import type { Engine } from '../engine/engine.js';
import type { Check, ExchangeResult, WayResult } from './checks.js';
import { lookAtCodec } from './codec-way.js';
import { lookAtGuard } from './guard-way.js';
import { lookAtMutations } from './mutation-way.js';
import type { ProtocolUnderTest } from './protocols.js';
import { type RunnableExchange, runAgainstServer } from './server-run.js';

/** How to go through a suite. */
export interface RunOptions {
  /** Told after each exchange is through. */
  readonly progress?: (done: number, total: number, exchange: string) => void;
  /** Whether to stop when an exchange fails; what was not looked at until then is left out. */
  readonly untilFirstFailure?: boolean;
}

/** Codec, guard, mutation, server. */
const wayCount = 4;

interface Looked {
  readonly exchange: Exchange;
  readonly ways: WayResult[];
}

/**
 * Looks at every exchange in all ways. Exchanges of protocols without a package are left out: their rows are reported as
 * not yet covered.
 */
export async function runExchanges(
  exchanges: readonly Exchange[],
  protocols: ReadonlyMap<string, ProtocolUnderTest>,
  engine: Engine,
  { progress = () => undefined, untilFirstFailure = false }: RunOptions = {},
): Promise<readonly ExchangeResult[]> {
  const runnable = exchanges.flatMap((exchange): readonly RunnableExchange[] => {
    const put = protocols.get(exchange.protocol);
    return put ? [{ exchange, put }] : [];
  });
  const found = new Map<string, Looked>();
  for (const { exchange, put } of runnable) {
    const ways = [
      await lookAtCodec(exchange, put),
      await lookAtGuard(exchange, put),
      await lookAtMutations(exchange, put),
    ];
    found.set(exchange.id, { exchange, ways });
    if (untilFirstFailure && ways.some(hasFailed)) return [resultOf({ exchange, ways })];
  }
  let done = 0;
  try {
    await runAgainstServer(engine, runnable, (exchange, result) => {
      found.get(exchange.id)?.ways.push(result);
      progress(++done, runnable.length, exchange.id);
      return !(untilFirstFailure && hasFailed(result));
    });
  } catch (error) {
    const text = error instanceof Error ? error.message : String(error);
    const broken: Check = {
      id: 'server/start',
      outcome: 'harness-error',
      problem: { text, differences: [] },
    };
    for (const { ways } of found.values())
      if (ways.length < wayCount) ways.push({ checks: [broken], trace: [] });
  }
  const complete = [...found.values()].filter(({ ways }) => ways.length === wayCount);
  return complete.map(resultOf);
}

function hasFailed({ checks }: WayResult): boolean {
  return checks.some(({ outcome }) => outcome === 'fail');
}

function resultOf({ exchange, ways }: Looked): ExchangeResult {
  return {
    exchange,
    checks: ways.flatMap(({ checks }) => checks),
    // The way that failed last has the trace that explains it.
    trace: ways.findLast(hasFailed)?.trace ?? [],
  };
}
