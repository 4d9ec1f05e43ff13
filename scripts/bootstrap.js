// Makes a fresh clone ready: checks Node, fetches the pinned pnpm, installs when a manifest changed.
// Needs only Node 20 and npm. Does nothing, fast, when nothing changed.
import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { basename, delimiter, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { environment, pinnedNode, readJson, root, run, Stop, say, seconds, stop } from './workspace.js';

const stampFile = join(root, 'node_modules', '.interlend-install.json');
/** The name of its program. */
export const pnpm = process.platform === 'win32' ? 'pnpm.cmd' : 'pnpm';

/**
 * Returns the folder that holds the pinned pnpm, with everything installed.
 *
 * @returns {Promise<string>}
 */
export async function bootstrap() {
  checkNode();
  const hash = hashOfManifests();
  const stamp = readStamp();
  if (stamp?.hash === hash && existsSync(pinnedNode) && existsSync(join(stamp.pnpmFolder, pnpm))) {
    return stamp.pnpmFolder;
  }
  const start = performance.now();
  const pnpmFolder = fetchPnpm();
  if (stamp?.hash !== hash || !existsSync(pinnedNode)) await install(pnpmFolder);
  writeFileSync(stampFile, JSON.stringify({ hash, pnpmFolder }));
  say(`interlend: installed in ${seconds(start)}`);
  return pnpmFolder;
}

/** Any Node that can run these scripts; the workspace itself runs on the pinned one. */
export function checkNode() {
  const major = Number(process.versions.node.split('.')[0]);
  if (major < 20) {
    throw new Stop(
      `interlend: Node 20 or newer is needed to begin, this is ${process.versions.node} (${process.execPath})`,
    );
  }
}

function hashOfManifests() {
  const folders = ['packages', 'apps'].flatMap((parent) =>
    existsSync(join(root, parent)) ? readdirSync(join(root, parent)).map((name) => join(parent, name)) : [],
  );
  const files = [
    'package.json',
    'pnpm-lock.yaml',
    'pnpm-workspace.yaml',
    ...[...folders, 'conformance', join('docs', 'examples')]
      .sort()
      .map((folder) => join(folder, 'package.json')),
  ];
  const hash = createHash('sha256').update(`${process.platform} ${process.arch}`);
  for (const file of files) {
    const path = join(root, file);
    if (existsSync(path)) hash.update(`\n${file}\n`).update(readFileSync(path));
  }
  return hash.digest('hex');
}

/** @returns {{ hash: string, pnpmFolder: string } | undefined} */
function readStamp() {
  try {
    return readJson(stampFile);
  } catch {
    return undefined;
  }
}

/** Asks npm for the pinned pnpm and finds the folder in which npm keeps it. */
export function fetchPnpm() {
  const wanted = readJson(join(root, 'package.json')).packageManager;
  say(`interlend: fetching ${wanted}`);
  const args = ['exec', '--yes', `--package=${wanted}`, '--', 'node', '-p', 'process.env.PATH'];
  const npm = process.env.npm_execpath;
  const options = /** @type {const} */ ({ cwd: root, env: environment(), encoding: 'utf8' });
  const result =
    npm && basename(npm) === 'npm-cli.js'
      ? spawnSync(process.execPath, [npm, ...args], options)
      : spawnSync('npm', args, { ...options, shell: process.platform === 'win32' });
  const folder = result.stdout
    ?.trim()
    .split(delimiter)
    .find((entry) => existsSync(join(entry, pnpm)));
  if (result.status === 0 && folder) return folder;
  if (result.error) throw new Stop(`interlend: npm is needed to fetch ${wanted}: ${result.error.message}`);
  throw new Stop(
    `${result.stderr}interlend: npm could not fetch ${wanted}. Is the network there, and the registry that` +
      ' `npm config get registry` names?',
  );
}

async function install(/** @type {string} */ pnpmFolder) {
  say('interlend: installing packages');
  const { code } = await run(join(pnpmFolder, pnpm), ['install', '--frozen-lockfile'], {
    env: environment([pnpmFolder]),
    output: 'progress',
  });
  if (code !== 0) {
    throw new Stop(
      'interlend: the packages could not be installed, see above. After a change of dependencies,' +
        ' `npm run pnpm -- install` updates pnpm-lock.yaml',
    );
  }
  if (!existsSync(pinnedNode)) {
    throw new Stop(`interlend: the package "node" has no binary for ${process.platform} ${process.arch}`);
  }
}

if (process.argv[1] === fileURLToPath(import.meta.url)) bootstrap().catch(stop);
