import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterEach, beforeEach, expect, it } from 'vitest';

const sources = join(import.meta.dirname, '..', '..', '..', 'scripts', 'sources.js');
let folder = '';

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'interlend-demo-test-'));
});

afterEach(() => {
  rmSync(folder, { recursive: true, force: true });
});

it('runs a program after the loan, and ends as that does', () => {
  const program = join(folder, 'next.js');
  writeFileSync(program, "console.log('after the loan'); process.exitCode = 3;");
  const { status, stdout } = spawnSync(
    process.execPath,
    [
      '--conditions=@interlend/source',
      `--import=${pathToFileURL(sources).href}`,
      join(import.meta.dirname, 'demo.ts'),
      '--once',
      '--next',
      program,
    ],
    { encoding: 'utf8' },
  );
  expect(stdout).toMatch(/Both sides agree[\s\S]*\nafter the loan\n$/);
  expect(status).toBe(3);
});
