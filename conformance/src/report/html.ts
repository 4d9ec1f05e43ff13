import type { Matrix } from './matrix.js';
import { evidenceText } from './matrix-page.js';
import { problemLines, show, traceLines } from './problem-text.js';
import type { RequirementRow } from './requirements.js';
import { outcomeOf, type RunReport } from './run-report.js';
import { failingVerdicts, type JudgedCheck, type JudgedExchange, type Verdict } from './verdicts.js';

const style = `
:root { color-scheme: light dark; --good: #1a7f37; --bad: #cf222e; --open: #9a6700; --line: #8884; }
body { font: 16px/1.5 system-ui, sans-serif; max-width: 72rem; margin: 2rem auto; padding: 0 1rem; }
h1 { font-size: 1.6rem; } h2 { font-size: 1.25rem; margin-top: 2.5rem; }
table { border-collapse: collapse; width: 100%; } .wide { overflow-x: auto; }
th, td { text-align: left; vertical-align: top; padding: .3rem .6rem; border-bottom: 1px solid var(--line); }
dl { display: grid; grid-template-columns: max-content 1fr; gap: .2rem 1rem; } dd { margin: 0; }
.good { color: var(--good); } .bad { color: var(--bad); font-weight: 600; } .open { color: var(--open); }
pre { overflow-x: auto; padding: .75rem; border: 1px solid var(--line); border-radius: 4px; font-size: .85rem; }
summary { cursor: pointer; padding: .3rem 0; } details { border-bottom: 1px solid var(--line); }
code { font-size: .9em; } .problem { border-left: 3px solid var(--bad); padding-left: .75rem; margin: .75rem 0; }
`;

function html(text: string): string {
  return text
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replaceAll('"', '&quot;');
}

function colourOf(verdict: Verdict): 'good' | 'bad' | 'open' {
  if (failingVerdicts.has(verdict)) return 'bad';
  return verdict === 'pass' ? 'good' : 'open';
}

function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const cells = (row: readonly string[], tag: string): string =>
    `<tr>${row.map((cell) => `<${tag}>${cell}</${tag}>`).join('')}</tr>`;
  return `<div class="wide"><table><thead>${cells(head, 'th')}</thead><tbody>${rows
    .map((row) => cells(row, 'td'))
    .join('\n')}</tbody></table></div>`;
}

const coloured = (colour: string, text: string): string => `<span class="${colour}">${html(text)}</span>`;

function anchorOf(id: string): string {
  return id.replaceAll('/', '-');
}

const requirementColours: Readonly<Record<RequirementRow['outcome'], string>> = {
  pass: 'good',
  fail: 'bad',
  untested: 'open',
  excluded: 'open',
};

function requirementsTable({ requirements, exchanges }: RunReport): string {
  return table(
    ['Requirement', 'Level', 'Clause', 'Outcome', 'Shown by'],
    requirements.map((row) => [
      `<code>${html(row.id)}</code><br>${html(row.text)}`,
      html(row.level),
      html(row.clause),
      `${coloured(requirementColours[row.outcome], row.outcome)}${row.reason === undefined ? '' : `<br>${html(row.reason)}`}`,
      exchanges
        .filter(
          ({ result: { exchange } }) =>
            exchange.protocol === row.protocol && exchange.requirements.includes(row.id),
        )
        .map(({ result: { exchange }, verdict }) => {
          const name = exchange.id.split('/').slice(1).join('/');
          return `<a class="${colourOf(verdict)}" href="#${anchorOf(exchange.id)}">${html(name)}</a>`;
        })
        .join('<br>'),
    ]),
  );
}

function matrixTable({ rows }: Matrix): string {
  return table(
    ['System', 'Functionality', 'Protocol', 'Declared', 'Measured', 'as borrower', 'as lender', 'Evidence'],
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

function stepsTable({ steps }: Matrix): string {
  return table(
    ['Protocol', 'Step or event', 'Said by', 'On the wire', 'How well that is known'],
    steps.map(({ protocol, step, event, from, can, how, evidence }) => [
      html(protocol),
      step === undefined ? html(event) : `<strong>${html(step)}</strong>`,
      from,
      html(can === 'yes' ? how : `local only: ${how}`),
      html(evidence),
    ]),
  );
}

function problemBlock({ check, reason }: JudgedCheck): string {
  const { problem } = check;
  if (!problem) return '';
  const { differences, clause } = problem;
  const [first = '', ...more] = problemLines({ ...problem, differences: [], ...(clause ? { clause } : {}) });
  return [
    `<div class="problem"><p><code>${html(check.id)}</code> ${html(first)}</p>`,
    more.length > 0 ? `<pre>${html(more.join('\n'))}</pre>` : '',
    differences.length > 0
      ? table(
          ['Field', 'Expected', 'Got'],
          differences.map(({ path, expected, got }) => [
            `<code>${html(path)}</code>`,
            html(show(expected)),
            html(show(got)),
          ]),
        )
      : '',
    reason === undefined ? '' : `<p>Known: ${html(reason)}</p>`,
    '</div>',
  ].join('\n');
}

function exchangeBlock(exchange: JudgedExchange): string {
  const { result, verdict, checks } = exchange;
  const isOpen = failingVerdicts.has(verdict);
  const trace = traceLines(exchange);
  return [
    `<details id="${anchorOf(result.exchange.id)}"${isOpen ? ' open' : ''}>`,
    `<summary>${coloured(colourOf(verdict), verdict)} <code>${html(result.exchange.id)}</code> ${html(result.exchange.title)} <small>(${html(result.exchange.provenance.origin)})</small></summary>`,
    checks.map(problemBlock).join('\n'),
    trace.length > 0 ? `<h3>On the wire</h3><pre>${html(trace.join('\n'))}</pre>` : '',
    table(
      ['Check', 'Outcome', 'What was seen'],
      checks.map(({ check, verdict: ofCheck }) => [
        `<code>${html(check.id)}</code>`,
        coloured(colourOf(ofCheck), ofCheck),
        html(check.evidence ?? check.problem?.text.split('\n')[0] ?? ''),
      ]),
    ),
    '</details>',
  ].join('\n');
}

function section(title: string, content: string): string {
  return content === '' ? '' : `<section><h2>${html(title)}</h2>\n${content}</section>`;
}

/** A run as one HTML page that needs nothing else: no script, no font, no picture from elsewhere. */
export function formatHtml(report: RunReport): string {
  const { title, facts, exchanges, matrix, excluded, complaints } = report;
  const outcome = outcomeOf(report);
  const failing = exchanges.filter(({ verdict }) => failingVerdicts.has(verdict));
  const rest = exchanges.filter((exchange) => !failing.includes(exchange));
  return [
    '<!doctype html>',
    '<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">',
    `<title>${html(title)}: ${outcome.words}</title><style>${style}</style></head><body><main>`,
    `<h1>${html(title)}: ${coloured(outcome.code === 0 ? 'good' : 'bad', outcome.words)}</h1>`,
    `<dl>${facts.map(([name, value]) => `<dt>${html(name)}</dt><dd>${html(value)}</dd>`).join('')}</dl>`,
    section(
      'Why not',
      complaints.length === 0
        ? ''
        : `<ul>${complaints.map((line) => `<li class="bad">${html(line)}</li>`).join('')}</ul>`,
    ),
    section('Systems', matrix ? matrixTable(matrix) : ''),
    section('What failed', failing.map(exchangeBlock).join('\n')),
    section('Requirements', requirementsTable(report)),
    section('What passed', rest.map(exchangeBlock).join('\n')),
    section(
      'What no live partner can be asked for',
      excluded.length === 0
        ? ''
        : table(
            ['Conversation', 'Why'],
            excluded.map(({ id, why }) => [`<code>${html(id)}</code>`, html(why)]),
          ),
    ),
    section('What each wire can say', matrix ? stepsTable(matrix) : ''),
    '</main></body></html>',
    '',
  ].join('\n');
}
