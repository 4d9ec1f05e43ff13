// node scripts/container-engine.js
// Makes a container engine answer: the one that runs, or, as root on a Debian machine, its package docker.io, installed and
// started here. Never stops an engine. Exit code 3 when none can be had.
import { spawn, spawnSync } from 'node:child_process';
import { closeSync, existsSync, mkdirSync, openSync, readFileSync } from 'node:fs';
import { request } from 'node:http';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { root, run, Stop, say, seconds, stop } from './workspace.js';

const cache = join(root, 'node_modules', '.cache', 'interlend');
const logFile = join(cache, 'dockerd.log');
const pidFile = join(cache, 'dockerd.pid');
const defaultSocket = '/var/run/docker.sock';
const answersWithinMs = 60_000;
const pingWithinMs = 3000;
/** Tells "no engine" from a script that went wrong. */
const noEngine = 3;

/** @typedef {{ status: number, text: string }} Answer */

/**
 * Asks the engine's HTTP interface, so that no client program is needed.
 *
 * @param {string} method
 * @param {string} path
 * @param {{ body?: import('node:stream').Readable, limitMs?: number }} [options]
 * @returns {Promise<Answer>}
 */
export function askEngine(method, path, { body, limitMs } = {}) {
  const signal = limitMs === undefined ? undefined : AbortSignal.timeout(limitMs);
  const headers = body ? { 'content-type': 'application/x-tar' } : {};
  return new Promise((resolve, reject) => {
    const asked = request({ ...engineAddress(), method, path, headers, signal }, (answer) => {
      /** @type {Buffer[]} */
      const chunks = [];
      answer.on('data', (chunk) => chunks.push(chunk));
      answer.on('error', reject);
      answer.on('end', () =>
        resolve({ status: answer.statusCode ?? 0, text: Buffer.concat(chunks).toString() }),
      );
    });
    asked.on('error', reject);
    if (body) body.on('error', reject).pipe(asked);
    else asked.end();
  });
}

/** Where DOCKER_HOST says, or the usual socket. */
function engineAddress() {
  const said = process.env.DOCKER_HOST;
  if (!said) return { socketPath: defaultSocket };
  const url = URL.canParse(said) ? new URL(said) : undefined;
  if (url?.protocol === 'unix:') return { socketPath: url.pathname };
  if (url?.protocol === 'tcp:' || url?.protocol === 'http:')
    return { host: url.hostname, port: url.port || '2375' };
  throw new Stop(`interlend: DOCKER_HOST: expected unix:///path or tcp://host:port, found ${said}`);
}

/** Whether an engine answers now. */
export async function engineAnswers() {
  try {
    return (await askEngine('GET', '/_ping', { limitMs: pingWithinMs })).status === 200;
  } catch (error) {
    if (error instanceof Stop) throw error;
    return false;
  }
}

/**
 * Installs Debian packages that are missing.
 *
 * @param {string[]} packages
 */
export async function installPackages(packages) {
  const known = spawnSync('dpkg', ['--status', ...packages], { encoding: 'utf8' });
  const installed = known.stdout?.match(/^Status: install ok installed$/gm)?.length ?? 0;
  if (installed === packages.length) return;
  const start = performance.now();
  const env = { ...process.env, DEBIAN_FRONTEND: 'noninteractive' };
  for (const args of [
    ['update', '-qq'],
    ['install', '-y', '-qq', '--no-install-recommends', ...packages],
  ]) {
    const { code, output } = await run('apt-get', args, { env });
    if (code !== 0) throw new Stop(`${output}interlend: apt-get ${args.join(' ')} ended with code ${code}`);
  }
  say(`interlend: installed ${packages.join(', ')} in ${seconds(start)}`);
}

/** Whether Debian packages can be installed here. */
export const canInstall = () => process.getuid?.() === 0 && existsSync('/usr/bin/apt-get');

async function startEngine() {
  mkdirSync(cache, { recursive: true });
  const start = performance.now();
  const log = openSync(logFile, 'w');
  // Ports are published on loopback even where a container does not say so.
  const args = [
    '--storage-driver=overlay2',
    '--ip=127.0.0.1',
    `--host=unix://${defaultSocket}`,
    `--pidfile=${pidFile}`,
  ];
  const engine = spawn('dockerd', args, { cwd: '/', detached: true, stdio: ['ignore', log, log] });
  closeSync(log);
  engine.unref();
  /** @type {string | undefined} */
  let ended;
  engine.on('error', (error) => {
    ended = error.message;
  });
  engine.on('exit', (code, signal) => {
    ended = `it ended with ${signal ?? `code ${code}`}`;
  });
  while (ended === undefined && performance.now() - start < answersWithinMs) {
    if (await engineAnswers()) {
      say(`interlend: started dockerd in ${seconds(start)}; process ${engine.pid}, log ${logFile}`);
      return;
    }
    await pause(200);
  }
  if (ended === undefined) engine.kill();
  const tail = existsSync(logFile) ? readFileSync(logFile, 'utf8').trimEnd().split('\n').slice(-15) : [];
  throw new Stop(
    [
      ...tail,
      `interlend: dockerd does not answer: ${ended ?? `silent for ${answersWithinMs / 1000} s`}`,
    ].join('\n'),
  );
}

async function main() {
  if (await engineAnswers()) {
    say(`interlend: a container engine answers at ${process.env.DOCKER_HOST || defaultSocket}`);
    return;
  }
  if (process.env.DOCKER_HOST)
    throw new Stop(`interlend: no container engine answers at ${process.env.DOCKER_HOST}`);
  if (!canInstall()) {
    throw new Stop(
      'interlend: no container engine answers, and none can be installed here (that takes root and apt-get).' +
        ' Start one, or set DOCKER_HOST',
    );
  }
  await installPackages(['docker.io', 'debootstrap']);
  await startEngine();
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  main().catch((error) => {
    stop(error);
    process.exitCode = error instanceof Stop ? noEngine : 1;
  });
}
