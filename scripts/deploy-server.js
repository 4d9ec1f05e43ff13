// node scripts/deploy-server.js
// Lays the built reference server, with everything it needs to run and its Dockerfile, into one folder: the context from
// which its image is built. Prints the folder. Does nothing when nothing changed.
import { createHash } from 'node:crypto';
import {
  copyFileSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { bootstrap, pnpm } from './bootstrap.js';
import { build } from './build.js';
import { environment, readJson, root, run, Stop, say, seconds, stop } from './workspace.js';

const name = '@interlend/reference-server';
const source = join(root, 'apps', 'reference-server');
const dockerfile = join(root, 'conformance', 'peers', 'reference-server', 'Dockerfile');
const target = join(root, 'node_modules', '.cache', 'interlend', 'reference-server');
const stampFile = join(target, '.interlend-deploy');

/** The folders of a package and of those of the workspace that it needs. */
function foldersOf(/** @type {string} */ folder, found = new Set([folder])) {
  const { dependencies = {} } = readJson(join(folder, 'package.json'));
  for (const [dependency, version] of Object.entries(dependencies)) {
    if (version !== 'workspace:*') continue;
    const next = join(root, 'packages', dependency.replace('@interlend/', ''));
    if (!found.has(next)) foldersOf(next, found.add(next));
  }
  return [...found].sort();
}

/** Changes whenever the image would. */
function hashOfServer() {
  const hash = createHash('sha256')
    .update(readFileSync(join(root, 'pnpm-lock.yaml')))
    .update(readFileSync(dockerfile));
  for (const folder of foldersOf(source)) {
    hash.update(readFileSync(join(folder, 'package.json')));
    const files = readdirSync(join(folder, 'dist'), { recursive: true, withFileTypes: true });
    for (const path of files
      .filter((entry) => entry.isFile())
      .map(({ parentPath, name: file }) => join(parentPath, file))
      .sort())
      hash.update(`\n${path.slice(root.length)}\n`).update(readFileSync(path));
  }
  return hash.digest('hex');
}

async function main() {
  const pnpmFolder = await bootstrap();
  // The image of the replayed partners is made of what the suite builds.
  await build(pnpmFolder, [name, '@interlend/conformance']);
  const hash = hashOfServer();
  if (!existsSync(stampFile) || readFileSync(stampFile, 'utf8') !== hash) {
    const start = performance.now();
    rmSync(target, { recursive: true, force: true });
    mkdirSync(join(target, '..'), { recursive: true });
    // The other way of deploying wants every package of the workspace copied rather than linked.
    const { code, output } = await run(
      join(pnpmFolder, pnpm),
      ['--filter', name, 'deploy', '--prod', '--legacy', target],
      {
        env: environment([pnpmFolder]),
      },
    );
    if (code !== 0) throw new Stop(`${output}interlend: the reference server could not be deployed`);
    copyFileSync(dockerfile, join(target, 'Dockerfile'));
    writeFileSync(stampFile, hash);
    say(`interlend: deployed the reference server in ${seconds(start)}`);
  }
  process.stdout.write(`${target}\n`);
}

main().catch(stop);
