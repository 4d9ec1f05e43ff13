// node scripts/deploy-app.js [reference-server | cli]
// Lays a built application, with everything it needs to run and the Dockerfile of its image, into one folder: the context
// from which the image is built. Prints the folder. Does nothing when nothing changed.
import { createHash } from 'node:crypto';
import {
  copyFileSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { bootstrap, pnpm } from './bootstrap.js';
import { build } from './build.js';
import { environment, readJson, root, run, Stop, say, seconds, stop } from './workspace.js';

/** Folder of the Dockerfile below conformance/peers, by application. */
const dockerfiles = { 'reference-server': 'reference-server', cli: 'verify' };

const app = process.argv[2] ?? 'reference-server';
const name = `@interlend/${app}`;
const source = join(root, 'apps', app);
const dockerfile = join(
  root,
  'conformance',
  'peers',
  dockerfiles[/** @type {keyof dockerfiles} */ (app)] ?? '',
  'Dockerfile',
);
const target = join(root, 'node_modules', '.cache', 'interlend', app);
const stampFile = join(target, '.interlend-deploy');

/** The folders of a package and of those of the workspace that it needs. */
function foldersOf(/** @type {string} */ folder, found = new Set([folder])) {
  const { dependencies = {} } = readJson(join(folder, 'package.json'));
  for (const [dependency, version] of Object.entries(dependencies)) {
    if (version !== 'workspace:*') continue;
    const short = dependency.replace('@interlend/', '');
    const next = join(root, short === 'conformance' ? short : join('packages', short));
    if (!found.has(next)) foldersOf(next, found.add(next));
  }
  return [...found].sort();
}

/** What a package ships, but for its sources. */
function shippedFiles(/** @type {string} */ folder) {
  const { files = ['dist'] } = readJson(join(folder, 'package.json'));
  return /** @type {string[]} */ (files)
    .filter((entry) => entry !== 'src' && !entry.startsWith('!'))
    .map((entry) => join(folder, entry))
    .flatMap((path) =>
      statSync(path).isDirectory()
        ? readdirSync(path, { recursive: true, withFileTypes: true })
            .filter((entry) => entry.isFile())
            .map(({ parentPath, name: file }) => join(parentPath, file))
        : [path],
    )
    .sort();
}

/** Changes whenever the image would. */
function hashOfApp() {
  const hash = createHash('sha256')
    .update(readFileSync(join(root, 'pnpm-lock.yaml')))
    .update(readFileSync(dockerfile));
  for (const folder of foldersOf(source)) {
    hash.update(readFileSync(join(folder, 'package.json')));
    for (const path of shippedFiles(folder))
      hash.update(`\n${path.slice(root.length)}\n`).update(readFileSync(path));
  }
  return hash.digest('hex');
}

async function main() {
  if (!(app in dockerfiles)) {
    throw new Stop(`expected ${Object.keys(dockerfiles).join(' or ')}, found ${app}`);
  }
  const pnpmFolder = await bootstrap();
  // The image of the replayed partners is made of what the suite builds.
  await build(pnpmFolder, [name, '@interlend/conformance']);
  const hash = hashOfApp();
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
    if (code !== 0) throw new Stop(`${output}interlend: ${app} could not be deployed`);
    copyFileSync(dockerfile, join(target, 'Dockerfile'));
    writeFileSync(stampFile, hash);
    say(`interlend: deployed ${app} in ${seconds(start)}`);
  }
  process.stdout.write(`${target}\n`);
}

main().catch(stop);
