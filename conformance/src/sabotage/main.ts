import { writeFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { sabotagePage } from '../folders.js';
import { faults } from './faults.js';
import { formatSabotagePage } from './sabotage-page.js';
import { assertUnharmed, type Trial, tryFault } from './trial.js';
import { openWorkbench } from './workbench.js';

const usage = `npm run sabotage -- [--only FAULT,FAULT] [--write]

  --only    the faults whose names begin with one of these
  --write   docs/sabotage.md from this run
  --help    this text

Puts one mistake after the other into a copy of the sources and runs the conformance suite on it, on processes.
Exit codes: 0 every fault is red, 1 one is not, 2 it could not be tried.
`;

const stopping = new AbortController();
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => stopping.abort());

try {
  process.exitCode = await main();
} catch (error) {
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
  process.exitCode = 2;
}

async function main(): Promise<number> {
  const { values } = parseArgs({
    options: { only: { type: 'string' }, write: { type: 'boolean' }, help: { type: 'boolean' } },
  });
  const print = (text: string): void => void process.stdout.write(`${text}\n`);
  if (values.help) {
    process.stdout.write(usage);
    return 0;
  }
  const wanted = values.only?.split(',');
  const chosen = faults.filter(({ id }) => wanted?.some((name) => id.startsWith(name)) ?? true);
  if (chosen.length === 0) throw new TypeError(`--only: no fault begins with ${values.only}`);
  if (values.write && chosen.length < faults.length) throw new TypeError('--write goes without --only');
  const workbench = await openWorkbench();
  const trials: Trial[] = [];
  try {
    await assertUnharmed(workbench, stopping.signal);
    for (const fault of chosen) {
      const trial = await tryFault(workbench, fault, stopping.signal);
      trials.push(trial);
      const { finding } = trial;
      print(`${trial.verdict.padEnd(8)} ${fault.id}: ${fault.does}`);
      if (finding) print(`         ${finding.exchange} ${finding.check}: ${finding.text}`);
    }
  } finally {
    workbench.remove();
  }
  if (values.write) writeFileSync(sabotagePage, formatSabotagePage(trials));
  const red = trials.filter(({ verdict }) => verdict === 'red').length;
  print(`${red} of ${trials.length} faults are red`);
  return red === trials.length ? 0 : 1;
}
