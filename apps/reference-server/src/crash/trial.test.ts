import { afterEach, beforeEach, expect, test } from 'vitest';
import { defaultRegistry } from '../protocols.js';
import { createRegistry } from '../registry.js';
import { temporaryFolder, toyRegistry } from '../test-server.test-support.js';
import { sourceServer } from './source-server.test-support.js';
import { runTrial, type TrialReport } from './trial.js';

let folder: ReturnType<typeof temporaryFolder>;
beforeEach(() => {
  folder = temporaryFolder();
});
afterEach(() => folder.remove());

const registry = createRegistry([...defaultRegistry.values(), ...toyRegistry.values()]);

function trial(
  server: string,
  protocol: string,
  transport: string,
  rounds: number,
  patienceMs: number,
): Promise<TrialReport> {
  return runTrial({
    registry,
    protocol,
    transport,
    server: sourceServer(server),
    folder: folder.path,
    rounds,
    parallel: 8,
    random: Math.random,
    patienceMs,
    progress: () => undefined,
  });
}

test.each([
  ['toy', 'push'],
  ['toy', 'talk'],
  ['email', 'smtp'],
])(
  'a server killed under load loses nothing it acknowledged and does nothing twice: %s by %s',
  async (protocol, transport) => {
    const report = await trial('./toy-server.test-support.ts', protocol, transport, 5, 20_000);
    expect(report).toMatchObject({ rounds: 5, lost: 0, withoutEffect: 0, doubled: 0, unanswered: 0 });
    expect(report.acknowledged).toBeGreaterThan(10);
  },
  60_000,
);

test.each([
  ['toy', 'push'],
  ['email', 'smtp'],
])(
  'a server that acknowledges too early is found out: %s by %s',
  async (protocol, transport) => {
    const report = await trial('./hasty-server.test-support.ts', protocol, transport, 3, 100);
    expect(report.lost).toBeGreaterThan(0);
  },
  60_000,
);
