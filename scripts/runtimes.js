import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { readJson, root, run, Stop } from './workspace.js';

/**
 * The oldest Node that packages promise to run on, and the newest major. The one between is the workspace's own, on
 * which everything runs.
 */
const versions = ['22.12.0', '26.10.0'];

/** Samples that the workspace's own Node reads in full; the others look for what is missing from the language. */
const fewer = { INTERLEND_INTEROP_VALUES: '200' };

/** Imports everything that packages export, as built. */
const importAll = `for (const entry of JSON.parse(process.argv[1])) await import(entry);`;

/**
 * Runs the tests of the packages, and imports what was built of them, on the other supported versions of Node.
 *
 * @param {(text: string) => void} say
 */
export async function testOnOtherRuntimes(say) {
  const folders = readdirSync(join(root, 'packages'));
  const projects = folders.flatMap((name) => ['--project', name]);
  const entries = folders.flatMap((name) => {
    const { exports } = readJson(join(root, 'packages', name, 'package.json'));
    return Object.values(exports).map((entry) => `file://${join(root, 'packages', name, entry.default)}`);
  });
  for (const version of versions) {
    const node = await fetchNode(version);
    const imported = await run(node, ['--input-type=module', '-e', importAll, JSON.stringify(entries)]);
    if (imported.code !== 0)
      throw new Stop(`Node ${version} cannot import what was built:\n${imported.output}`);
    const { code, output } = await run(
      node,
      [join(root, 'node_modules/vitest/vitest.mjs'), 'run', ...projects],
      {
        env: { ...process.env, ...fewer, NO_COLOR: '1' },
      },
    );
    if (code !== 0) throw new Stop(`Tests failed on Node ${version}:\n${output}`);
    const [, count = 'no tests'] = /Tests\s+(.+?)\s*\(/.exec(output) ?? [];
    say(`interlend: Node ${version}: ${entries.length} exports imported, ${count}`);
  }
}

/**
 * The path of a Node of that version, from the package that carries its program for this machine.
 *
 * @param {string} version
 */
async function fetchNode(version) {
  const platform = process.platform === 'win32' ? 'win' : process.platform;
  const carrier = `node-${platform}-${process.arch}@${version}`;
  const { code, output } = await run(
    'npx',
    ['--yes', '--package', carrier, '--', 'node', '-p', 'process.execPath'],
    {
      env: process.env,
    },
  );
  if (code !== 0) throw new Stop(`interlend: Node ${version} could not be fetched:\n${output}`);
  return output.trim().split('\n').at(-1) ?? '';
}
