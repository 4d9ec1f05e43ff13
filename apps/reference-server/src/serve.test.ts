import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { serve } from './serve.js';
import { temporaryFolder, toyRegistry } from './test-server.test-support.js';

let folder: ReturnType<typeof temporaryFolder>;
let complaint = '';
beforeEach(() => {
  folder = temporaryFolder();
  complaint = '';
  vi.spyOn(process.stderr, 'write').mockImplementation((text) => {
    complaint += String(text);
    return true;
  });
});
afterEach(() => {
  vi.restoreAllMocks();
  folder.remove();
});

const run = (text: string, ...args: string[]) => {
  const file = join(folder.path, 'settings.yaml');
  writeFileSync(file, text);
  return serve(['--config', file, ...args], {}, toyRegistry);
};

test('says every mistake of the settings and ends with its code', async () => {
  expect(await run('libraries: []\napi: { port: x }\n')).toBe(78);
  expect(complaint).toContain('libraries: expected at least one library');
  expect(complaint).toContain('api.port: expected a port number');
});

test('says how it is used', async () => {
  expect(await serve([], {}, toyRegistry)).toBe(64);
  expect(complaint).toContain('--config FILE');
  expect(await serve(['--confg', 'x'], {}, toyRegistry)).toBe(64);
});

test('names a settings file that is not there', async () => {
  expect(await serve(['--config', join(folder.path, 'nope.yaml')], {}, toyRegistry)).toBe(78);
  expect(complaint).toContain('nope.yaml cannot be read');
});

test('ends in order when it is asked to', async () => {
  const data = JSON.stringify(join(folder.path, 'loans.sqlite'));
  const running = run(
    `data: ${data}\napi: { port: 0 }\nlog: { level: silent }\nlibraries: [{ symbol: A:B, name: x }]\n`,
  );
  const asked = setInterval(() => process.emit('SIGTERM', 'SIGTERM'), 20);
  expect(await running).toBe(0);
  clearInterval(asked);
});

test('says why it cannot start', async () => {
  const listeners = 'listeners: [{ protocol: toy, transport: push, port: 9, host: 203.0.113.9 }]';
  const data = JSON.stringify(join(folder.path, 'loans.sqlite'));
  expect(
    await run(
      `data: ${data}\napi: { port: 0 }\nlog: { level: silent }\nlibraries: [{ symbol: A:B, name: x }]\n${listeners}\n`,
    ),
  ).toBe(70);
  expect(complaint).toContain('203.0.113.9');
});
