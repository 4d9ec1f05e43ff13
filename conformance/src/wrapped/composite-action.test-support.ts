import { spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parse } from 'yaml';
import { z } from 'zod';
import { rootFolder } from '../folders.js';

const Action = z.object({
  inputs: z.record(
    z.string(),
    z.object({ required: z.boolean().optional(), default: z.string().optional() }),
  ),
  outputs: z.record(z.string(), z.object({ value: z.string() })),
  runs: z.object({
    using: z.literal('composite'),
    steps: z.array(
      z.union([
        z.object({ uses: z.string() }),
        z.object({
          id: z.string(),
          shell: z.literal('bash'),
          env: z.record(z.string(), z.string()),
          run: z.string(),
        }),
      ]),
    ),
  }),
});

/** What a run of the action left behind. */
export interface ActionRun {
  readonly exitCode: number;
  readonly outputs: Readonly<Record<string, string>>;
  /** What stands on the page of the run. */
  readonly summary: string;
  readonly log: string;
}

/** Values in place of `${{ … }}`. */
function filled(text: string, values: Readonly<Record<string, string>>): string {
  return text.replaceAll(/\$\{\{ *(\S+) *\}\}/g, (_, name: string) => {
    const value = values[name];
    if (value === undefined) throw new Error(`action.yml uses ${name}, which there is not`);
    return value;
  });
}

/**
 * Runs the steps of action.yml as GitHub's runner does with a composite action: inputs with their defaults, scripts by its
 * bash with its flags, outputs and summary through files. What a step takes from elsewhere (`uses`) is left out.
 */
export async function runAction(
  given: Readonly<Record<string, string>>,
  workspace: string,
): Promise<ActionRun> {
  const action = Action.parse(parse(readFileSync(join(rootFolder, 'action.yml'), 'utf8')));
  const values: Record<string, string> = {};
  for (const [name, { required, default: otherwise = '' }] of Object.entries(action.inputs)) {
    if (required && given[name] === undefined) throw new Error(`the action needs ${name}`);
    values[`inputs.${name}`] = given[name] ?? otherwise;
  }
  const folder = mkdtempSync(join(tmpdir(), 'interlend-action-'));
  const file = (name: string): string => join(folder, name);
  let exitCode = 0;
  let log = '';
  try {
    for (const name of ['output', 'summary']) writeFileSync(file(name), '');
    for (const step of action.runs.steps) {
      if ('uses' in step) continue;
      writeFileSync(file('step.sh'), filled(step.run, values));
      const env = {
        ...Object.fromEntries(
          Object.entries(process.env).filter(
            ([name]) => !name.startsWith('INTERLEND_') && name !== 'INIT_CWD',
          ),
        ),
        ...Object.fromEntries(Object.entries(step.env).map(([name, text]) => [name, filled(text, values)])),
        GITHUB_ACTION_PATH: rootFolder,
        GITHUB_OUTPUT: file('output'),
        GITHUB_STEP_SUMMARY: file('summary'),
      };
      const ran = await runBash(file('step.sh'), workspace, env);
      log += ran.log;
      exitCode = ran.exitCode;
      for (const line of readFileSync(file('output'), 'utf8').split('\n')) {
        const [name = '', ...rest] = line.split('=');
        if (name !== '') values[`steps.${step.id}.outputs.${name}`] = rest.join('=');
      }
      if (exitCode !== 0) break;
    }
    const outputs = Object.entries(action.outputs).map(([name, { value }]) => [name, filled(value, values)]);
    return {
      exitCode,
      outputs: Object.fromEntries(outputs),
      summary: readFileSync(file('summary'), 'utf8'),
      log,
    };
  } finally {
    rmSync(folder, { recursive: true });
  }
}

function runBash(
  script: string,
  cwd: string,
  env: NodeJS.ProcessEnv,
): Promise<{ readonly exitCode: number; readonly log: string }> {
  return new Promise((resolve, reject) => {
    const child = spawn('bash', ['--noprofile', '--norc', '-e', '-o', 'pipefail', script], { cwd, env });
    let log = '';
    const hear = (chunk: Buffer): void => {
      log += chunk.toString();
    };
    child.stdout.on('data', hear);
    child.stderr.on('data', hear);
    child.on('error', reject);
    child.on('close', (code) => resolve({ exitCode: code ?? -1, log }));
  });
}
