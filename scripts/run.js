// node scripts/run.js [--caller-directory] [--also <package folder>] <package folder> <file in dist> [arguments]
// Installs and builds what is needed, then runs the file with the pinned Node.
import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { constants } from 'node:os';
import { join } from 'node:path';
import { bootstrap } from './bootstrap.js';
import { build } from './build.js';
import { environment, pinnedNode, readJson, root, Stop, stop } from './workspace.js';

const given = process.argv.slice(2);
const inCallerDirectory = given[0] === '--caller-directory';
if (inCallerDirectory) given.shift();
/** Packages that the program runs without importing them. */
const others = given[0] === '--also' ? given.splice(0, 2).slice(1) : [];
const [folder = '', file = '', ...args] = given;

main().catch(stop);

async function main() {
  const pnpmFolder = await bootstrap();
  await build(
    pnpmFolder,
    [folder, ...others].map((each) => readJson(join(root, each, 'package.json')).name),
  );
  const program = join(root, folder, 'dist', file);
  if (!existsSync(program)) throw new Stop(`interlend: ${folder} was built, and has no dist/${file}`);
  execute(program);
}

function execute(/** @type {string} */ program) {
  const child = spawn(pinnedNode, [program, ...args], {
    cwd: inCallerDirectory ? (process.env.INIT_CWD ?? process.cwd()) : root,
    env: environment(),
    stdio: 'inherit',
  });
  for (const signal of /** @type {const} */ (['SIGINT', 'SIGTERM', 'SIGHUP'])) {
    process.on(signal, () => {
      // A terminal sends Ctrl-C to the child as well; twice would mean "at once" to a server that is closing.
      if (signal === 'SIGINT' && process.stdin.isTTY) return;
      child.kill(signal);
    });
  }
  // npm dies of SIGTERM without passing it on; what it started would stay behind.
  const parent = process.ppid;
  const watch =
    process.env.npm_lifecycle_event && setInterval(() => process.ppid === parent || child.kill(), 500);
  child.on('error', stop);
  child.on('close', (code, signal) => {
    clearInterval(watch);
    process.exitCode = code ?? 128 + (signal ? constants.signals[signal] : 0);
  });
}
