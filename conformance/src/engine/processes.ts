import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { createTcpAcceptor, createTcpConnector } from '@interlend/transport/tcp';
import { z } from 'zod';
import { HarnessError } from '../run/checks.js';
import { appCommand, endApp } from './app-process.js';
import type { Engine, RunningServer, ServerSettings } from './engine.js';
import { formatSettings } from './settings-file.js';

const readyWithinMs = 15_000;
const logLines = 200;

const Ready = z.looseObject({
  msg: z.literal('ready'),
  api: z.string(),
  listeners: z.array(z.object({ host: z.string(), port: z.int() })),
});

/** Peers as child processes of the run, on loopback and ports that the system gives. */
export const processEngine: Engine = {
  name: 'processes',
  // A connection that breaks shows in what does not come of it.
  acceptor: createTcpAcceptor({ onError: () => undefined }),
  connector: createTcpConnector(),
  startServer,
  close: async () => {},
};

async function startServer(settings: ServerSettings): Promise<RunningServer> {
  const command = appCommand('reference-server');
  const folder = mkdtempSync(join(tmpdir(), 'interlend-conformance-'));
  const config = join(folder, 'settings.yaml');
  const data = join(folder, 'server.sqlite');
  const place = { data, host: '127.0.0.1', api: { port: 0 }, ports: [], files: folder };
  for (const [name, content] of Object.entries(settings.files ?? {}))
    writeFileSync(join(folder, name), content);
  writeFileSync(config, formatSettings(settings, place));
  const child = spawn(process.execPath, [...command, '--config', config], {
    cwd: folder,
    stdio: ['ignore', 'pipe', 'pipe'],
    env: Object.fromEntries(Object.entries(process.env).filter(([name]) => !name.startsWith('INTERLEND_'))),
  });
  const log: string[] = [];
  const stop = async (): Promise<void> => {
    await endApp(child);
    rmSync(folder, { recursive: true, force: true });
  };
  try {
    const { api, listeners } = await ready(child, log);
    return { apiUrl: api, listeners, log, stop };
  } catch (error) {
    await stop();
    throw error;
  }
}

function ready(child: ChildProcess, log: string[]): Promise<z.output<typeof Ready>> {
  return new Promise((resolve, reject) => {
    const fail = (why: string): void =>
      reject(new HarnessError([`reference server: ${why}`, ...log].join('\n')));
    const timer = setTimeout(() => fail(`not ready within ${readyWithinMs} ms`), readyWithinMs);
    child.once('error', (error) => fail(error.message));
    child.once('exit', (code) => fail(`ended with code ${code ?? 'none'} before it was ready`));
    const hear = (line: string): void => {
      log.push(line);
      if (log.length > logLines) log.shift();
      const said = Ready.safeParse(parseLine(line));
      if (!said.success) return;
      clearTimeout(timer);
      resolve(said.data);
    };
    if (child.stdout) createInterface(child.stdout).on('line', hear);
    if (child.stderr) createInterface(child.stderr).on('line', (line) => log.push(line));
  });
}

function parseLine(line: string): unknown {
  try {
    return JSON.parse(line);
  } catch {
    return undefined;
  }
}
