import { afterEach, beforeEach, expect, test } from 'vitest';
import { defaultRegistry } from '../protocols.js';
import { temporaryFolder } from '../test-server.test-support.js';
import { isFaultless, type MirrorReport, startAlmaCompany } from './alma-company.js';
import { sourceServer } from './source-server.test-support.js';
import { runTrial } from './trial.js';

let folder: ReturnType<typeof temporaryFolder>;
beforeEach(() => {
  folder = temporaryFolder();
});
afterEach(() => folder.remove());

/** Alma's answers are slow here: nearly every crash comes between an effect and its answer. */
async function trial(server: string, rounds: number): Promise<MirrorReport> {
  const alma = await startAlmaCompany(folder.path, Math.random, 150);
  try {
    await runTrial({
      registry: defaultRegistry,
      protocol: 'iso-ill',
      transport: '1611',
      server: sourceServer(server),
      folder: folder.path,
      rounds,
      parallel: 2,
      random: Math.random,
      patienceMs: 20_000,
      progress: () => undefined,
      company: alma,
    });
    return await alma.count();
  } finally {
    await alma.close();
  }
}

test('a server killed between an effect in Alma and its answer loses nothing there and does nothing twice', async () => {
  const report = await trial('../main.ts', 2);
  expect(report).toMatchObject({
    forgotten: 0,
    lender: { lost: 0, doubled: 0 },
    borrower: { lost: 0, doubled: 0 },
  });
  expect(report.lender.inAlma).toBeGreaterThan(1);
  expect(isFaultless(report)).toBe(true);
}, 180_000);

test('a server that forgets what it has begun is found out', async () => {
  const report = await trial('./forgetful-server.test-support.ts', 1);
  expect(report.lender.doubled).toBeGreaterThan(0);
  expect(isFaultless(report)).toBe(false);
}, 180_000);
