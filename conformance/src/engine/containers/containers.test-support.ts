import { whyNoContainers } from './container-engine.js';

const wanted = process.env['CONFORMANCE_ENGINE'];

/** Why tests in containers are left out, or `undefined`. Where containers are asked for nothing is left out: what is missing fails. */
export async function whySkipped(): Promise<string | undefined> {
  const why = wanted === 'processes' ? 'CONFORMANCE_ENGINE=processes' : await whyNoContainers();
  if (why === undefined || wanted === 'containers') return undefined;
  // The reporter leaves out the names of what it skips.
  console.warn(`Containers are not tested: ${why}`);
  return why;
}

/** Images may have to be built. */
export const opensWithinMs = 300_000;
export const runsWithinMs = 180_000;
