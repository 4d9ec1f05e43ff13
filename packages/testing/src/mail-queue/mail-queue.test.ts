import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import * as nodeModule from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath, pathToFileURL } from 'node:url';
import type { Listening } from '@interlend/core';
import { parsePlainMail } from '@interlend/mail';
import { type ArrivedMail, listenForMail } from '@interlend/mail/smtp';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { freePort } from '../free-port.js';
import { pendingIn } from './file-journal.test-support.js';

const script = fileURLToPath(new URL('./queue-process.test-support.ts', import.meta.url));
const sources = pathToFileURL(join(import.meta.dirname, '../../../../scripts/sources.js')).href;
/** Older ones cannot run sources in a process of their own; the queue and `sendMail` have tests there too. */
const runsSources = 'registerHooks' in nodeModule;
const closing: (() => unknown)[] = [];
let folder = '';
const journal = (): string => join(folder, 'journal');
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'interlend-queue-'));
});
afterEach(async () => {
  for (const close of closing.splice(0).reverse()) await close();
  rmSync(folder, { recursive: true, force: true });
});

/** The queue in a process of its own. */
class QueueProcess {
  readonly told: string[] = [];
  readonly #child: ChildProcess;
  #wake = (): void => {};

  constructor(port: number, count = 0) {
    const child = spawn(
      process.execPath,
      [
        '--conditions=@interlend/source',
        `--import=${sources}`,
        script,
        journal(),
        String(port),
        String(count),
      ],
      { stdio: ['ignore', 'pipe', 'inherit'] },
    );
    this.#child = child;
    createInterface(child.stdout).on('line', (line) => {
      this.told.push(line);
      this.#wake();
    });
    closing.push(() => this.kill());
  }

  async tells(count: number, pattern: RegExp): Promise<void> {
    while (this.told.filter((line) => pattern.test(line)).length < count)
      await new Promise<void>((resolve) => {
        this.#wake = resolve;
      });
  }

  /** Resolves when it has ended: it does so by itself when nothing is left to do. */
  async ended(): Promise<void> {
    if (this.#child.exitCode !== null || this.#child.signalCode !== null) return;
    await new Promise<void>((resolve) => {
      this.#child.once('exit', () => resolve());
    });
  }

  async kill(): Promise<void> {
    this.#child.kill('SIGKILL');
    await this.ended();
  }
}

async function postOffice(port: number, take: (mail: ArrivedMail) => Promise<void>): Promise<Listening> {
  const office = await listenForMail({ host: '127.0.0.1', port }, { isRecipient: () => true }, take);
  closing.push(() => office.close());
  return office;
}

const subjects = (mails: readonly ArrivedMail[]): readonly string[] =>
  mails.map(({ raw }) => parsePlainMail(raw).subject).sort();
const asked = (count: number): readonly string[] =>
  Array.from({ length: count }, (_, index) => `Request LOAN-${index + 1}`);

describe.skipIf(!runsSources)('mails in an outbound queue, with Node 22.15 or newer', () => {
  it('are offered again after growing pauses to a mail server that puts them off, and taken once', async () => {
    const arrived: ArrivedMail[] = [];
    const refusals = new Map<string, number>();
    const { address } = await postOffice(0, async (mail) => {
      const { subject } = parsePlainMail(mail.raw);
      const times = refusals.get(subject) ?? 0;
      refusals.set(subject, times + 1);
      if (times < 2) throw new Error('made for a test');
      arrived.push(mail);
    });
    const queue = new QueueProcess(address.port, 3);
    await queue.tells(3, /^delivered/);
    expect(queue.told.filter((line) => line.startsWith('failed'))).toHaveLength(6);
    expect(subjects(arrived)).toEqual(asked(3));
    expect(pendingIn(journal())).toEqual([]);
  });

  it('outlive the process that was to send them, octet for octet', async () => {
    const port = await freePort();
    const first = new QueueProcess(port, 5);
    await first.tells(5, /^failed/);
    await first.kill();
    const kept = pendingIn(journal()).map(({ entry }) => Buffer.from(entry.bytes).toString());
    const arrived: ArrivedMail[] = [];
    await postOffice(port, async (mail) => {
      arrived.push(mail);
    });
    const second = new QueueProcess(port);
    await second.tells(5, /^delivered/);
    expect(arrived.map(({ raw }) => Buffer.from(raw).toString()).sort()).toEqual([...kept].sort());
    expect(pendingIn(journal())).toEqual([]);
  });

  it('of which nobody knows whether they were taken are left to a person, and sent by nobody else', async () => {
    const arrived: ArrivedMail[] = [];
    let told = (): void => {};
    const isThere = new Promise<void>((resolve) => {
      told = resolve;
    });
    let answer = (): void => {};
    const { address } = await postOffice(0, async (mail) => {
      arrived.push(mail);
      told();
      // The answer comes when its reader is dead.
      await new Promise<void>((resolve) => {
        answer = resolve;
      });
    });
    const first = new QueueProcess(address.port, 1);
    await isThere;
    await first.kill();
    answer();
    const second = new QueueProcess(address.port);
    await second.ended();
    expect(second.told).toEqual(['review LOAN-1']);
    expect(arrived).toHaveLength(1);
    expect(pendingIn(journal())).toMatchObject([{ isInReview: true }]);
  });
});
