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
