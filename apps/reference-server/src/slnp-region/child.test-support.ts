import { type ChildProcess, spawn } from 'node:child_process';
import { createInterface, type Interface } from 'node:readline';
import { fileURLToPath } from 'node:url';

const place = (file: string): string => fileURLToPath(new URL(file, import.meta.url));

/** Runs sources of this workspace in a process of their own. */
const fromSources = [
  process.execPath,
  '--conditions=@interlend/source',
  '--disable-warning=ExperimentalWarning',
  '--import',
  place('../crash/source-hooks.test-support.ts'),
] as const;

/** What a process says when it can be spoken to. */
export interface Ready {
  readonly msg: 'ready';
  readonly api?: string;
  readonly listeners: readonly { readonly host: string; readonly port: number }[];
}

/** A process that says a line of JSON when it is ready, and answers lines with lines. */
export class Child {
  readonly #process: ChildProcess;
  readonly #lines: Interface;
  readonly #said: unknown[] = [];
  #wake: (() => void) | undefined;
  #complaint = '';

  private constructor(command: readonly string[]) {
    const [program = '', ...args] = command;
    this.#process = spawn(program, args, { stdio: ['pipe', 'pipe', 'pipe'] });
    this.#lines = createInterface({ input: this.#process.stdout as NodeJS.ReadableStream });
    this.#lines.on('line', (line) => {
      if (line.startsWith('{') || line.startsWith('[')) this.#said.push(JSON.parse(line));
      this.#wake?.();
    });
    this.#process.stderr?.on('data', (chunk: Buffer) => {
      this.#complaint = (this.#complaint + chunk.toString()).slice(-4000);
      this.#wake?.();
    });
    this.#process.once('exit', () => this.#wake?.());
  }

  /** Runs a script of the sources. */
  static source(file: string, ...args: readonly string[]): Child {
    return new Child([...fromSources, place(file), ...args]);
  }

  /** Runs a program. */
  static program(...command: readonly string[]): Child {
    return new Child(command);
  }

  /** What it wrote to its second output. */
  get complaint(): string {
    return this.#complaint;
  }

  ready(): Promise<Ready> {
    return this.#next((value): value is Ready => (value as { msg?: unknown }).msg === 'ready');
  }

  /** Resolves when its second output holds these words. */
  async complains(words: string): Promise<void> {
    while (!this.#complaint.includes(words)) await this.#news();
  }

  /** Says a line and waits for the answer. */
  ask<Answer>(request: object): Promise<Answer> {
    this.#process.stdin?.write(`${JSON.stringify(request)}\n`);
    return this.#next((_): _ is Answer => true);
  }

  /** Ends it, by default in order. Resolves when it is gone. */
  async end(signal: 'SIGTERM' | 'SIGKILL' = 'SIGTERM'): Promise<void> {
    if (this.#process.exitCode !== null || this.#process.signalCode !== null) return;
    const gone = new Promise<void>((resolve) => {
      this.#process.once('exit', () => resolve());
    });
    this.#process.kill(signal);
    await gone;
  }

  async #next<Value>(isIt: (value: unknown) => value is Value): Promise<Value> {
    for (;;) {
      for (let value = this.#said.shift(); value !== undefined; value = this.#said.shift()) {
        if (isIt(value)) return value;
      }
      await this.#news();
    }
  }

  #news(): Promise<void> {
    if (this.#process.exitCode !== null || this.#process.signalCode !== null) {
      throw new Error(`the process ended: ${this.#complaint}`);
    }
    return new Promise((resolve) => {
      this.#wake = resolve;
    });
  }
}
