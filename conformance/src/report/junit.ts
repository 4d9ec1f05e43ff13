import type { Problem } from '../run/checks.js';
import { problemLines, traceLines } from './problem-text.js';
import type { RunReport } from './run-report.js';
import type { JudgedCheck, JudgedExchange, Verdict } from './verdicts.js';

/** How a verdict is said in JUnit's words; what passes has no element. */
const elements: Readonly<Record<Verdict, 'failure' | 'error' | 'skipped' | undefined>> = {
  pass: undefined,
  fail: 'failure',
  'not tried': 'failure',
  'stale known failure': 'failure',
  'known failure': 'skipped',
  'not applicable': 'skipped',
  'harness error': 'error',
};

/** The text of an XML element or attribute; what XML has no character for is shown as a question mark. */
function xml(text: string): string {
  return (
    text
      // biome-ignore lint/suspicious/noControlCharactersInRegex: these are what XML 1.0 forbids
      .replaceAll(/[\u0000-\u0008\u000b\u000c\u000e-\u001f\ufffe\uffff]|\p{Surrogate}/gu, '?')
      .replaceAll('&', '&amp;')
      .replaceAll('<', '&lt;')
      .replaceAll('>', '&gt;')
      .replaceAll('"', '&quot;')
      .replaceAll('\n', '&#10;')
  );
}

function attributes(values: Readonly<Record<string, string | number>>): string {
  return Object.entries(values)
    .map(([name, value]) => ` ${name}="${xml(String(value))}"`)
    .join('');
}

function counted(checks: readonly JudgedCheck[]): Readonly<Record<string, number>> {
  const count = (element: string): number =>
    checks.filter(({ verdict }) => elements[verdict] === element).length;
  return {
    tests: checks.length,
    failures: count('failure'),
    errors: count('error'),
    skipped: count('skipped'),
  };
}

function testCase(exchange: JudgedExchange, { check, verdict, reason }: JudgedCheck): readonly string[] {
  const head = `<testcase${attributes({ classname: exchange.result.exchange.id, name: check.id })}`;
  const element = elements[verdict];
  if (element === undefined) return [`    ${head}/>`];
  const problem: Problem = check.problem ?? { text: verdict, differences: [] };
  if (element === 'skipped') {
    return [`    ${head}><skipped${attributes({ message: reason ?? problem.text })}/></testcase>`];
  }
  const text = [...problemLines(problem), '', ...traceLines(exchange)].join('\n');
  return [
    `    ${head}>`,
    `      <${element}${attributes({ type: verdict, message: problem.text })}>${xml(text).replaceAll('&#10;', '\n')}</${element}>`,
    '    </testcase>',
  ];
}

/** A run as JUnit's XML: a suite for each exchange, a case for each check, and one suite for what concerns the whole run. */
export function formatJUnit({ title, exchanges, complaints }: RunReport): string {
  const all = exchanges.flatMap(({ checks }) => checks);
  const total = counted(all);
  const whole = complaints.length > 0 ? 1 : 0;
  return [
    '<?xml version="1.0" encoding="UTF-8"?>',
    `<testsuites${attributes({ name: title, ...total, tests: all.length + 1, failures: (total['failures'] ?? 0) + whole })}>`,
    ...exchanges.flatMap((exchange) => [
      `  <testsuite${attributes({ name: exchange.result.exchange.id, ...counted(exchange.checks) })}>`,
      ...exchange.checks.flatMap((check) => testCase(exchange, check)),
      '  </testsuite>',
    ]),
    `  <testsuite${attributes({ name: 'run', tests: 1, failures: whole, errors: 0, skipped: 0 })}>`,
    `    <testcase${attributes({ classname: 'run', name: 'conformant' })}${whole === 0 ? '/>' : '>'}`,
    ...(whole === 0
      ? []
      : [
          `      <failure${attributes({ message: complaints[0] ?? '' })}>${xml(complaints.join('\n')).replaceAll('&#10;', '\n')}</failure>`,
          '    </testcase>',
        ]),
    '  </testsuite>',
    '</testsuites>',
    '',
  ].join('\n');
}
