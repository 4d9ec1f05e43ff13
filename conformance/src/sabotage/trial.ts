import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import { HarnessError } from '../run/checks.js';
import { type Fault, sabotaged } from './fault.js';
import type { Workbench } from './workbench.js';

const runsWithinMs = 180_000;

const Report = z.looseObject({
  cases: z.array(
    z.looseObject({
      id: z.string(),
      checks: z.array(
        z.looseObject({
          id: z.string(),
          verdict: z.string(),
          problem: z
            .looseObject({
              text: z.string(),
              clause: z.string().optional(),
              differences: z.array(
                z.looseObject({
                  path: z.string(),
                  expected: z.unknown().optional(),
                  got: z.unknown().optional(),
                }),
              ),
            })
            .optional(),
        }),
      ),
    }),
  ),
});

/** What the suite found first. */
export interface Finding {
  readonly exchange: string;
  readonly check: string;
  /** What was expected and what came. */
  readonly text: string;
}

/** What became of a fault. */
export interface Trial {
  readonly fault: Fault;
  /** `red`: the run failed and points at the mistake. `blurred`: it failed, and one has to guess why. */
  readonly verdict: 'red' | 'blurred' | 'green';
  readonly finding: Finding | undefined;
}

/** Runs the suite of a workbench from its sources until something fails. @throws HarnessError when it does not come to an end */
async function runSuite(folder: string, signal: AbortSignal): Promise<Finding | undefined> {
  const json = join(folder, 'sabotage.json');
  rmSync(json, { force: true });
  const child = spawn(
    process.execPath,
    [
      '--conditions=@interlend/source',
      `--import=${join(folder, 'scripts', 'sources.js')}`,
      join(folder, 'conformance', 'src', 'main.ts'),
      '--first',
      '--json',
      json,
    ],
    {
      cwd: folder,
      stdio: ['ignore', 'pipe', 'pipe'],
      env: { ...process.env, CONFORMANCE_ENGINE: 'processes' },
      signal,
      timeout: runsWithinMs,
    },
  );
  const { code, output } = await ended(child);
  if (!existsSync(json)) {
    throw new HarnessError(`the suite ended with ${code ?? 'a signal'} and without a report:\n${output}`);
  }
  return code === 0 ? undefined : firstOf(Report.parse(JSON.parse(readFileSync(json, 'utf8'))), output);
}

async function ended(
  child: ChildProcess,
): Promise<{ readonly code: number | null; readonly output: string }> {
  let output = '';
  for (const stream of [child.stdout, child.stderr])
    stream?.on('data', (text) => {
      output += String(text);
    });
  const [code] = await once(child, 'close');
  return { code: typeof code === 'number' ? code : null, output };
}

function firstOf({ cases }: z.output<typeof Report>, output: string): Finding {
  for (const { id, checks } of cases) {
    const check = checks.find(({ verdict }) => verdict === 'fail');
    if (!check) continue;
    const { text = '', differences = [], clause } = check.problem ?? {};
    const [summary = ''] = text.split('\n');
    const [difference] = differences;
    const field = difference
      ? `; ${difference.path}: expected ${show(difference.expected)}, got ${show(difference.got)}`
      : '';
    return { exchange: id, check: check.id, text: `${summary}${field}${clause ? ` (${clause})` : ''}` };
  }
  const complaint = output.split('\n').find((line) => line.includes('not conformant:'));
  return { exchange: '', check: '', text: complaint ?? output };
}

function show(value: unknown): string {
  return value === undefined ? 'nothing' : JSON.stringify(value);
}

/** Makes sure that nothing fails without a fault. @throws HarnessError */
export async function assertUnharmed({ folder }: Workbench, signal: AbortSignal): Promise<void> {
  const found = await runSuite(folder, signal);
  if (found) {
    throw new HarnessError(
      `the suite fails without any fault: ${found.exchange} ${found.check} ${found.text}`,
    );
  }
}

/** Puts a fault into a workbench, runs the suite, and takes the fault out again. @throws HarnessError */
export async function tryFault({ folder }: Workbench, fault: Fault, signal: AbortSignal): Promise<Trial> {
  const path = join(folder, fault.file);
  const text = readFileSync(path, 'utf8');
  try {
    writeFileSync(path, sabotaged(text, fault));
    const finding = await runSuite(folder, signal);
    if (!finding) return { fault, verdict: 'green', finding };
    const isPointed = finding.exchange !== '' && finding.text.includes(fault.names);
    return { fault, verdict: isPointed ? 'red' : 'blurred', finding };
  } finally {
    writeFileSync(path, text);
  }
}
