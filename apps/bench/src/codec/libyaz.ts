import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { root } from '../workspace.js';

/** Nanoseconds of one call, the median of many. */
export interface CallTimes {
  readonly decode: number;
  readonly encode: number;
}

/** The C library beside which the codec is measured, or why it is not there. */
export type Libyaz =
  | { readonly measure: (file: string) => CallTimes; readonly missing?: never }
  | { readonly missing: string; readonly measure?: never };

const source = join(root, 'packages', 'iso-ill', 'interop', 'libyaz-bench.c');
const folder = join(root, 'node_modules', '.cache', 'interlend');
const program = join(folder, 'libyaz-bench');
/** Calls in a series; few enough that a series is shorter than a time slice. */
const rounds = 50;

/** Compiles the program that measures libyaz, unless that was done. */
export function prepareLibyaz(): Libyaz {
  if (!isUpToDate()) {
    mkdirSync(folder, { recursive: true });
    const { error, status, stderr } = spawnSync('cc', ['-O2', '-o', program, source, '-lyaz'], {
      encoding: 'utf8',
    });
    if (error) return { missing: 'no C compiler' };
    if (status !== 0) return { missing: `libyaz does not compile: ${firstError(stderr)}` };
  }
  return { measure };
}

function isUpToDate(): boolean {
  return existsSync(program) && statSync(program).mtimeMs > statSync(source).mtimeMs;
}

function firstError(output: string): string {
  return (
    output
      .split('\n')
      .find((line) => line.includes('error'))
      ?.replace(/^.*error: /, '') ?? 'unknown'
  );
}

function measure(file: string): CallTimes {
  const { status, stdout, stderr } = spawnSync(program, [String(rounds), file], { encoding: 'utf8' });
  const [, , decode, encode] = stdout.trim().split('\t').map(Number);
  if (status !== 0 || decode === undefined || encode === undefined) {
    throw new Error(`libyaz-bench failed on ${file}: ${stderr}`);
  }
  return { decode, encode };
}
