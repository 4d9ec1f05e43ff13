import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { listenForMail } from '@interlend/mail/smtp';
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

  it('verify a library system with values of its own and by its profile, and fail for another one', async () => {
    const [port, [own, theirs]] = [await freePort(), ['ZFL-TEST', 'DE-605']];
    const carrier = { protocol: 'slnp', transport: 'tcp' };
    const server = await processEngine.startServer({
      listeners: [carrier],
      libraries: [{ symbol: theirs, name: 'Partner Library' }],
      peers: [{ ...carrier, symbol: own, profile: 'koha', isHub: true, address: { host, port } }],
      patrons: [{ identifier: '990011', givenName: 'Erika', familyName: 'Beispiel' }],
    });
    servers.push(server);
    const inputs = {
      ...{ system: 'slnp', role: 'borrower', own, partner: theirs, desk: server.apiUrl },
      target: `tcp://${host}:${server.listeners[0]?.port}`,
      listen: `${host}:${port}`,
      values: 'reader=990011\nrecord=HT1\n',
      reports: join(folder, 'reports'),
    };
    const green = await runAction({ ...inputs, only: 'lends-loan', profile: 'koha' }, folder);
    expect([green.exitCode, green.log]).toEqual([0, expect.stringContaining('1 pass; conformant')]);
    const red = await runAction({ ...inputs, only: 'lends-repeats-order' }, folder);
    expect(red.exitCode).toBe(1);
    expect(red.summary).toContain('requirement slnp repeated-order (MAY) is not met');
  });

  it('write to the British Library over SMTP, with a password that no argument, report or log shows', async () => {
    const taken: string[] = [];
    const office = await listenForMail({ host, port: 0 }, { isRecipient: () => true }, async ({ raw }) => {
      taken.push(Buffer.from(raw).toString('latin1'));
    });
    try {
      const inputs = {
        ...{ system: 'british-library', role: 'lender', only: 'unfilled-cost' },
        target: `smtp://${host}:${office.address.port}`,
        listen: `smtp://${host}:${await freePort()}`,
        values: 'account=98-7654',
        reports: join(folder, 'reports'),
      };
      const without = await runAction(inputs, folder);
      expect([without.exitCode, without.log]).toEqual([
        64,
        expect.stringContaining('INTERLEND_ACCOUNT_PASSWORD'),
      ]);
      const { exitCode, log, summary } = await runAction(
        { ...inputs, 'account-password': 'HUSH123' },
        folder,
      );
      expect(exitCode).toBe(1);
      expect(taken.join('')).toContain('98-7654\r\nHUSH123\r\n');
      const reports = ['json', 'xml', 'html'].map((form) =>
        readFileSync(join(folder, 'reports', `verify.${form}`), 'utf8'),
      );
      expect([log, summary, ...reports].join('')).not.toContain('HUSH123');
    } finally {
      await office.close();
    }
  });

  it('take what an input says as text, never as a command', async () => {
    const trick = `x; touch "${join(folder, 'tricked')}"; $(touch "${join(folder, 'tricked')}")`;
    const { exitCode } = await runAction({ system: trick, target: 'x:1', own: trick }, folder);
    expect(exitCode).not.toBe(0);
    expect(() => readFileSync(join(folder, 'tricked'))).toThrow('ENOENT');
  });
});
