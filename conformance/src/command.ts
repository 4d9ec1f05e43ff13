import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { parseArgs } from 'node:util';
import { ConfigError } from '@interlend/core';
import { type ConformanceResult, runConformance } from './conformance-run.js';
import { chooseEngine } from './engine/choose-engine.js';
import { processEngine } from './engine/processes.js';
import { exchangesFolder, matrixData, matrixPage, rootFolder, schemaFolder } from './folders.js';
import { recordExchanges } from './recording/write-recordings.js';
import { formatCounts, formatFailure, formatMatrix, paintFor } from './report/console-report.js';
import { formatMatrixData, formatMatrixPage } from './report/matrix-page.js';
import { showProgress } from './report/progress.js';
import { HarnessError } from './run/checks.js';
import { loadSuite } from './suite/load.js';
import { jsonSchemas } from './suite/schemas.js';
import { syntheticFiles } from './synthetic/exchange-files.js';

const usage = `npm run conformance -- [--json FILE] [--write] [--first] [--write-synthetic] [--write-recorded]

  --json FILE        what was found, as JSON
  --write            docs/support-matrix.md and .json from this run; without it the run fails when they differ from it
  --first            stops when an exchange fails
  --write-synthetic  the made-up exchanges and the JSON Schemas anew; nothing is run
  --write-recorded   the exchanges with software of others anew, as far as it is installed here; nothing is run
  --help             this text

CONFORMANCE_ENGINE=containers or processes says where the peers run; without it, in containers where an engine answers.
Exit codes: 0 conformant, 1 not conformant, 2 the harness could not run.
`;

const conformant = 0;
const notConformant = 1;
const cannotRun = 2;

/** The conformance command. Resolves to its exit code. */
export async function runCommand(args: readonly string[], environment = process.env): Promise<number> {
  try {
    const { values } = parseArgs({
      args: [...args],
      options: {
        json: { type: 'string' },
        write: { type: 'boolean' },
        first: { type: 'boolean' },
        'write-synthetic': { type: 'boolean' },
        'write-recorded': { type: 'boolean' },
        help: { type: 'boolean' },
      },
    });
    if (values.help) {
      process.stdout.write(usage);
      return conformant;
    }
    if (values['write-synthetic']) {
      writeGenerated();
      return conformant;
    }
    if (values['write-recorded']) {
      for (const [path, text] of await recordExchanges(processEngine))
        writeFile(join(exchangesFolder, path), text);
      return conformant;
    }
    if (values.first && values.write) throw new TypeError('--first and --write: a page needs the whole run');
    return await run({
      environment,
      jsonFile: values.json,
      isWriting: values.write ?? false,
      untilFirstFailure: values.first ?? false,
    });
  } catch (error) {
    const isSaid =
      error instanceof ConfigError || error instanceof TypeError || error instanceof HarnessError;
    const text = isSaid ? error.message : String(error);
    process.stderr.write(`${text}\n`);
    return cannotRun;
  }
}

interface Run {
  readonly environment: NodeJS.ProcessEnv;
  readonly jsonFile: string | undefined;
  readonly isWriting: boolean;
  readonly untilFirstFailure: boolean;
}

async function run({ environment, jsonFile, isWriting, untilFirstFailure }: Run): Promise<number> {
  const { stdout } = process;
  const print = (line: string): void => void stdout.write(`${line}\n`);
  const paint = paintFor(stdout);
  const began = performance.now();
  const suite = loadSuite();
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
  const complaints = [...result.complaints, ...keepMatrix(result, isWriting)];
  print('');
  for (const line of formatMatrix(result.matrix, paint)) print(line);
  print('');
  print(formatCounts(result.exchanges));
  for (const complaint of complaints) print(`${paint('red', 'not conformant')}: ${complaint}`);
  if (jsonFile !== undefined) writeFileSync(jsonFile, formatJson(result));
  print(
    `Engine: ${result.engine}; ${((performance.now() - began) / 1000).toFixed(1)} s; ${complaints.length === 0 ? 'conformant' : 'not conformant'}`,
  );
  if (result.isBroken) return cannotRun;
  return complaints.length === 0 ? conformant : notConformant;
}

function formatJson({ engine, matrix, exchanges, complaints }: ConformanceResult): string {
  const cases = exchanges.map(({ result, verdict, checks }) => ({
    id: result.exchange.id,
    origin: result.exchange.provenance.origin,
    verdict,
    checks: checks.map(({ check, verdict: ofCheck, reason }) => ({
      id: check.id,
      verdict: ofCheck,
      ...(reason === undefined ? {} : { reason }),
      ...(check.problem ? { problem: check.problem } : {}),
    })),
  }));
  return `${JSON.stringify({ engine, ...matrix, cases, complaints }, null, 2)}\n`;
}

/** Writes the committed pages, or says which of them differ from what was measured. */
function keepMatrix({ matrix }: ConformanceResult, isWriting: boolean): readonly string[] {
  const pages = [
    [matrixPage, formatMatrixPage(matrix)],
    [matrixData, formatMatrixData(matrix)],
  ] as const;
  if (isWriting) {
    for (const [path, text] of pages) writeFile(path, text);
    return [];
  }
  return pages
    .filter(([path, text]) => !existsSync(path) || readFileSync(path, 'utf8') !== text)
    .map(
      ([path]) =>
        `${relative(rootFolder, path)} is not what this run measures: look at the difference, then run with --write`,
    );
}

function writeGenerated(): void {
  for (const [path, text] of syntheticFiles()) writeFile(join(exchangesFolder, path), text);
  rmSync(schemaFolder, { recursive: true, force: true });
  for (const [name, text] of jsonSchemas()) writeFile(join(schemaFolder, name), text);
}

function writeFile(path: string, text: string): void {
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, text);
}
