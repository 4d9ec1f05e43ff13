import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { median } from '../measurement.js';
import { root } from '../workspace.js';

const program = join(root, 'apps', 'reference-server', 'dist', 'main.js');
const starts = 5;
const idleMs = 2000;

/** The time a server takes to be ready, and its memory when nothing happens. */
export interface StartUp {
  readonly readyMs: number;
  /** Only where the system tells. */
  readonly residentOctets: number | undefined;
}

/** Starts the server as its users do, a few times, and looks at the last one for a while. */
export async function measureStartUp(folder: string): Promise<StartUp> {
  const config = join(folder, 'settings.yaml');
  writeFileSync(
    config,
    `data: ${JSON.stringify(join(folder, 'start-up.sqlite'))}
api: { port: 0 }
libraries: [{ symbol: 'BENCH:ONE', name: One }]
listeners: [{ protocol: iso-ill, transport: '1611', port: 0 }]
`,
  );
  const times: number[] = [];
  let residentOctets: number | undefined;
  // The first start makes the data file and fills the compile cache.
  for (let count = 0; count <= starts; count++) {
    const begin = performance.now();
    const child = spawn(process.execPath, [program, '--config', config], {
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    const ended = once(child, 'exit');
    await ready(child);
    if (count > 0) times.push(performance.now() - begin);
    if (count === starts) {
      await pause(idleMs);
      residentOctets = residentOf(child);
    }
    child.kill('SIGTERM');
    await ended;
  }
  return { readyMs: median(times), residentOctets };
}

/** Resolves when the server logs that it is ready. */
async function ready(child: ChildProcess): Promise<void> {
  let log = '';
  for await (const [chunk] of eventsOf(child)) {
    log += String(chunk);
    if (/"msg":"ready"/.test(log)) return;
  }
  throw new Error('the server ended before it was ready');
}

async function* eventsOf({ stdout }: ChildProcess): AsyncGenerator<readonly unknown[]> {
  if (!stdout) return;
  for await (const chunk of stdout) yield [chunk];
}

/** Resident memory of a process, as Linux counts it. */
function residentOf({ pid }: ChildProcess): number | undefined {
  if (process.platform !== 'linux') return undefined;
  const kib = /^VmRSS:\s+(\d+) kB$/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1];
  return Number(kib) * 1024;
}
