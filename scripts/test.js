// npm test [-- --only stage,stage] [-- arguments of vitest]
// Runs every check in order, stops at the first that fails, and closes with the count of tests.
import { existsSync, mkdirSync, readdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { bootstrap } from './bootstrap.js';
import { build } from './build.js';
import { testOnOtherRuntimes } from './runtimes.js';
import { environment, readJson, root, run, Stop, say, seconds, stop, tool } from './workspace.js';

const cache = join(root, 'node_modules', '.cache', 'interlend');
const report = join(cache, 'vitest.json');
/** A test that spins stops its worker, and nothing inside notices. */
const longestTestsMs = 30 * 60_000;

/** @param {string} name @param {string[]} args */
async function use(name, args) {
  const result = await run(tool(name), args);
  if (result.code !== 0) throw new Stop(result.output.trimEnd());
  return result.output;
}

let pnpmFolder = '';
/** @type {string[]} */
let filters = [];

/** @type {Record<string, { what: string, run: () => Promise<unknown> }>} */
const stages = {
  biome: {
    what: 'format, lint, order of imports',
    run: () => use('biome', ['check', '--error-on-warnings']),
  },
  oxlint: { what: 'promises that nobody waits for', run: () => use('oxlint', ['--deny-warnings']) },
  types: { what: 'the compiler over all sources and tests', run: () => use('tsc', ['-p', root]) },
  build: { what: 'every package into dist', run: () => build(pnpmFolder) },
  knip: { what: 'unused files, exports and dependencies', run: () => use('knip', ['--no-progress']) },
  publish: { what: 'what npm users would receive', run: checkPublished },
  docs: { what: 'the reference, with its links', run: () => use('typedoc', ['--logLevel', 'Warn']) },
  vitest: { what: 'all tests', run: runTests },
  runtimes: { what: 'the packages on other versions of Node', run: () => testOnOtherRuntimes(say) },
};

/** Packs each public package and looks at the tarball as a consumer would. */
async function checkPublished() {
  const folder = join(cache, 'tarballs');
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder, { recursive: true });
  const folders = ['packages', 'apps'].flatMap((parent) =>
    readdirSync(join(root, parent)).map((name) => join(root, parent, name)),
  );
  const manifests = [...folders, join(root, 'conformance')].map((path) => ({
    path,
    manifest: readJson(join(path, 'package.json')),
  }));
  for (const { path, manifest } of manifests) {
    if (manifest.private) continue;
    const tarball = join(
      folder,
      `${manifest.name.replace('@', '').replace('/', '-')}-${manifest.version}.tgz`,
    );
    const packed = await run('pnpm', ['pack', '--pack-destination', folder], {
      cwd: path,
      env: environment([pnpmFolder]),
    });
    if (packed.code !== 0) throw new Stop(packed.output);
    await Promise.all([
      use('publint', ['--strict', tarball]),
      // A package without exports is a command and has no types to look at.
      manifest.exports && use('attw', [tarball, '--profile', 'esm-only', '--no-emoji']),
    ]);
  }
}

async function runTests() {
  const args = ['run', '--reporter=default', '--reporter=json', `--outputFile.json=${report}`, ...filters];
  const { code } = await run(tool('vitest'), args, { output: 'inherit', limitMs: longestTestsMs });
  if (code !== 0 && existsSync(report) && readJson(report).testResults.length === 0) {
    throw new Stop(
      `No test file is there for ${filters.join(' ')}: expected parts of paths of *.test.ts files, for instance packages/wire`,
    );
  }
  if (code !== 0)
    throw new Stop(existsSync(report) ? 'Tests failed, see above' : 'The tests came to no end, see above');
}

/** The closing line, from vitest's own report. */
function closingLine() {
  const { numPassedTests, numFailedTests, numPendingTests, numTodoTests } = readJson(report);
  const skipped = numPendingTests + numTodoTests;
  return `${numPassedTests} passed, ${numFailedTests} failed${skipped > 0 ? `, ${skipped} skipped` : ''}`;
}

/** @param {string[]} args */
function choose(args) {
  const names = Object.keys(stages);
  const at = args.indexOf('--only');
  if (at < 0) return { chosen: args.length > 0 ? ['vitest'] : names, rest: args };
  const chosen = (args[at + 1] ?? '').split(',');
  const unknown = chosen.filter((name) => !names.includes(name));
  if (unknown.length > 0) {
    throw new Stop(`--only takes ${names.join(', ')}; found ${unknown.join(', ') || 'nothing'}`);
  }
  return { chosen: names.filter((name) => chosen.includes(name)), rest: args.toSpliced(at, 2) };
}

async function main() {
  const { chosen, rest } = choose(process.argv.slice(2));
  filters = rest;
  pnpmFolder = await bootstrap();
  mkdirSync(cache, { recursive: true });
  rmSync(report, { force: true });
  const start = performance.now();
  /** @type {string[]} */
  const lines = [];
  let failed = false;
  for (const name of chosen) {
    const stage = stages[name];
    if (!stage) continue;
    const begin = performance.now();
    try {
      await stage.run();
      lines.push(`  ok      ${name.padEnd(8)} ${seconds(begin).padStart(7)}  ${stage.what}`);
    } catch (error) {
      failed = true;
      lines.push(`  FAILED  ${name.padEnd(8)} ${seconds(begin).padStart(7)}  ${stage.what}`);
      stop(error);
    }
    console.log(lines.at(-1));
    if (failed) break;
  }
  for (const name of chosen.slice(lines.length)) lines.push(`  -       ${name.padEnd(8)}          not run`);
  console.log(`\nStages, ${seconds(start)} in all\n${lines.join('\n')}`);
  if (existsSync(report)) console.log(closingLine());
}

main().catch(stop);
