import { describe, expect, it } from 'vitest';
import { type Finding, judge, median, quantile } from './measurement.js';
import { formatPage, formatTable } from './report.js';
import type { Target } from './targets.js';

const targets: Readonly<Record<string, Target>> = {
  pace: { of: 'value', atLeast: 400, text: 'at least 400' },
  beside: { of: 'ratio', atMost: 2, text: 'at most 2 ×' },
};
const beside: Finding = { name: 'beside', value: 9000, unit: 'ns', baseline: 5000, ratio: 1.8 };

describe('judging', () => {
  it.each([
    [{ name: 'pace', value: 400, unit: '/s' }, true],
    [{ name: 'pace', value: 399, unit: '/s' }, false],
    [beside, true],
    [{ ...beside, ratio: 2.01 }, false],
    [{ name: 'beside', value: 9000, unit: 'ns' }, null],
    [{ name: 'no target', value: 1, unit: 's' }, null],
  ])('%o is reached: %s', (finding, ok) => {
    expect(judge(finding, targets).ok).toBe(ok);
  });

  it('keeps what is not known as null, for JSON', () => {
    expect(judge({ name: 'no target', value: 1, unit: 's' }, targets)).toEqual({
      name: 'no target',
      value: 1,
      unit: 's',
      baseline: null,
      ratio: null,
      target: null,
      ok: null,
    });
  });
});

describe('the median', () => {
  it('is the middle value, or the mean of the middle two', () => {
    expect(median([9, 1, 5])).toBe(5);
    expect(median([4, 1, 3, 2])).toBe(2.5);
  });

  it('is a quantile, and there is none of nothing', () => {
    expect(quantile([1, 2, 3, 4, 5], 0.25)).toBe(2);
    expect(() => median([])).toThrow(RangeError);
  });
});

describe('the report', () => {
  const machine = {
    processor: 'Example 9000',
    cores: 2,
    memoryGib: 8,
    system: 'linux x64',
    node: '24.0.0',
    date: '2026-01-31',
  };

  it('shows figures with the digits that count', () => {
    const rows = [1_234_567, 2048.4, 12.34, 1.234, 0.5, 40].map((value) =>
      judge({ name: 'x', value, unit: 'ns' }, {}),
    );
    const figures = formatTable(rows)
      .split('\n')
      .slice(2)
      .map((row) => row.split(' | ')[1]);
    expect(figures).toEqual(['1 234 567 ns', '2 048 ns', '12.3 ns', '1.23 ns', '0.50 ns', '40 ns']);
  });

  it('says what was reached, what was not, and what could not be compared', () => {
    const rows = [beside, { ...beside, ratio: 3 }, { name: 'beside', value: 1, unit: 'ns' }];
    const reached = formatTable(rows.map((finding) => judge(finding, targets)))
      .split('\n')
      .slice(2)
      .map((row) => row.split(' | ').at(-1));
    expect(reached).toEqual(['yes |', '**no** |', '– |']);
  });

  it('names the machine, the method and the notes', () => {
    const measurements = [judge({ ...beside, note: '661 octets' }, targets)];
    const page = formatPage([{ title: 'Codec', method: 'In turn.', measurements }], machine);
    for (const part of [
      'Example 9000',
      '24.0.0',
      '2026-01-31',
      '## Codec',
      'In turn.',
      '- beside: 661 octets.',
    ]) {
      expect(page).toContain(part);
    }
  });
});
