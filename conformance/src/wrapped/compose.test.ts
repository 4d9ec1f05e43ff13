import { execFile } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterEach, beforeAll, describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { opensWithinMs, runsWithinMs, whySkipped } from '../engine/containers/containers.test-support.js';
import { packageFolder, rootFolder } from '../folders.js';

const execute = promisify(execFile);

/** The two forms in which compose is installed. */
const forms = [['docker', 'compose'], ['docker-compose']] as const;

async function findCompose(): Promise<readonly string[] | undefined> {
  for (const [program = '', ...rest] of forms) {
    try {
      await execute(program, [...rest, 'version']);
      return [program, ...rest];
    } catch {
      // The other one, or none.
    }
  }
  return undefined;
}

const compose = await findCompose();
const isWanted = process.env['CONFORMANCE_ENGINE'] === 'containers';
const why = (await whySkipped()) ?? (compose || isWanted ? undefined : 'no compose is installed');

async function deployed(app: string): Promise<string> {
  const script = join(rootFolder, 'scripts', 'deploy-app.js');
  return (await execute(process.execPath, [script, app], { cwd: rootFolder })).stdout.trim();
}

it('passes secrets by environment, and never in the command', () => {
  const file: {
    readonly services: {
      readonly verify: { readonly command: string; readonly environment: Readonly<Record<string, string>> };
    };
  } = parse(readFileSync(join(packageFolder, 'verify.compose.yaml'), 'utf8'));
  const { command, environment } = file.services.verify;
  for (const name of ['INTERLEND_ACCOUNT_PASSWORD', 'INTERLEND_KEY_PASSPHRASE']) {
    expect(environment[name]).toBe(`\${${name}:-}`);
    expect(command).not.toContain(name);
  }
  expect(command).toContain('INTERLEND_OPTIONS:-');
});

describe.skipIf(why !== undefined)('the rehearsal of verify.compose.yaml', () => {
  const project = `interlend-rehearsal-${process.pid}`;
  const settings = readFileSync(join(packageFolder, 'peers', 'verify', 'rehearsal-partner.yaml'), 'utf8');
  let contexts = { cli: '', server: '' };
  let folder = '';

  /** Runs compose on the file, and says how that ended. */
  async function run(more: readonly string[], variables: Readonly<Record<string, string>>) {
    const [program = '', ...rest] = compose ?? ['docker', 'compose'];
    const file = join(packageFolder, 'verify.compose.yaml');
    const args = ['--project-name', project, '--file', file, '--profile', 'rehearsal', ...more];
    const env = {
      ...process.env,
      INTERLEND_CLI_CONTEXT: contexts.cli,
      INTERLEND_SERVER_CONTEXT: contexts.server,
      INTERLEND_DESK_TOKEN: 'the-token-of-the-desk-in-this-rehearsal',
      INTERLEND_USER: `${process.getuid?.() ?? 0}:${process.getgid?.() ?? 0}`,
      INTERLEND_REPORTS: folder,
      ...variables,
    };
    return await execute(program, [...rest, ...args], { env, maxBuffer: 2 ** 24 }).then(
      ({ stdout }) => ({ code: 0, said: stdout }),
      (error: { readonly code?: number; readonly stdout?: string; readonly stderr?: string }) => ({
        code: error.code ?? -1,
        said: `${error.stdout ?? ''}${error.stderr ?? ''}`,
      }),
    );
  }

  const rehearse = async (profile: string) => {
    folder = mkdtempSync(join(tmpdir(), 'interlend-rehearsal-'));
    const partner = join(folder, 'partner.yaml');
    writeFileSync(partner, settings.replace('profile: alma', `profile: ${profile}`), { mode: 0o644 });
    return await run(['up', '--abort-on-container-exit', '--exit-code-from', 'rehearsal', 'rehearsal'], {
      INTERLEND_PARTNER_SETTINGS: partner,
      INTERLEND_SYSTEM: 'ill-sbn',
      INTERLEND_OPTIONS: '--only=borrows-utf-8,lends-unfilled',
    });
  };

  beforeAll(async () => {
    contexts = { cli: await deployed('cli'), server: await deployed('reference-server') };
    expect(await run(['build', 'rehearsal', 'partner'], {})).toMatchObject({ code: 0 });
  }, opensWithinMs);

  afterEach(async () => {
    await run(['down', '--volumes', '--timeout', '1'], {});
    rmSync(folder, { recursive: true, force: true });
  }, runsWithinMs);

  it(
    'finds a reference server conformant, with exit code 0 and reports outside',
    async () => {
      const { code, said } = await rehearse('alma');
      expect([code, said]).toEqual([0, expect.stringContaining('2 pass; conformant')]);
      const report = JSON.parse(readFileSync(join(folder, 'verify.json'), 'utf8'));
      expect(report).toMatchObject({ system: 'ill-sbn', outcome: 'conformant' });
      expect(readFileSync(join(folder, 'verify.xml'), 'utf8')).toContain('failures="0"');
      expect(readFileSync(join(folder, 'verify.html'), 'utf8')).toContain('<!doctype html>');
    },
    runsWithinMs,
  );

  it(
    'fails with exit code 1 for one with a faulty profile, and names the requirement',
    async () => {
      const { code, said } = await rehearse('aleph');
      expect(code).toBe(1);
      expect(said).toContain('requirement iso-ill utf-8 (MUST) is not met');
    },
    runsWithinMs,
  );
});
