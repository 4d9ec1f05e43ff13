import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { rootFolder, sabotagePage } from '../folders.js';
import { sabotaged } from './fault.js';
import { faults } from './faults.js';

const read = (file: string): string => readFileSync(join(rootFolder, file), 'utf8');

describe('the faults', () => {
  it.each(faults.map((fault) => [fault.id, fault] as const))(
    '%s finds its place in the sources',
    (_, fault) => {
      const text = read(fault.file);
      expect(sabotaged(text, fault)).not.toBe(text);
    },
  );

  it('complain when the sources have moved on, or when the place is not the only one', () => {
    const fault = { id: 'a/b', does: '', file: 'x.ts', find: 'one', put: 'two', names: '' };
    expect(() => sabotaged('none of it', { ...fault, find: 'three' })).toThrow('found it 0 times');
    expect(() => sabotaged('one and one', fault)).toThrow('found it 2 times');
    expect(sabotaged('just one', fault)).toBe('just two');
  });

  it('are all on the page, in their order, and all red', () => {
    const rows = [...readFileSync(sabotagePage, 'utf8').matchAll(/^\| `([^`]+)` \| .+? \| (\S+) \|/gm)];
    expect(rows.map(([, id, verdict]) => [id, verdict])).toEqual(faults.map(({ id }) => [id, 'red']));
  });
});
