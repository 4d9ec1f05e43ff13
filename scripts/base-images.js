// node scripts/base-images.js
// Makes sure that the images on which ours are built are there. What is missing is pulled; where no registry answers, it
// is made under the same name from Debian's packages and the pinned Node, which takes root.
import { spawn } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { cp } from 'node:fs/promises';
import { join } from 'node:path';
import { bootstrap } from './bootstrap.js';
import { askEngine, canInstall, engineAnswers, installPackages } from './container-engine.js';
import { pinnedNode, root, run, Stop, say, seconds, stop } from './workspace.js';

const suite = 'bookworm';
const debian = `debian:${suite}-slim`;
const node = `node:24-${suite}-slim`;
const pullWithinMs = 20_000;
const cache = join(root, 'node_modules', '.cache', 'interlend');
/** What documentation and translations take; Debian's own slim image leaves out the same. */
const leftOut = [
  'usr/share/doc',
  'usr/share/info',
  'usr/share/locale',
  'usr/share/man',
  'var/cache/apt',
  'var/lib/apt/lists',
];

/** @param {string} image */
async function isThere(image) {
  return (await askEngine('GET', `/images/${image}/json`)).status === 200;
}

/** Whether the image is there after a pull. The answer to a pull is 200 even when it fails. @param {string} image */
async function pull(image) {
  const start = performance.now();
  const [name = '', tag = ''] = image.split(':');
  try {
    const query = new URLSearchParams({ fromImage: name, tag });
    await askEngine('POST', `/images/create?${query}`, { limitMs: pullWithinMs });
  } catch {
    // No registry within the time: the look at the image decides.
  }
  if (!(await isThere(image))) return false;
  say(`interlend: pulled ${image} in ${seconds(start)}`);
  return true;
}

/** The archive from which this machine installs, as apt has it configured. */
async function configuredArchive() {
  const { code, output } = await run('apt-get', [
    'indextargets',
    '--format',
    '$(REPO_URI) $(CODENAME)',
    'Created-By: Packages',
    'Origin: Debian',
    'Component: main',
  ]);
  const rows = output.split('\n').map((line) => line.split(' '));
  const [archive] = rows.find(([, codename]) => codename === suite) ?? [];
  if (code === 0 && archive) return archive;
  throw new Stop(`interlend: apt on this machine knows no archive of Debian ${suite}`);
}

/** Makes the images that are missing, out of one tree. @param {string[]} images */
async function make(images) {
  if (!canInstall())
    throw new Stop(
      `interlend: ${images.join(', ')} cannot be pulled, and making them takes root and apt-get`,
    );
  await installPackages(['debootstrap']);
  mkdirSync(cache, { recursive: true });
  const folder = mkdtempSync(join(cache, 'base-images-'));
  const tree = join(folder, 'root');
  try {
    const start = performance.now();
    const { code, output } = await run('debootstrap', [
      '--variant=minbase',
      suite,
      tree,
      await configuredArchive(),
    ]);
    if (code !== 0) throw new Stop(`${output}interlend: debootstrap ended with code ${code}`);
    for (const path of leftOut) rmSync(join(tree, path), { recursive: true, force: true });
    mkdirSync(join(tree, 'var/lib/apt/lists/partial'), { recursive: true });
    mkdirSync(join(tree, 'var/cache/apt/archives/partial'), { recursive: true });
    say(`interlend: made a tree of Debian ${suite} in ${seconds(start)}`);
    if (images.includes(debian)) await importTree(tree, debian, ['CMD ["bash"]']);
    if (images.includes(node)) {
      await cp(pinnedNode, join(tree, 'usr/local/bin/node'), { dereference: true });
      // The image of this name has a user for programs.
      await run('chroot', [tree, 'groupadd', '--gid', '1000', 'node']);
      await run('chroot', [
        tree,
        'useradd',
        '--uid',
        '1000',
        '--gid',
        'node',
        '--shell',
        '/bin/bash',
        '--create-home',
        'node',
      ]);
      await importTree(tree, node, ['CMD ["node"]']);
    }
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** Packs a tree into an image. @param {string} tree @param {string} image @param {string[]} changes lines of a Dockerfile */
async function importTree(tree, image, changes) {
  const start = performance.now();
  const [repo = '', tag = ''] = image.split(':');
  const query = new URLSearchParams({
    fromSrc: '-',
    repo,
    tag,
    message: `Debian ${suite} from its packages`,
  });
  for (const change of changes) query.append('changes', change);
  const tar = spawn('tar', ['--create', '--numeric-owner', '--directory', tree, '.'], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  await askEngine('POST', `/images/create?${query}`, { body: tar.stdout });
  if (!(await isThere(image))) throw new Stop(`interlend: ${image} could not be imported`);
  say(`interlend: made ${image} in ${seconds(start)}`);
}

async function main() {
  await bootstrap();
  if (!(await engineAnswers()))
    throw new Stop('interlend: no container engine answers; scripts/container-engine.js starts one');
  /** @type {string[]} */
  const missing = [];
  for (const image of [debian, node]) {
    if (await isThere(image)) say(`interlend: ${image} is there`);
    else if (!(await pull(image))) missing.push(image);
  }
  if (missing.length > 0) await make(missing);
}

main().catch(stop);
