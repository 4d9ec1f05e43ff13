import { writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { measureCodec } from './codec/codec.js';
import { describeMachine } from './machine.js';
import { type Finding, judge } from './measurement.js';
import { measurePackages } from './packages/packages.js';
import { type Chapter, formatPage, formatTable } from './report.js';
import { measureServer } from './server/server.js';
import { targets } from './targets.js';
import { root } from './workspace.js';

interface Options {
  /** Also measure what takes minutes. */
  readonly isLarge: boolean;
  /** Progress, on standard error. */
  readonly say: (text: string) => void;
}

interface Suite {
  readonly title: string;
  readonly method: string;
  readonly measure: (options: Options) => Promise<readonly Finding[]>;
}

const suites: Readonly<Record<string, Suite>> = {
  codec: {
    title: 'ISO ILL: octets to message and back',
    method:
      'libyaz is the C library of YAZ. It, our codec and asn1js are measured in turn, five times; the ratio is the median of the five.',
    measure: ({ say }) => measureCodec(say),
  },
  packages: {
    title: 'What a protocol package costs',
    method:
      'Time to import it into a fresh process, and what is installed with it beside packages of this project.',
    measure: async ({ say }) => measurePackages(say),
  },
  server: {
    title: 'Reference server',
    method:
      'A borrowing and a lending server, each a process with its own SQLite file, complete loans of five steps over TCP on the loopback interface. Every message is on disk before it is acknowledged, and every step before it is sent.',
    measure: measureServer,
  },
};

const usage = `npm run bench -- ${Object.keys(suites).join('|')}|all [--large] [--json FILE] [--write]

  --large      also store 100 000 loans, which takes minutes
  --json FILE  write the figures as JSON
  --write      write docs/performance.md; needs all
`;

/** Measures and reports. Gives the exit code: 1 when a target is missed, 64 when the arguments are wrong. */
export async function run(args: readonly string[]): Promise<number> {
  const given = read(args);
  if (typeof given === 'string') {
    process.stderr.write(given);
    return 64;
  }
  const say = (text: string): void => {
    process.stderr.write(`bench: ${text}\n`);
  };
  const chapters: Chapter[] = [];
  for (const { title, method, measure } of given.suites) {
    const findings = await measure({ isLarge: given.isLarge, say });
    chapters.push({ title, method, measurements: findings.map((finding) => judge(finding, targets)) });
  }
  const all = chapters.flatMap(({ measurements }) => measurements);
  process.stdout.write(`${formatTable(all)}\n`);
  if (given.json !== undefined) writeFileSync(given.json, `${JSON.stringify(all, undefined, 2)}\n`);
  if (given.isWritten) {
    writeFileSync(join(root, 'docs', 'performance.md'), formatPage(chapters, describeMachine(new Date())));
  }
  return all.some(({ ok }) => ok === false) ? 1 : 0;
}

interface Given {
  readonly suites: readonly Suite[];
  readonly isLarge: boolean;
  readonly isWritten: boolean;
  readonly json: string | undefined;
}

/** What the arguments say, or what is wrong with them. */
function read(args: readonly string[]): Given | string {
  try {
    const { positionals, values } = parseArgs({
      args: [...args],
      allowPositionals: true,
      options: { large: { type: 'boolean' }, json: { type: 'string' }, write: { type: 'boolean' } },
    });
    const [name = '', ...rest] = positionals;
    const suite = suites[name];
    const chosen = name === 'all' ? Object.values(suites) : suite ? [suite] : [];
    const isWritten = values.write ?? false;
    if (chosen.length === 0 || rest.length > 0 || (isWritten && name !== 'all')) return usage;
    return {
      suites: chosen,
      isLarge: values.large ?? false,
      isWritten,
      json: values.json === undefined ? undefined : resolve(process.env['INIT_CWD'] ?? '.', values.json),
    };
  } catch (error) {
    return `${error instanceof Error ? error.message : String(error)}\n${usage}`;
  }
}
