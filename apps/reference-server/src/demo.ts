import { mkdtempSync, rmSync } from 'node:fs';
import { enableCompileCache } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

// What `npm start` runs: a loan between two servers, then both stay up. `--once` ends after the loan.
enableCompileCache();
const { demonstrate } = await import('./demonstration.js');
const { defaultRegistry } = await import('./protocols.js');
const { askedToEnd } = await import('./serve.js');

const print = (text: string): void => {
  process.stdout.write(`${text}\n`);
};

const folder = mkdtempSync(join(tmpdir(), 'interlend-demo-'));
try {
  const { apiUrls, stop } = await demonstrate({
    registry: defaultRegistry,
    protocol: 'iso-ill',
    transport: '1611',
    folder,
    print,
  });
  try {
    if (!process.argv.includes('--once')) {
      print('');
      print('Both servers stay up until Ctrl-C. Their APIs:');
      for (const url of apiUrls) print(`  ${url}/transactions   ${url}/openapi.json   ${url}/support-matrix`);
      await askedToEnd();
    }
  } finally {
    await stop();
  }
} catch (error) {
  process.stderr.write(`${error instanceof Error ? error.stack : String(error)}\n`);
  process.exitCode = 1;
} finally {
  rmSync(folder, { recursive: true, force: true });
}
