import { problemLines, show, traceLines } from '../problem-text.js';
import { failingVerdicts, type JudgedCheck, type JudgedExchange } from '../verdicts.js';
import { anchorOf, coloured, colourOf, html, preformatted, table } from './elements.js';

function problemBlock({ check, verdict, reason }: JudgedCheck): string {
  const { problem } = check;
  if (!problem) return '';
  const { text, differences, clause } = problem;
  const [first = '', ...more] = problemLines({ text, differences: [] });
  return [
    `<div class="problem"><p>${coloured(colourOf(verdict), verdict)} <code>${html(check.id)}</code></p>`,
    `<p><strong>${html(first)}</strong></p>`,
    clause === undefined ? '' : `<p class="soft">${html(clause)}</p>`,
    more.length > 0 ? preformatted(`More about ${check.id}`, more) : '',
    differences.length > 0
      ? table(
          `Differences found by ${check.id}`,
          [{ title: 'Field' }, { title: 'Expected' }, { title: 'Got' }],
          differences.map(({ path, expected, got }) => [
            `<code>${html(path)}</code>`,
            `<code>${html(show(expected))}</code>`,
            `<code>${html(show(got))}</code>`,
          ]),
        )
      : '',
    reason === undefined ? '' : `<p>Known: ${html(reason)}</p>`,
    '</div>',
  ].join('\n');
}

/** Everything about an exchange: what is wrong first, then the wire, then every check with what was seen. */
export function exchangeBlock(exchange: JudgedExchange): string {
  const { result, verdict, checks } = exchange;
  const { id, title, provenance } = result.exchange;
  const trace = traceLines(exchange);
  const open = checks.filter((check) => check.verdict !== 'pass' && check.verdict !== 'not applicable');
  return [
    `<details class="exchange" id="${anchorOf(id)}"${failingVerdicts.has(verdict) ? ' open' : ''}>`,
    `<summary>${coloured(colourOf(verdict), verdict)} <code>${html(id)}</code> ${html(title)} <small>${html(provenance.origin)}, ${checks.length} checks</small></summary>`,
    '<div>',
    ...open.map(problemBlock),
    trace.length > 0
      ? `<h3>On the wire</h3>${preformatted(`The wire of ${id}, in hex and text`, trace)}`
      : '',
    table(
      `Checks of ${id}`,
      [{ title: 'Check', width: 'tight' }, { title: 'Outcome', width: 'tight' }, { title: 'What was seen' }],
      checks.map(({ check, verdict: ofCheck }) => [
        `<code>${html(check.id)}</code>`,
        coloured(colourOf(ofCheck), ofCheck),
        html(check.evidence ?? check.problem?.text.split('\n')[0] ?? ''),
      ]),
    ),
    '</div></details>',
  ].join('\n');
}
