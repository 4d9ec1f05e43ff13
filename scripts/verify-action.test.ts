import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { parse } from 'yaml';

const root = join(import.meta.dirname, '..');
const script = join(root, 'scripts', 'verify-action.sh');
const action: {
  readonly inputs: Readonly<Record<string, unknown>>;
  readonly runs: { readonly steps: readonly { readonly env?: Readonly<Record<string, string>> }[] };
} = parse(readFileSync(join(root, 'action.yml'), 'utf8'));

it('passes every input of the action to its script, and no other', () => {
  const variables = Object.assign({}, ...action.runs.steps.map(({ env }) => env ?? {}));
  const expected = Object.keys(action.inputs).map((name): [string, string] => [
    `INTERLEND_${name.toUpperCase().replaceAll('-', '_')}`,
    `\${{ inputs.${name} }}`,
  ]);
  expect(variables).toEqual(Object.fromEntries(expected));
});

it('never puts an input into the text of a step', () => {
  for (const step of action.runs.steps) expect(JSON.stringify({ ...step, env: {} })).not.toContain('inputs.');
});

it('is a script that bash can read', () => {
  expect(execFileSync('bash', ['-n', script], { encoding: 'utf8' })).toBe('');
});

it('passes each line of values as an argument, and no secret', () => {
  const script = [
    'node() { printf "%s\\n" "$@"; }',
    'mkdir() { :; }',
    'tee() { cat; }',
    `source "${join(root, 'scripts', 'verify-action.sh')}"`,
  ].join('\n');
  const said = execFileSync('bash', ['-c', script, 'verify-action'], {
    encoding: 'utf8',
    env: {
      PATH: process.env['PATH'],
      INTERLEND_SYSTEM: 'british-library',
      INTERLEND_TARGET: 'smtp+starttls://mail.example:25',
      INTERLEND_LISTEN: 'smtp://0.0.0.0:2525',
      INTERLEND_PROFILE: 'koha',
      INTERLEND_VALUES: '  account=98-7654  \r\n\n reader=$(id) "x"',
      INTERLEND_ACCOUNT_PASSWORD: 'HUSH123',
      INTERLEND_KEY_PASSPHRASE: 'HUSH456',
      INTERLEND_DESK_TOKEN: 'HUSH789',
    },
  });
  const lines = said.split('\n');
  expect(lines.filter((line) => line.startsWith('--value'))).toEqual([
    '--value=account=98-7654',
    '--value=reader=$(id) "x"',
  ]);
  expect(lines).toEqual(
    expect.arrayContaining([
      '--target=smtp+starttls://mail.example:25',
      '--listen=smtp://0.0.0.0:2525',
      '--profile=koha',
    ]),
  );
  expect(said).not.toContain('HUSH');
});
