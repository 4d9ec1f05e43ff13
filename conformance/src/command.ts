import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { parseArgs } from 'node:util';
import { ConfigError } from '@interlend/core';
import { type ConformanceResult, runConformance } from './conformance-run.js';
import { chooseEngine } from './engine/choose-engine.js';
import { processEngine } from './engine/processes.js';
import { exchangesFolder, rootFolder, schemaFolder } from './folders.js';
import { recordExchanges } from './recording/write-recordings.js';
import { committedPages, stalePages } from './report/committed-pages.js';
import { formatCounts, formatFailure, formatMatrix, paintFor } from './report/console-report.js';
import { showProgress } from './report/progress.js';
import { type ReportFiles, writeReports } from './report/report-files.js';
import { Outcomes, outcomeOf, type RunReport } from './report/run-report.js';
import { HarnessError } from './run/checks.js';
import { loadSuite, type Suite } from './suite/load.js';
import { jsonSchemas } from './suite/schemas.js';
import { syntheticFiles } from './synthetic/exchange-files.js';

const usage = `npm run conformance -- [--json FILE] [--junit FILE] [--html FILE] [--write | --only IDS] [--first]
       npm run conformance -- --write-synthetic | --write-recorded

  --json FILE        what was found, as JSON
  --junit FILE       the same for a build server, as JUnit's XML
  --html FILE        the same for people, as one page
  --write            docs/support-matrix.md and .json from this run; without it the run fails when they differ from it
  --only IDS         exchanges whose id begins with one of these, separated by commas; the matrix is left alone
  --first            stops when an exchange fails
  --write-synthetic  the made-up exchanges and the JSON Schemas anew; nothing is run
  --write-recorded   the exchanges with software of others anew, as far as it is installed here; nothing is run
  --help             this text

CONFORMANCE_ENGINE=containers or processes says where the peers run; without it, in containers where an engine answers.
Exit codes: 0 conformant, 1 not conformant, 2 the harness could not run.
`;

/** The conformance command. Resolves to its exit code. */
export async function runCommand(args: readonly string[], environment = process.env): Promise<number> {
  try {
    const { values } = parseArgs({
      args: [...args],
      options: {
        json: { type: 'string' },
        junit: { type: 'string' },
        html: { type: 'string' },
        write: { type: 'boolean' },
        only: { type: 'string' },
        first: { type: 'boolean' },
        'write-synthetic': { type: 'boolean' },
        'write-recorded': { type: 'boolean' },
        help: { type: 'boolean' },
      },
    });
    if (values.help) {
      process.stdout.write(usage);
      return Outcomes.conformant.code;
    }
    if (values['write-synthetic']) {
      for (const line of writeGenerated()) process.stdout.write(`${line}\n`);
      return Outcomes.conformant.code;
    }
    if (values['write-recorded']) {
      const recorded = await recordExchanges(processEngine);
      for (const line of writeAll(exchangesFolder, recorded)) process.stdout.write(`${line}\n`);
      return Outcomes.conformant.code;
    }
    const { first: untilFirstFailure = false, write: isWriting = false, only } = values;
    if ((untilFirstFailure || only !== undefined) && isWriting)
      throw new TypeError('--write with --first or --only: a page needs the whole run');
    const beginnings = only?.split(',');
    return await run({ environment, files: values, isWriting, untilFirstFailure, beginnings });
  } catch (error) {
    const isSaid =
      error instanceof ConfigError || error instanceof TypeError || error instanceof HarnessError;
    const text = isSaid ? error.message : String(error);
    process.stderr.write(`${text}\n`);
    return Outcomes.cannotRun.code;
  }
}

interface Run {
  readonly environment: NodeJS.ProcessEnv;
  readonly files: ReportFiles;
  readonly isWriting: boolean;
  readonly untilFirstFailure: boolean;
  /** Beginnings of ids; all exchanges when absent. */
  readonly beginnings: readonly string[] | undefined;
}

async function run(options: Run): Promise<number> {
  const { environment, files, isWriting, untilFirstFailure, beginnings } = options;
  const { stdout } = process;
  const print = (line: string): void => void stdout.write(`${line}\n`);
  const paint = paintFor(stdout);
  const began = performance.now();
  const suite = beginnings ? partOf(loadSuite(), beginnings) : loadSuite();
  const { engine, note } = await chooseEngine(environment);
  print(`Conformance run, engine: ${engine.name} (${note})`);
  let result: ConformanceResult;
  try {
    result = await runConformance(suite, engine, {
      untilFirstFailure,
      // Where nobody looks, a line that is written over and over is only a long line.
      ...(stdout.isTTY ? { progress: showProgress(stdout) } : {}),
    });
  } finally {
    await engine.close();
  }
  for (const exchange of result.exchanges) for (const line of formatFailure(exchange, paint)) print(line);
  const complaints = [...result.complaints, ...(beginnings ? [] : keepMatrix(result, isWriting))];
  print('');
  if (!beginnings) for (const line of [...formatMatrix(result.matrix, paint), '']) print(line);
  print(formatCounts(result.exchanges));
  for (const complaint of complaints) print(`${paint('red', 'not conformant')}: ${complaint}`);
  const seconds = ((performance.now() - began) / 1000).toFixed(1);
  const report: RunReport = {
    title: 'Conformance of this code base',
    facts: [
      ['Engine', `${result.engine} (${note})`],
      ['Exchanges', formatCounts(result.exchanges)],
      ['Time', `${seconds} s`],
    ],
    exchanges: result.exchanges,
    requirements: result.matrix.requirements,
    matrix: result.matrix,
    excluded: [],
    complaints,
    isBroken: result.isBroken,
  };
  writeReports(report, { engine: result.engine }, files);
  const outcome = outcomeOf(report);
  print(`Engine: ${result.engine}; ${seconds} s; ${outcome.words}`);
  return outcome.code;
}

/** Some exchanges without the rows and requirements that only all of them show. @throws ConfigError when there is none */
function partOf(suite: Suite, beginnings: readonly string[]): Suite {
  const exchanges = suite.exchanges.filter(({ id }) => beginnings.some((text) => id.startsWith(text)));
  if (exchanges.length === 0) {
    const accepted = 'beginnings of ids of exchanges, for instance iso-ill/vdx/';
    const message = `--only: expected ${accepted}; found ${beginnings.join(',')}`;
    throw new ConfigError(message, { key: 'only', accepted });
  }
  const ids = new Set(exchanges.map(({ id }) => id));
  const knownFailures = suite.knownFailures.filter((failure) => ids.has(failure.case));
  return { systems: [], requirements: [], exchanges, knownFailures };
}

/** Writes the committed pages, or says which of them differ from what was measured. */
function keepMatrix({ matrix }: ConformanceResult, isWriting: boolean): readonly string[] {
  const pages = committedPages(matrix);
  if (!isWriting) return stalePages(pages);
  for (const [path, text] of pages) writeFile(path, text);
  return [];
}

function writeGenerated(): readonly string[] {
  return [...writeAll(exchangesFolder, syntheticFiles()), ...writeAll(schemaFolder, jsonSchemas())];
}

/** Writes files whose text is another one than before. What was done, in lines. */
function writeAll(folder: string, files: Iterable<readonly [path: string, text: string]>): readonly string[] {
  const lines: string[] = [];
  let count = 0;
  for (const [name, text] of files) {
    count += 1;
    const path = join(folder, name);
    const before = existsSync(path) ? readFileSync(path, 'utf8') : undefined;
    if (before === text) continue;
    writeFile(path, text);
    lines.push(`${before === undefined ? 'new      ' : 'changed  '}${relative(rootFolder, path)}`);
  }
  const same = count - lines.length;
  return [
    ...lines,
    `${relative(rootFolder, folder)}: ${count} files, ${lines.length} written, ${same} as they were`,
  ];
}

function writeFile(path: string, text: string): void {
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, text);
}
