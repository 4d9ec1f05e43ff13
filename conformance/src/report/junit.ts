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

/** Seconds, as a decimal. */
function seconds(ms: number): string {
  return (ms / 1000).toFixed(3);
}

/** A time as the form of JUnit has it: without a zone, here UTC. */
function timestamp(at: Date): string {
  return at.toISOString().slice(0, 19);
}

function timeOf(checks: readonly JudgedCheck[]): number {
  return checks.reduce((sum, { check }) => sum + (check.durationMs ?? 0), 0);
}

interface SuiteOfCases {
  readonly name: string;
  readonly startedAt: Date;
  readonly durationMs: number;
  readonly properties: Readonly<Record<string, string>>;
  readonly verdicts: readonly Verdict[];
  readonly cases: readonly string[];
}

function suiteElement(
  { name, startedAt, durationMs, properties, verdicts, cases }: SuiteOfCases,
  id: number,
): readonly string[] {
  const count = (element: string): number =>
    verdicts.filter((verdict) => elements[verdict] === element).length;
  const head = attributes({
    id,
    name,
    package: 'interlend.conformance',
    timestamp: timestamp(startedAt),
    hostname: 'localhost',
    tests: verdicts.length,
    failures: count('failure'),
    errors: count('error'),
    skipped: count('skipped'),
    time: seconds(durationMs),
  });
  return [
    `  <testsuite${head}>`,
    '    <properties>',
    ...Object.entries(properties).map(
      ([key, value]) => `      <property${attributes({ name: key, value })}/>`,
    ),
    '    </properties>',
    ...cases,
    '    <system-out/>',
    '    <system-err/>',
    '  </testsuite>',
  ];
}

function testCase(exchange: JudgedExchange, { check, verdict, reason }: JudgedCheck): readonly string[] {
  const head = `<testcase${attributes({ classname: exchange.result.exchange.id, name: check.id, time: seconds(check.durationMs ?? 0) })}`;
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

function suiteOf(exchange: JudgedExchange, runStartedAt: Date): SuiteOfCases {
  const { checks, result } = exchange;
  const { id, title, protocol, provenance, requirements } = result.exchange;
  return {
    name: id,
    startedAt: checks.find(({ check }) => check.startedAt)?.check.startedAt ?? runStartedAt,
    durationMs: timeOf(checks),
    properties: { title, protocol, origin: provenance.origin, requirements: requirements.join(' ') },
    verdicts: checks.map(({ verdict }) => verdict),
    cases: checks.flatMap((check) => testCase(exchange, check)),
  };
}

/** The case that stands for the whole run: it fails when the run does, for whatever reason. */
function suiteOfRun({ title, facts, complaints, isBroken }: RunReport, startedAt: Date): SuiteOfCases {
  const verdict = isBroken ? 'harness error' : complaints.length > 0 ? 'fail' : 'pass';
  const head = `<testcase${attributes({ classname: 'run', name: 'conformant', time: seconds(0) })}`;
  const element = elements[verdict];
  const words = attributes({ type: verdict, message: complaints[0] ?? verdict });
  const text = xml(complaints.join('\n')).replaceAll('&#10;', '\n');
  return {
    name: 'run',
    startedAt,
    durationMs: 0,
    properties: { title, ...Object.fromEntries(facts) },
    verdicts: [verdict],
    cases:
      element === undefined
        ? [`    ${head}/>`]
        : [`    ${head}>`, `      <${element}${words}>${text}</${element}>`, '    </testcase>'],
  };
}

/**
 * A run as JUnit's XML, valid by the schemas of Ant and of Jenkins: a suite for each exchange, a case for each check, and
 * one suite for what concerns the whole run.
 */
export function formatJUnit(report: RunReport): string {
  const times = report.exchanges.flatMap(({ checks }) =>
    checks.flatMap(({ check }) => (check.startedAt ? [check.startedAt.getTime()] : [])),
  );
  const startedAt = new Date(times.reduce((first, time) => Math.min(first, time), Number.POSITIVE_INFINITY));
  const known = Number.isNaN(startedAt.getTime()) ? new Date(0) : startedAt;
  const suites = [...report.exchanges.map((exchange) => suiteOf(exchange, known)), suiteOfRun(report, known)];
  return [
    '<?xml version="1.0" encoding="UTF-8"?>',
    // Its attributes are allowed by one of the schemas only.
    '<testsuites>',
    ...suites.flatMap(suiteElement),
    '</testsuites>',
    '',
  ].join('\n');
}
