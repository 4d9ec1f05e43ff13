import type { RunOptions } from '../run/run-suite.js';

const barWidth = 30;
const eraseToEnd = '\u001b[K';

/** How far a run is, in one line: a bar, the count, and the exchange that was looked at last. */
export function formatProgress(done: number, total: number, exchange: string, columns: number): string {
  const filled = total === 0 ? barWidth : Math.round((barWidth * done) / total);
  const bar = `${'█'.repeat(filled)}${'░'.repeat(barWidth - filled)}`;
  return `  ${bar}  ${done} of ${total}  ${exchange}`.slice(0, Math.max(0, columns - 1));
}

/** Shows progress on a terminal, in a line that is written over; nothing of it stays. */
export function showProgress(
  stream: Pick<NodeJS.WriteStream, 'write' | 'columns'>,
): NonNullable<RunOptions['progress']> {
  return (done, total, exchange) => {
    const line = done === total ? '' : formatProgress(done, total, exchange, stream.columns);
    stream.write(`\r${line}${eraseToEnd}`);
  };
}
