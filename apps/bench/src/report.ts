import type { Machine } from './machine.js';
import type { Measurement } from './measurement.js';

/** The measurements of one suite. */
export interface Chapter {
  readonly title: string;
  /** What was done, in a sentence or two. */
  readonly method: string;
  readonly measurements: readonly Measurement[];
}

/** The page `docs/performance.md`. */
export function formatPage(chapters: readonly Chapter[], machine: Machine): string {
  const { processor, cores, memoryGib, system, node, date } = machine;
  return `# Performance

What the code reached on one machine, beside what it has to reach. Written by \`npm run bench -- all --write\`; do not edit.

| | |
| --- | --- |
| processor | ${processor} |
| cores | ${cores} |
| memory | ${memoryGib} GiB |
| system | ${system} |
| Node | ${node} |
| date | ${date} |

Times are medians. Ratios compare figures of the same run, taken in turn, because the speed of a machine varies.
${chapters.map(formatChapter).join('')}`;
}

function formatChapter({ title, method, measurements }: Chapter): string {
  const notes = measurements.flatMap(({ name, note }) => (note === undefined ? [] : [`- ${name}: ${note}.`]));
  return `
## ${title}

${method}

${formatTable(measurements)}
${notes.length > 0 ? `\n${notes.join('\n')}\n` : ''}`;
}

/** The measurements as a table, in the page and on the terminal. */
export function formatTable(measurements: readonly Measurement[]): string {
  const head = ['what', 'measured', 'compared with', 'ratio', 'target', 'reached'];
  const rows = measurements.map(({ name, value, unit, baseline, ratio, target, ok }) => [
    name,
    `${formatNumber(value)} ${unit}`,
    baseline === null ? '–' : `${formatNumber(baseline)} ${unit}`,
    ratio === null ? '–' : formatNumber(ratio),
    target ?? '–',
    ok === null ? '–' : ok ? 'yes' : '**no**',
  ]);
  const line = (cells: readonly string[]) => `| ${cells.join(' | ')} |`;
  return [line(head), line(head.map(() => '---')), ...rows.map(line)].join('\n');
}

/** Three digits that count; thousands in groups. */
function formatNumber(value: number): string {
  const digits = Math.abs(value) >= 100 || Number.isInteger(value) ? 0 : Math.abs(value) >= 10 ? 1 : 2;
  return value.toFixed(digits).replace(/\B(?=(\d{3})+(?!\d))(?<!\.\d*)/g, ' ');
}
