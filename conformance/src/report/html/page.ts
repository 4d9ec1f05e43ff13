import type { Matrix } from '../matrix.js';
import { evidenceText } from '../matrix-page.js';
import type { RequirementRow } from '../requirements.js';
import { outcomeOf, type RunReport } from '../run-report.js';
import { failingVerdicts, type JudgedExchange } from '../verdicts.js';
import { anchorOf, type Colour, coloured, colourOf, counts, groupedBy, html, table } from './elements.js';
import { exchangeBlock } from './exchange-block.js';
import { style } from './style.js';

const requirementColours: Readonly<Record<RequirementRow['outcome'], Colour>> = {
  pass: 'good',
  fail: 'bad',
  'not tried': 'open',
  excluded: 'open',
};

/** More links than these are folded away. */
const linksShown = 3;

function linksTo(exchanges: readonly JudgedExchange[]): string {
  const link = ({ result: { exchange }, verdict }: JudgedExchange): string =>
    `<a class="${colourOf(verdict)}" href="#${anchorOf(exchange.id)}">${html(exchange.id.split('/').slice(1).join('/'))}</a>`;
  const failing = exchanges.filter(({ verdict }) => failingVerdicts.has(verdict));
  const rest = exchanges.filter((exchange) => !failing.includes(exchange));
  const folded =
    rest.length > linksShown
      ? `<details><summary>${rest.length} exchanges</summary>${rest.map(link).join('<br>')}</details>`
      : rest.map(link).join('<br>');
  return [...failing.map(link), ...(folded === '' ? [] : [folded])].join('<br>');
}

function requirementsOf(
  protocol: string,
  rows: readonly RequirementRow[],
  exchanges: readonly JudgedExchange[],
): string {
  const found = [...counts(rows.map(({ outcome }) => outcome))].map(([word, count]) => `${count} ${word}`);
  return [
    `<h3>${html(protocol)} <small>${found.join(', ')}</small></h3>`,
    table(
      `Requirements of ${protocol}`,
      [
        { title: 'Requirement', width: 'roomy' },
        { title: 'Level', width: 'tight' },
        { title: 'Clause', width: 'roomy' },
        { title: 'Outcome' },
        { title: 'Shown by' },
      ],
      rows.map((row) => [
        `<code>${html(row.id)}</code><br><small>${html(row.text)}</small>`,
        html(row.level),
        html(row.clause),
        `${coloured(requirementColours[row.outcome], row.outcome)}${row.reason === undefined ? '' : `<br><small>${html(row.reason)}</small>`}`,
        linksTo(
          exchanges.filter(
            ({ result: { exchange } }) =>
              exchange.protocol === protocol && exchange.requirements.includes(row.id),
          ),
        ),
      ]),
    ),
  ].join('\n');
}

function requirementsPart({ requirements, exchanges }: RunReport): string {
  return [...groupedBy(requirements, ({ protocol }) => protocol)]
    .map(([protocol, rows]) => requirementsOf(protocol, rows, exchanges))
    .join('\n');
}

function matrixTable({ rows }: Matrix): string {
  return table(
    'Systems, declared and measured',
    [
      { title: 'System' },
      { title: 'Functionality' },
      { title: 'Protocol', width: 'tight' },
      { title: 'Declared', width: 'tight' },
      { title: 'Measured', width: 'tight' },
      { title: 'as borrower', width: 'tight' },
      { title: 'as lender', width: 'tight' },
      { title: 'Evidence', width: 'tight' },
    ],
    rows.map((row) => [
      html(row.system),
      html(row.functionality),
      html(row.protocol),
      html(row.declared),
      coloured(
        row.measured === 'Verified' ? 'good' : row.measured === 'Being Tested' ? 'open' : 'bad',
        row.measured,
      ),
      ...(['borrower', 'lender'] as const).map((role) => {
        const tally = row.roles[role];
        return tally ? `${tally.passed}/${tally.total}` : '–';
      }),
      html(evidenceText(row)),
    ]),
  );
}

function stepsPart({ steps }: Matrix): string {
  return [...groupedBy(steps, ({ protocol }) => protocol)]
    .map(([protocol, rows]) =>
      [
        `<h3>${html(protocol)}</h3>`,
        table(
          `What the wire of ${protocol} can say`,
          [
            { title: 'Step or event', width: 'tight' },
            { title: 'Said by', width: 'tight' },
            { title: 'On the wire', width: 'roomy' },
            { title: 'How well that is known', width: 'tight' },
          ],
          rows.map(({ step, event, from, can, how, evidence }) => [
            step === undefined ? `<span class="soft">${html(event)}</span>` : html(step),
            from,
            html(can === 'yes' ? how : `local only: ${how}`),
            html(evidence),
          ]),
        ),
      ].join('\n'),
    )
    .join('\n');
}

/** The exchanges that passed, by the folder in which they are. */
function passedPart(exchanges: readonly JudgedExchange[]): string {
  const folderOf = ({ result: { exchange } }: JudgedExchange): string =>
    exchange.id.split('/').slice(0, -1).join('/');
  return [...groupedBy(exchanges, folderOf)]
    .map(
      ([folder, ofFolder]) =>
        `<h3>${html(folder)} <small>${ofFolder.length} exchanges</small></h3>\n${ofFolder.map(exchangeBlock).join('\n')}`,
    )
    .join('\n');
}

function tile(name: string, words: readonly string[]): string {
  const found = [...counts(words)].map(([word, count]) => `${count} ${word}`);
  return `<li><strong>${words.length}</strong>${html(name)}<br><small>${html(found.join(', '))}</small></li>`;
}

function tiles({ exchanges, requirements }: RunReport): string {
  return [
    '<ul class="tiles">',
    tile(
      'requirements',
      requirements.map(({ outcome }) => outcome),
    ),
    tile(
      'exchanges',
      exchanges.map(({ verdict }) => verdict),
    ),
    tile(
      'checks',
      exchanges.flatMap(({ checks }) => checks.map(({ verdict }) => verdict)),
    ),
    '</ul>',
  ].join('');
}

interface Part {
  readonly id: string;
  readonly title: string;
  readonly content: string;
}

function partsOf(report: RunReport): readonly Part[] {
  const { exchanges, matrix, excluded, complaints } = report;
  const failing = exchanges.filter(({ verdict }) => failingVerdicts.has(verdict));
  const rest = exchanges.filter((exchange) => !failing.includes(exchange));
  return [
    {
      id: 'complaints',
      title: 'Why not',
      content:
        complaints.length === 0
          ? ''
          : `<ul>${complaints.map((line) => `<li class="bad">${html(line)}</li>`).join('')}</ul>`,
    },
    { id: 'systems', title: 'Systems', content: matrix ? matrixTable(matrix) : '' },
    { id: 'failed', title: 'What failed', content: failing.map(exchangeBlock).join('\n') },
    { id: 'requirements', title: 'Requirements', content: requirementsPart(report) },
    { id: 'passed', title: 'What passed', content: passedPart(rest) },
    {
      id: 'excluded',
      title: 'What no live partner can be asked for',
      content:
        excluded.length === 0
          ? ''
          : table(
              'Conversations that were left out',
              [{ title: 'Conversation' }, { title: 'Why' }],
              excluded.map(({ id, why }) => [`<code>${html(id)}</code>`, html(why)]),
            ),
    },
    { id: 'wires', title: 'What each wire can say', content: matrix ? stepsPart(matrix) : '' },
  ].filter(({ content }) => content !== '');
}

/** A run as one HTML page that needs nothing else: no script, no font, no picture from elsewhere. */
export function formatHtml(report: RunReport): string {
  const { title, facts } = report;
  const outcome = outcomeOf(report);
  const parts = partsOf(report);
  return [
    '<!doctype html>',
    '<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">',
    `<title>${html(title)}: ${outcome.words}</title><style>${style}</style></head><body>`,
    `<header><h1>${html(title)}</h1>`,
    `<span class="badge ${outcome.code === 0 ? 'good' : 'bad'}">${outcome.words}</span>`,
    `<dl>${facts.map(([name, value]) => `<dt>${html(name)}</dt><dd>${html(value)}</dd>`).join('')}</dl>`,
    tiles(report),
    `<nav aria-label="On this page"><ul>${parts.map(({ id, title: of }) => `<li><a href="#${id}">${html(of)}</a></li>`).join('')}</ul></nav></header>`,
    '<main>',
    ...parts.map(
      ({ id, title: of, content }) =>
        `<section id="${id}" aria-labelledby="${id}-title"><h2 id="${id}-title">${html(of)}</h2>\n${content}</section>`,
    ),
    '</main></body></html>',
    '',
  ].join('\n');
}
