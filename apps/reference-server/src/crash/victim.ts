import { type ChildProcess, spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import type { PeerAddress } from '@interlend/core';

/** Where a server is. */
interface Ready {
  /** Its first listener. */
  readonly address: PeerAddress;
  readonly apiUrl: string;
}

/** A server in a process of its own, to be killed and started again. */
export class Victim {
  readonly #command: readonly string[];
  #child: ChildProcess | undefined;
  #ready: Promise<Ready> = Promise.reject(new Error('not started'));
  #generation = 0;

  /** `command` ends where `--config FILE` would follow; the settings must log at level `info`. */
  constructor(command: readonly string[]) {
    this.#command = command;
    this.#ready.catch(() => undefined);
  }

  /** Number of starts so far. */
  get generation(): number {
    return this.#generation;
  }

  /** Where its first listener is, once it is ready. Rejects when it ended before that. */
  get address(): Promise<PeerAddress> {
    return this.#ready.then(({ address }) => address);
  }

  /** Where its API is, once it is ready. Rejects when it ended before that. */
  get apiUrl(): Promise<string> {
    return this.#ready.then(({ apiUrl }) => apiUrl);
  }

  start(): void {
    const [program = '', ...args] = this.#command;
    const child = spawn(program, args, { stdio: ['ignore', 'pipe', 'pipe'] });
    this.#child = child;
    this.#generation += 1;
    let complaint = '';
    child.stderr.on('data', (chunk: Buffer) => {
      complaint = (complaint + chunk.toString()).slice(-2000);
    });
    this.#ready = new Promise((resolve, reject) => {
      createInterface({ input: child.stdout }).on('line', (line) => {
        const ready = readReady(line);
        if (ready) resolve(ready);
      });
      child.once('error', reject);
      child.once('exit', (code, signal) => {
        reject(new Error(`the server ended before it was ready: ${signal ?? code} ${complaint}`));
      });
    });
    this.#ready.catch(() => undefined);
  }

  /** Ends it, by default as a power cut would. Resolves when it is gone. */
  async end(signal: 'SIGKILL' | 'SIGTERM' = 'SIGKILL'): Promise<void> {
    const child = this.#child;
    if (!child || child.exitCode !== null || child.signalCode !== null) return;
    const gone = new Promise<void>((resolve) => {
      child.once('exit', () => resolve());
    });
    child.kill(signal);
    await gone;
  }
}

function readReady(line: string): Ready | undefined {
  if (!line.includes('"ready"')) return undefined;
  const parsed: unknown = JSON.parse(line);
  if (
    typeof parsed !== 'object' ||
    parsed === null ||
    !('listeners' in parsed) ||
    !('api' in parsed) ||
    !Array.isArray(parsed.listeners)
  )
    return undefined;
  const [first]: readonly unknown[] = parsed.listeners;
  if (typeof first !== 'object' || first === null || !('host' in first) || !('port' in first))
    return undefined;
  return { address: { host: String(first.host), port: Number(first.port) }, apiUrl: String(parsed.api) };
}
