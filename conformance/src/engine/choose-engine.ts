import { ConfigError } from '@interlend/core';
import { HarnessError } from '../run/checks.js';
import type { Engine } from './engine.js';
import { processEngine } from './processes.js';

/** An engine, and what a report says about it. */
export interface ChosenEngine {
  readonly engine: Engine;
  readonly note: string;
}

/**
 * Containers where an engine for them answers, processes otherwise; CONFORMANCE_ENGINE says which must be used.
 *
 * @throws ConfigError when the variable says something else
 * @throws HarnessError when containers must be used and cannot
 */
export async function chooseEngine(
  environment: Readonly<Record<string, string | undefined>>,
): Promise<ChosenEngine> {
  const wanted = environment['CONFORMANCE_ENGINE'] || undefined;
  if (wanted !== undefined && wanted !== 'containers' && wanted !== 'processes') {
    throw new ConfigError('CONFORMANCE_ENGINE: expected containers or processes', {
      key: 'CONFORMANCE_ENGINE',
      accepted: 'containers or processes',
    });
  }
  const asProcesses = (why: string): ChosenEngine => ({
    engine: processEngine,
    note: `peers are child processes of this run, not containers: ${why}`,
  });
  if (wanted === 'processes') return asProcesses('CONFORMANCE_ENGINE says so');
  // Loaded only here: it takes a while.
  const { openContainerEngine, whyNoContainers } = await import('./containers/container-engine.js');
  const why = await whyNoContainers();
  if (why === undefined) {
    return { engine: await openContainerEngine(), note: 'peers run in containers on a network of their own' };
  }
  if (wanted === 'containers') throw new HarnessError(`CONFORMANCE_ENGINE asks for containers: ${why}`);
  return asProcesses(why);
}
