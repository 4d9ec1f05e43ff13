import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { rootFolder, sabotagePage } from '../folders.js';
import { type Fault, sabotaged } from './fault.js';
import { faults } from './faults.js';
import { tryFault } from './trial.js';
import { openWorkbench, type Workbench } from './workbench.js';

const read = (file: string): string => readFileSync(join(rootFolder, file), 'utf8');

describe('a trial', () => {
  const runsWithinMs = 240_000;
  let workbench: Workbench | undefined;
  const benchOf = (): Workbench => {
    if (!workbench) throw new Error('no workbench');
    return workbench;
  };
  const harmless: Fault = {
    id: 'codec/none',
    does: 'nothing is wrong',
    file: 'packages/iso-ill/src/correlate.ts',
    find: "isOpening: message.apdu === 'ILL-Request',",
    put: "isOpening: 'ILL-Request' === message.apdu,",
    names: '',
  };
  const never = new AbortController().signal;

  beforeAll(async () => {
    workbench = await openWorkbench();
  }, runsWithinMs);

  afterAll(() => workbench?.remove());

  it(
    'leaves green what is no mistake',
    async () => {
      expect(await tryFault(benchOf(), harmless, never)).toMatchObject({ verdict: 'green' });
    },
    runsWithinMs,
  );

  it(
    'is red where the message points at the mistake, blurred where it does not, and puts the file back',
    async () => {
      const mistake: Fault = {
        id: 'mapping/reason',
        does: 'a reason is lost',
        file: 'packages/iso-ill/src/mapping/to-event.ts',
        find: 'reason: results?.reasonUnfilled,',
        put: 'reason: undefined,',
        names: 'reason',
      };
      const before = readFileSync(join(benchOf().folder, mistake.file), 'utf8');
      const red = await tryFault(benchOf(), mistake, never);
      expect(red).toMatchObject({ verdict: 'red', finding: { check: 'guard/turn-3' } });
      const blurred = await tryFault(benchOf(), { ...mistake, names: 'a word that is not there' }, never);
      expect(blurred.verdict).toBe('blurred');
      expect(readFileSync(join(benchOf().folder, mistake.file), 'utf8')).toBe(before);
      expect(read(mistake.file)).toBe(before);
    },
    runsWithinMs,
  );

  it('ends at once when it is told to, with the file put back', async () => {
    const stopped = AbortSignal.abort();
    const before = readFileSync(join(benchOf().folder, harmless.file), 'utf8');
    await expect(tryFault(benchOf(), harmless, stopped)).rejects.toThrow('aborted');
    expect(readFileSync(join(benchOf().folder, harmless.file), 'utf8')).toBe(before);
  });
});

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
