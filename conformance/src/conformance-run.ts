import type { Engine } from './engine/engine.js';
import { isBelowDeclaration, type Matrix, measure } from './report/matrix.js';
import { failingVerdicts, type JudgedExchange, judge } from './report/verdicts.js';
import { protocolsUnderTest } from './run/protocols.js';
import { type RunOptions, runExchanges } from './run/run-suite.js';
import { exchangeFile, type Suite } from './suite/load.js';

/** What a run found, and why it fails, if it does. */
export interface ConformanceResult {
  readonly engine: Engine['name'];
  readonly exchanges: readonly JudgedExchange[];
  readonly matrix: Matrix;
  /** One line for each reason; empty when everything is as it should be. */
  readonly complaints: readonly string[];
  /** Whether the harness could not do its work, so that nothing is known of some exchange. */
  readonly isBroken: boolean;
}

/** Runs a suite and measures the matrix. */
export async function runConformance(
  suite: Suite,
  engine: Engine,
  options: RunOptions = {},
): Promise<ConformanceResult> {
  const results = await runExchanges(suite.exchanges, protocolsUnderTest, engine, options);
  const { exchanges, strays } = judge(results, suite.knownFailures);
  const capabilities = [...protocolsUnderTest.values()].map(({ protocol }) => protocol.capabilities);
  const matrix = measure(suite.systems, suite.requirements, capabilities, exchanges);
  const complaints = [
    ...exchanges
      .filter(({ verdict }) => failingVerdicts.has(verdict))
      .map(({ result, verdict }) => `${result.exchange.id}: ${verdict}`),
    ...strays.map((failure) => `known-failures.yaml names ${failure.case}, which there is not`),
    ...matrix.rows
      .filter(isBelowDeclaration)
      .map(
        ({ system, declared, measured, absent, failing }) =>
          `${system} is declared ${declared} and measures ${measured}: ${[
            ...absent.map(
              (exchange) =>
                `${exchangeFile(exchange)} is required, and does not exist or has another peer.role`,
            ),
            ...failing.map((exchange) => `${exchange} does not pass`),
          ].join('; ')}`,
      ),
    ...matrix.requirements
      .filter(({ outcome }) => outcome === 'not tried')
      .map(({ protocol, id }) => `requirement ${protocol} ${id} has neither an exchange nor a reason`),
  ];
  return {
    engine: engine.name,
    exchanges,
    matrix,
    complaints,
    isBroken: exchanges.some(({ verdict }) => verdict === 'harness error'),
  };
}
