import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { ReplyCodes } from './reply-codes.js';

const absence = (path: string) => (existsSync(path) ? '' : ' (skipped: ../shared is absent)');
const published = join(import.meta.dirname, '../../../../../shared/reference/artemail/reply-codes.csv');
describe('the table of reply codes', () => {
  it.runIf(existsSync(published))(`has every published code${absence(published)}`, () => {
    const rows = readFileSync(published, 'utf8')
      .split('\n')
      .filter((line) => line !== '' && !line.startsWith('#'))
      .slice(1);
    const templates = rows.map((row) => (row.split(',')[0] ?? '').replace(/\s*\[.*\]$/, ''));
    expect(templates).toHaveLength(21);
    const documented = ReplyCodes.filter(({ evidence }) => evidence === 'documented').map(
      ({ code }): string => code,
    );
    expect([...documented].sort()).toEqual([...templates].sort());
  });
});
