import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { freePort } from '@interlend/testing';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { RunningServer } from '../engine/engine.js';
import { processEngine } from '../engine/processes.js';
import { runAction } from './composite-action.test-support.js';

const host = '127.0.0.1';
let folder = '';
const servers: RunningServer[] = [];

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'interlend-workspace-'));
});

afterEach(async () => {
  for (const server of servers.splice(0)) await server.stop();
  rmSync(folder, { recursive: true, force: true });
});

/** A reference server that takes the action for its partner. */
async function partner(profile: string): Promise<Readonly<Record<string, string>>> {
  const port = await freePort();
  const carrier = { protocol: 'iso-ill', transport: '1611' };
  const server = await processEngine.startServer({
    listeners: [carrier],
    libraries: [{ symbol: 'TEST:PARTNER', name: 'Partner Library' }],
    peers: [{ ...carrier, symbol: 'TEST:OWN', profile, address: { host, port } }],
  });
  servers.push(server);
  return {
    system: 'ill-sbn',
    target: `tcp://${host}:${server.listeners[0]?.port}`,
    listen: `${host}:${port}`,
    desk: server.apiUrl,
    own: 'TEST:OWN',
    partner: 'TEST:PARTNER',
    only: 'borrows-utf-8,lends-unfilled',
    reports: join(folder, 'the reports'),
  };
}

// The command is built if it is not.
describe('the steps of action.yml', { timeout: 300_000 }, () => {
  it('find a partner conformant, and leave reports, outputs and a summary', async () => {
    const inputs = await partner('alma');
    const { exitCode, outputs, summary, log } = await runAction(inputs, folder);
    expect([exitCode, log]).toEqual([0, expect.stringContaining('2 pass; conformant')]);
    expect(outputs).toEqual({ outcome: 'conformant', reports: inputs['reports'] });
    expect(summary).toMatch(/^### Interlend verify: conformant\n```text\n[\s\S]*2 pass; conformant\n```\n$/);
    const read = (name: string) => readFileSync(join(inputs['reports'] ?? '', name), 'utf8');
    expect(JSON.parse(read('verify.json'))).toMatchObject({ outcome: 'conformant' });
    expect(read('verify.xml')).toContain('failures="0"');
    expect(read('verify.html')).toContain('<!doctype html>');
  });

  it('fail for a partner with a faulty profile, and name the requirement', async () => {
    const { exitCode, outputs, summary } = await runAction(await partner('aleph'), folder);
    expect(exitCode).toBe(1);
    expect(outputs['outcome']).toBe('not conformant');
    expect(summary).toContain('not conformant: requirement iso-ill utf-8 (MUST) is not met');
  });

  it('say that they could not run where nobody is', async () => {
    const target = `${host}:${await freePort()}`;
    const { exitCode, outputs, log } = await runAction({ system: 'vdx', target }, folder);
    expect(exitCode).toBe(2);
    expect(outputs['outcome']).toBe('could not run');
    expect(log).toContain('the partner is not reached');
  });

  it('take what an input says as text, never as a command', async () => {
    const trick = `x; touch "${join(folder, 'tricked')}"; $(touch "${join(folder, 'tricked')}")`;
    const { exitCode } = await runAction({ system: trick, target: 'x:1', own: trick }, folder);
    expect(exitCode).not.toBe(0);
    expect(() => readFileSync(join(folder, 'tricked'))).toThrow('ENOENT');
  });
});
