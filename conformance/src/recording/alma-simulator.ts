import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import type { PeerAddress } from '@interlend/core';
import { stringify } from 'yaml';
import { appCommand, endApp } from '../engine/app-process.js';
import { HarnessError } from '../run/checks.js';

const readyWithinMs = 15_000;

/** The simulator of an Alma, as a process of its own. */
export interface RunningSimulator {
  readonly address: PeerAddress;
  stop(): Promise<void>;
}

/** @param settings as they stand in its file @throws HarnessError when it is not ready in time */
export async function startAlmaSimulator(
  settings: Readonly<Record<string, unknown>>,
): Promise<RunningSimulator> {
  const folder = mkdtempSync(join(tmpdir(), 'interlend-alma-'));
  const config = join(folder, 'alma.yaml');
  writeFileSync(config, stringify({ port: 0, ...settings }));
  const command = [...appCommand('alma-simulator'), '--config', config];
  const child = spawn(process.execPath, command, { stdio: ['ignore', 'pipe', 'inherit'] });
  const stop = async (): Promise<void> => {
    await endApp(child);
    rmSync(folder, { recursive: true, force: true });
  };
  try {
    const address = await new Promise<PeerAddress>((resolve, reject) => {
      const fail = (why: string): void => reject(new HarnessError(`Alma simulator: ${why}`));
      const timer = setTimeout(() => fail(`not ready within ${readyWithinMs} ms`), readyWithinMs);
      child.once('error', (error) => fail(error.message));
      child.once('exit', (code) => fail(`ended with code ${code ?? 'none'} before it was ready`));
      createInterface(child.stdout).on('line', (line) => {
        const [, host, port] = /^REST and staff actions at http:\/\/([^:]+):(\d+);/.exec(line) ?? [];
        if (host === undefined) return;
        clearTimeout(timer);
        resolve({ host, port: Number(port) });
      });
    });
    return { address, stop };
  } catch (error) {
    await stop();
    throw error;
  }
}
