import { styleText } from 'node:util';
import type { Matrix } from './matrix.js';
import { evidenceText } from './matrix-page.js';
import { openChecks, problemLines, traceLines } from './problem-text.js';
import type { JudgedExchange, Verdict } from './verdicts.js';

type Colour = Parameters<typeof styleText>[0];

/** Colours where the output is a terminal that wants them. */
export type Paint = (colour: Colour, text: string) => string;

export const paintFor =
  (stream: NodeJS.WriteStream): Paint =>
  (colour, text) =>
    styleText(colour, text, { stream });

/** Everything about an exchange that did not pass: what was expected, what came, where, by which clause, and the wire. */
export function formatFailure(exchange: JudgedExchange, paint: Paint): readonly string[] {
  const lines = openChecks(exchange).flatMap(({ check, verdict, reason }) => [
    `${paint('red', verdict)}  ${exchange.result.exchange.id}  ${check.id}`,
    ...(check.problem ? problemLines(check.problem) : []).map((line) => `  ${line}`),
    ...(reason === undefined ? [] : [`  known     ${reason}`]),
  ]);
  if (lines.length === 0) return [];
  return [...lines, ...traceLines(exchange).map((line) => `  ${line}`), ''];
}

/** The matrix for a terminal. */
export function formatMatrix({ rows }: Matrix, paint: Paint): readonly string[] {
  const cells = rows.map((row) => [
    row.system,
    row.protocol,
    row.declared,
    row.measured,
    row.roles.borrower ? `${row.roles.borrower.passed}/${row.roles.borrower.total}` : '-',
    row.roles.lender ? `${row.roles.lender.passed}/${row.roles.lender.total}` : '-',
    evidenceText(row),
  ]);
  const head = ['System', 'Protocol', 'Declared', 'Measured', 'borrows', 'lends', 'Evidence'];
  const widths = head.map((title, column) =>
    Math.max(title.length, ...cells.map((row) => row[column]?.length ?? 0)),
  );
  const line = (row: readonly string[]): string =>
    row
      .map((cell, column) => cell.padEnd(widths[column] ?? 0))
      .join('  ')
      .trimEnd();
  return [
    line(head),
    ...cells.map((row, index) => {
      const measured = rows[index]?.measured;
      const text = line(row);
      return measured === 'Verified'
        ? paint('green', text)
        : measured === 'Being Tested'
          ? paint('yellow', text)
          : paint('red', text);
    }),
  ];
}

/** How many exchanges have which verdict. */
export function formatCounts(exchanges: readonly JudgedExchange[]): string {
  const counts = new Map<Verdict, number>();
  for (const { verdict } of exchanges) counts.set(verdict, (counts.get(verdict) ?? 0) + 1);
  const checks = exchanges.reduce((sum, exchange) => sum + exchange.checks.length, 0);
  return `${exchanges.length} exchanges, ${checks} checks: ${[...counts].map(([verdict, count]) => `${count} ${verdict}`).join(', ')}`;
}
