import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { isFaultless, startAlmaCompany } from './crash/alma-company.js';
import { runTrial } from './crash/trial.js';
import { defaultRegistry } from './protocols.js';

// Kills a server under load: node dist/crash-run.js [--rounds 100] [--transport 1611|499] [--parallel 16] [--alma], or
// node dist/crash-run.js --protocol slnp --transport tcp, or --protocol email --transport smtp
// Prints what became of the acknowledged messages as JSON; exits 1 when one was lost or had its effect twice. With --alma
// the server is wired to an Alma, and what became of its loans there counts as well.
const { values } = parseArgs({
  options: {
    rounds: { type: 'string', default: '100' },
    protocol: { type: 'string', default: 'iso-ill' },
    transport: { type: 'string', default: '1611' },
    parallel: { type: 'string', default: '16' },
    alma: { type: 'boolean', default: false },
  },
});
const folder = mkdtempSync(join(tmpdir(), 'interlend-crash-'));
const alma = values.alma ? await startAlmaCompany(folder, Math.random) : undefined;
try {
  const report = await runTrial({
    registry: defaultRegistry,
    protocol: values.protocol,
    transport: values.transport,
    server: [process.execPath, fileURLToPath(new URL('./main.js', import.meta.url))],
    folder,
    rounds: Number(values.rounds),
    parallel: Number(values.parallel),
    random: Math.random,
    patienceMs: 20_000,
    ...(alma && { company: alma }),
    progress: (line) => process.stderr.write(`${line}\n`),
  });
  const mirror = await alma?.count();
  process.stdout.write(`${JSON.stringify({ ...report, ...(mirror && { alma: mirror }) }, undefined, 2)}\n`);
  const { lost, doubled, withoutEffect, unanswered } = report;
  const isMirrored = !mirror || isFaultless(mirror);
  process.exitCode = lost + doubled + withoutEffect + unanswered === 0 && isMirrored ? 0 : 1;
} finally {
  await alma?.close();
  rmSync(folder, { recursive: true, force: true });
}
