import { LendingSteps, type Role } from '@interlend/core';
import type { Matrix, MatrixRow, StepRow, Tally } from './matrix.js';

function tallyText(tally: Tally | undefined): string {
  return tally ? `${tally.passed}/${tally.total}` : '–';
}

/** What stands behind a row, said aloud. */
export function evidenceText({
  evidence,
  isSyntheticOnly,
}: Pick<MatrixRow, 'evidence' | 'isSyntheticOnly'>): string {
  return isSyntheticOnly ? 'synthetic only' : evidence;
}

/** The measured status with its best evidence; what nobody may overlook stands in bold. */
function measuredText(row: MatrixRow): string {
  const { measured } = row;
  if (measured === 'Not Yet Covered' || measured === 'Failing') return `**${measured}**`;
  return row.isSyntheticOnly ? `${measured} (synthetic only)` : measured;
}

function table(head: readonly string[], rows: readonly (readonly string[])[]): readonly string[] {
  const line = (cells: readonly string[]): string =>
    `| ${cells.map((cell) => cell.replaceAll('|', '\\|')).join(' | ')} |`;
  return [line(head), line(head.map(() => '---')), ...rows.map(line)];
}

function stepCell(rows: readonly StepRow[], protocol: string, events: readonly string[], from: Role): string {
  const found = rows.filter(
    (row) => row.protocol === protocol && row.from === from && events.includes(row.event),
  );
  return found.map(({ can, how }) => (can === 'yes' ? how : `local only: ${how}`)).join('; ') || 'no';
}

/** The support matrix as the text of its page. */
export function formatMatrixPage({ rows, steps, requirements }: Matrix): string {
  const protocols = [...new Set(steps.map(({ protocol }) => protocol))];
  const others = [
    ...new Set(steps.filter(({ step }) => step === undefined).map(({ event, from }) => `${event} ${from}`)),
  ];
  return [
    '# Support matrix',
    '',
    'Computed by `npm run conformance -- --write` from the exchanges in `conformance/exchanges`; not edited by hand. *Declared* is',
    'what the page of the vendor of Alma says of each system. *Measured* is what the last run of the suite found: *Verified* when every',
    'exchange that the row requires passes, *Being Tested* when exchanges are missing, *Failing* otherwise, **Not Yet Covered** when',
    'there is no package for the protocol yet. No run ever says *Production*: that takes libraries.',
    '',
    'Exchanges are counted as passed/total, by what the system is in the conversation. *Synthetic only* means that no message of the',
    'real system was at hand: the partner is made up from public descriptions.',
    '',
    ...table(
      [
        'System',
        'Vendor',
        'Functionality',
        'Protocol',
        'Declared',
        'Measured',
        'as borrower',
        'as lender',
        'Best evidence',
      ],
      rows.map((row) => [
        row.system,
        row.vendor,
        row.functionality,
        row.protocol,
        row.declared,
        measuredText(row),
        tallyText(row.roles.borrower),
        tallyText(row.roles.lender),
        evidenceText(row),
      ]),
    ),
    '',
    '## What each wire can say',
    '',
    'The five steps of a loan, then everything else. *Local only* is recorded on this side and never faked on the wire.',
    '',
    ...table(
      ['Step', 'Said by', ...protocols],
      [
        ...LendingSteps.map(({ step, from, events }) => [
          `**${step}**`,
          from,
          ...protocols.map((protocol) => stepCell(steps, protocol, events, from)),
        ]),
        ...others.map((pair) => {
          const [event = '', from = 'borrower'] = pair.split(' ');
          return [
            event,
            from,
            ...protocols.map((protocol) => stepCell(steps, protocol, [event], from as Role)),
          ];
        }),
      ],
    ),
    '',
    '## Requirements',
    '',
    ...table(
      ['Protocol', 'Requirement', 'Level', 'Clause', 'Outcome', 'Exchanges'],
      requirements.map((row) => [
        row.protocol,
        row.text,
        row.level,
        row.clause,
        row.outcome === 'excluded' ? `excluded: ${row.reason ?? ''}` : row.outcome,
        String(row.exchanges),
      ]),
    ),
    '',
  ].join('\n');
}

/** The support matrix as data. */
export function formatMatrixData(matrix: Matrix): string {
  return `${JSON.stringify(matrix, null, 2)}\n`;
}
