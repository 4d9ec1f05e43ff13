import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { enableCompileCache } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';

// What `npm start` runs: a loan between two servers, then a program, then both servers stay up.
//   --next FILE   run with this Node when the loan is complete; its exit code is the one of the demonstration
//   --once        ends instead of staying up
enableCompileCache();
const { demonstrate } = await import('./demonstration.js');
const { defaultRegistry } = await import('./protocols.js');
const { askedToEnd } = await import('./serve.js');

const print = (text: string): void => {
  process.stdout.write(`${text}\n`);
};

const { values: options } = parseArgs({
  options: { next: { type: 'string' }, once: { type: 'boolean' } },
});

/** Runs a program to its end, with the output of this one. Resolves to its exit code. */
function run(file: string): Promise<number> {
  const child = spawn(process.execPath, [file], { stdio: 'inherit' });
  // A terminal sends Ctrl-C to both; whoever ends only this process means the other one as well.
  const end = (): void => void child.kill();
  process.once('SIGTERM', end);
  return new Promise((resolve, reject) => {
    child.once('error', reject);
    child.once('close', (code) => {
      process.off('SIGTERM', end);
      resolve(code ?? 1);
    });
  });
}

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
    if (options.next !== undefined) {
      print('');
      process.exitCode = await run(options.next);
    }
    if (options.once !== true) {
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
