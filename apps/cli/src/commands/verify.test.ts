import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { freePort } from '@interlend/testing';
import { afterAll, afterEach, describe, expect, it } from 'vitest';
import { type RunningPartner, startReferencePartner } from '../reference-partner.test-support.js';
import { runHere } from '../run.test-support.js';

const folder = mkdtempSync(join(tmpdir(), 'interlend-verify-'));
afterAll(() => {
  rmSync(folder, { recursive: true });
});

const partners: RunningPartner[] = [];
afterEach(async () => {
  for (const running of partners.splice(0)) await running.stop();
});

/** A partner over ISO ILL whose peer is set to a profile. */
async function partner(profile: string, tokens: readonly string[] = []): Promise<readonly string[]> {
  const running = await startReferencePartner('TEST:PARTNER', 'TEST:OWN', { peer: { profile }, tokens });
  partners.push(running);
  return running.options;
}

const files = (name: string) => ({
  json: join(folder, name, 'report.json'),
  junit: join(folder, name, 'report.xml'),
  html: join(folder, name, 'report.html'),
});
const asking = (paths: Readonly<Record<string, string>>) =>
  Object.entries(paths).flatMap(([form, path]) => [`--${form}`, path]);

describe('interlend verify', { timeout: 60_000 }, () => {
  it('finds a partner conformant, and says so in every form', async () => {
    const paths = files('good');
    const outcome = await runHere([
      'verify',
      '--system',
      'ill-sbn',
      ...(await partner('alma')),
      ...asking(paths),
    ]);
    expect(outcome.stdout.toString()).toMatch(/23 pass; conformant\n$/);
    expect(outcome.exitCode).toBe(0);
    expect(outcome.stderr).toContain('23/23  iso-ill/ill-sbn/');
    const report = JSON.parse(readFileSync(paths.json, 'utf8'));
    expect(report).toMatchObject({ system: 'ill-sbn', outcome: 'conformant', complaints: [] });
    expect(report.cases).toHaveLength(23);
    expect(readFileSync(paths.junit, 'utf8')).toContain('failures="0"');
    expect(readFileSync(paths.html, 'utf8')).toContain('iso-ill/ill-sbn/lends-loan');
  });

  it('names the requirement that a faulty profile breaks, with the wire', async () => {
    const paths = files('bad');
    const only = ['--role', 'borrower', '--only', 'borrows-utf-8,borrows-unfilled'];
    const outcome = await runHere([
      ...['verify', '--system', 'ill-sbn', ...only, ...(await partner('aleph')), ...asking(paths)],
    ]);
    expect(outcome.exitCode).toBe(1);
    const said = outcome.stdout.toString();
    expect(said).toContain('fail  iso-ill/ill-sbn/borrows-utf-8  guard/turn-1');
    expect(said).toContain('not conformant: requirement iso-ill utf-8 (MUST) is not met');
    expect(said).toMatch(/clause {4}ISO 10161-1 clause 9, ILL-Request/);
    expect(said).toMatch(/000000 {2}61 /);
    expect(JSON.parse(readFileSync(paths.json, 'utf8')).outcome).toBe('not conformant');
    expect(readFileSync(paths.junit, 'utf8')).toMatch(/<failure type="fail"/);
    expect(readFileSync(paths.html, 'utf8')).toContain('On the wire');
  });

  it('cannot run when nobody listens at the target, and writes no report', async () => {
    const paths = files('absent');
    const outcome = await runHere([
      ...['verify', '--system', 'vdx', '--target', `127.0.0.1:${await freePort()}`, ...asking(paths)],
    ]);
    expect(outcome.exitCode).toBe(2);
    expect(outcome.stderr).toContain('the partner is not reached');
    expect(existsSync(paths.json)).toBe(false);
  });

  it('blames itself, not the partner, for a token that its desk does not take', async () => {
    const all = await partner('alma', ['the-token-of-the-partners-own-desk']);
    const only = ['--role', 'lender', '--only', 'lends-unfilled'];
    const outcome = await runHere(['verify', '--system', 'vdx', ...only, ...all]);
    expect(outcome.exitCode).toBe(2);
    expect(outcome.stdout.toString()).toContain("the partner's desk cannot be worked");
    expect(outcome.stdout.toString()).toContain('401');
    expect(outcome.stdout.toString()).not.toContain('is not met');
  });

  it.each([
    ['a certificate that is none', ['--target', 'tls://x:1', '--ca', 'package.json'], '--ca is not usable'],
    ['a file that there is not', ['--target', 'tls://x:1', '--ca', 'absent.pem'], 'found absent.pem'],
    ['TLS in listening without a certificate', ['--target', 'x:1', '--listen', 'tls://x:1'], '--cert'],
    ['authorities for a plain connection', ['--target', 'x:1', '--ca', 'package.json'], 'TLS in --target'],
    [
      'mail to who speaks no mail',
      ['--target', 'smtp://x:1'],
      'tcp://HOST:PORT, tls://HOST:PORT for iso-ill',
    ],
    ['a value that there is not', ['--target', 'x:1', '--value', 'reader=1'], 'none for iso-ill'],
    ['a value without its name', ['--target', 'x:1', '--value', '4711'], 'NAME=VALUE'],
    ['a transport that there is not', ['--target', 'x:1', '--transport', '80'], 'expected 1611 or 499'],
  ])('refuses %s', async (_, more, words) => {
    const outcome = await runHere(['verify', '--system', 'vdx', ...more]);
    expect(outcome.exitCode).toBe(64);
    expect(outcome.stderr).toContain(words);
  });

  it('is not conformant when nobody is at the desk, and says what for', async () => {
    const all = await partner('alma');
    const withoutDesk = all.toSpliced(all.indexOf('--desk'), 2);
    const only = ['--role', 'lender', '--only', 'lends-loan'];
    const outcome = await runHere(['verify', '--system', 'vdx', ...only, ...withoutDesk]);
    expect(outcome.exitCode).toBe(1);
    expect(outcome.stdout.toString()).toContain(
      "nobody at the partner's desk, who would have to ship the item",
    );
  });

  it('writes its report when it is interrupted, and calls the rest not tried', async () => {
    const paths = files('interrupted');
    const interruption = new AbortController();
    interruption.abort();
    const only = ['--only', 'lends-loan,lends-copy'];
    const outcome = await runHere(
      ['verify', '--system', 'vdx', ...only, ...(await partner('alma')), ...asking(paths)],
      '',
      interruption,
    );
    expect(outcome.exitCode).toBe(1);
    expect(outcome.stderr).toContain('the verification was interrupted before it began');
    expect(JSON.parse(readFileSync(paths.json, 'utf8')).cases).toMatchObject([
      { verdict: 'not tried' },
      { verdict: 'not tried' },
    ]);
  });

  it('lists what it would try', async () => {
    const outcome = await runHere(['verify', '--system', 'vdx', '--list']);
    expect(outcome.exitCode).toBe(0);
    expect(outcome.stdout.toString()).toContain('required  iso-ill/vdx/lends-loan  ');
    expect(outcome.stdout.toString()).toContain('not live  iso-ill/vdx/borrows-repeats-request  ');
  });

  it.each([
    ['a system that there is not', ['--system', 'orion', '--target', 'x:1'], 'expected one of vdx'],
    ['a conversation that there is not', ['--system', 'vdx', '--only', 'sings', '--list'], 'lends-loan'],
    ['a target that is none', ['--system', 'vdx', '--target', 'x'], 'HOST:PORT'],
    ['no target', ['--system', 'vdx'], '--target'],
    [
      'two at the desk',
      ['--system', 'vdx', '--target', 'x:1', '--operator', '--desk', 'http://x'],
      'exclude',
    ],
  ])('refuses %s', async (_, more, words) => {
    const outcome = await runHere(['verify', ...more]);
    expect(outcome.exitCode).toBe(64);
    expect(outcome.stderr).toContain(words);
  });
});
