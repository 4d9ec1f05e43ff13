import { spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** The folder of the checkout. */
export const root = fileURLToPath(new URL('..', import.meta.url));

/** The Node that the workspace pins: the dependency `node`. */
export const pinnedNode = join(
  root,
  'node_modules',
  'node',
  'bin',
  process.platform === 'win32' ? 'node.exe' : 'node',
);

/** The path of a tool that the workspace installs. */
export const tool = (/** @type {string} */ name) =>
  join(root, 'node_modules', '.bin', process.platform === 'win32' ? `${name}.cmd` : name);

/** Progress goes to standard error: standard output belongs to the command that is run. */
export const say = (/** @type {string} */ text) => process.stderr.write(`${text}\n`);

/** What stops a script: said without a stack, because it is about the machine or the sources. */
export class Stop extends Error {}

/** Prints what stopped the script and sets the exit code. */
export function stop(/** @type {unknown} */ error) {
  say(error instanceof Stop ? error.message : String(error instanceof Error ? error.stack : error));
  process.exitCode = 1;
}

/**
 * The environment of every tool: no telemetry, the pinned Node and the workspace's binaries first.
 *
 * @param {string[]} folders further folders for PATH
 * @returns {NodeJS.ProcessEnv}
 */
export function environment(folders = []) {
  const path = [join(root, 'node_modules', '.bin'), ...folders, process.env.PATH ?? ''].join(delimiter);
  return {
    ...process.env,
    PATH: path,
    DO_NOT_TRACK: '1',
    TURBO_TELEMETRY_DISABLED: '1',
    TURBO_NO_UPDATE_NOTIFIER: '1',
    // npm hands its own verbosity down; a nested npm speaks only when something is wrong.
    npm_config_loglevel: 'error',
  };
}

/**
 * Runs a command to its end.
 *
 * @param {string} command
 * @param {string[]} args
 * @param {{
 *   env?: NodeJS.ProcessEnv,
 *   output?: 'progress' | 'capture' | 'inherit',
 *   cwd?: string,
 *   limitMs?: number | undefined,
 * }} [options] `progress` sends all output to standard error, `capture` keeps it; after `limitMs` the command is ended
 * @returns {Promise<{ code: number, output: string }>}
 */
export function run(command, args, options = {}) {
  const { env = environment(), output = 'capture', cwd = root, limitMs } = options;
  const sink = output === 'capture' ? 'pipe' : output === 'progress' ? process.stderr : 'inherit';
  return new Promise((resolve, reject) => {
    const child = spawn(command, args, { cwd, env, stdio: ['ignore', sink, sink], timeout: limitMs });
    /** @type {Buffer[]} */
    const chunks = [];
    child.stdout?.on('data', (chunk) => chunks.push(chunk));
    child.stderr?.on('data', (chunk) => chunks.push(chunk));
    child.on('error', reject);
    child.on('close', (code) => resolve({ code: code ?? 1, output: Buffer.concat(chunks).toString() }));
  });
}

/** @param {string} path */
export const readJson = (path) => JSON.parse(readFileSync(path, 'utf8'));

/** Seconds since `start`, for people. */
export const seconds = (/** @type {number} */ start) =>
  `${((performance.now() - start) / 1000).toFixed(1)} s`;
