import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { AlmaError, AlmaLimiter, createAlmaClient } from '@interlend/alma';
import { afterEach, describe, expect, it } from 'vitest';
import { Behaviours, unknownStatuses } from './behaviours.js';
import { run } from './run.js';
import { type Simulator, startSimulator } from './simulator.js';

let alma: Simulator | undefined;
afterEach(async () => {
  await alma?.close();
  alma = undefined;
});

const free = { port: 0, ports: { 'iso-ill': 0 } };

describe('the simulator', () => {
  it('keeps a burst of 2000 calls over a real port within its limit, and loses none', async () => {
    alma = await startSimulator({ ...free, perSecond: 1000 });
    const client = createAlmaClient({
      server: alma.url,
      apiKey: 'simulator',
      limiter: new AlmaLimiter({ perSecond: 1000 }),
    });
    const pages = await Promise.all(Array.from({ length: 2000 }, () => client.partners.page()));
    expect(pages).toHaveLength(2000);
    expect(alma.double.calls.filter(({ status }) => status !== 200)).toEqual([]);
    expect(alma.double.calls).toHaveLength(2000);
    expect(client.remaining).toBe(98_000);
  }, 60_000);

  it('serves of a burst of 2000 calls what the day allows, and tells each of the others so', async () => {
    alma = await startSimulator({ ...free, perSecond: 1000, perDay: 1500 });
    const client = createAlmaClient({
      server: alma.url,
      apiKey: 'simulator',
      limiter: new AlmaLimiter({ perSecond: 1000, keepRemaining: 100 }),
    });
    const calls = await Promise.allSettled(Array.from({ length: 2000 }, () => client.partners.page()));
    const refused = calls.flatMap((call) => (call.status === 'rejected' ? [call.reason as unknown] : []));
    expect(calls.length - refused.length).toBe(1400);
    expect(refused.filter((error) => !(error instanceof AlmaError && error.code === 'daily-limit'))).toEqual(
      [],
    );
    expect(alma.double.calls.filter(({ status }) => status !== 200)).toEqual([]);
    // The next day the others are served.
    alma.clock.advance(86_400_000);
    await client.partners.page({ keepRemaining: 0 });
    const again = await Promise.all(refused.map(() => client.partners.page()));
    expect(again).toHaveLength(600);
  }, 60_000);

  it('refuses pages of browsers, input that it does not know, and time that goes back', async () => {
    alma = await startSimulator(free);
    const post = async (path: string, body: string, headers: Record<string, string> = {}) =>
      (await fetch(`${alma?.url}/staff/${path}`, { method: 'POST', body, headers })).status;
    expect(await post('clock', '{"days":1}', { origin: 'https://elsewhere.example' })).toBe(403);
    expect(await post('clock', '{"days":-1}')).toBe(400);
    expect(await post('clock', '{"weeks":1}')).toBe(400);
    expect(await post('clock', 'soon')).toBe(400);
    expect(await post('requests/1/actions/ship', '{}')).toBe(404);
  });

  it('marks every behaviour with how well it is founded, and gives no status that the client does not know', () => {
    expect(Behaviours.length).toBeGreaterThan(90);
    expect(new Set(Behaviours.map(({ behaviour }) => behaviour)).size).toBe(Behaviours.length);
    expect(unknownStatuses()).toEqual([]);
  });
});

describe('the command', () => {
  it('says where it listens, and ends when it is told', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'alma-simulator-'));
    const config = join(folder, 'alma.yaml');
    writeFileSync(config, 'port: 0\nports: { iso-ill: 0 }\n');
    const lines: string[] = [];
    try {
      const code = await run(
        ['--config', config],
        (text) => lines.push(text),
        () => Promise.resolve(),
      );
      expect(code).toBe(0);
      expect(lines.join('')).toMatch(
        /^REST and staff actions at http:\/\/127\.0\.0\.1:\d+; iso-ill 127\.0\.0\.1:\d+, slnp 127\.0\.0\.1:\d+, mail 127\.0\.0\.1:\d+\n$/,
      );
      writeFileSync(config, 'port: high\n');
      expect(
        await run(
          ['--config', config],
          (text) => lines.push(text),
          () => Promise.resolve(),
        ),
      ).toBe(78);
      expect(lines.at(-1)).toContain('port: ');
    } finally {
      rmSync(folder, { recursive: true, force: true });
    }
  });

  it.each([
    ['an option it does not know', ['--colour'], 64],
    ['a file that is not there', ['--config', '/nowhere/alma.yaml'], 78],
  ])('refuses %s', async (_, args, code) => {
    expect(
      await run(
        args,
        () => {},
        () => Promise.resolve(),
      ),
    ).toBe(code);
  });
});
