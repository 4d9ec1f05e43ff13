import { join } from 'node:path';
import { environment, pinnedNode, root, run, Stop, say, seconds } from './workspace.js';

const patienceMs = 1500;

/**
 * Builds packages and what they depend on; unchanged ones come from the cache. Silent unless it takes a while or fails.
 *
 * @param {string} pnpmFolder
 * @param {string[]} packages names; all when empty
 */
export async function build(pnpmFolder, packages = []) {
  const start = performance.now();
  let told = false;
  const timer = setTimeout(() => {
    told = true;
    say('interlend: building');
  }, patienceMs);
  const { code, output } = await run(
    pinnedNode,
    [
      join(root, 'node_modules', 'turbo', 'bin', 'turbo'),
      'run',
      'build',
      '--output-logs=errors-only',
      ...packages.map((name) => `--filter=${name}`),
    ],
    { env: environment([pnpmFolder]) },
  );
  clearTimeout(timer);
  if (code !== 0) throw new Stop(`${output}interlend: the build failed`);
  if (told) say(`interlend: built in ${seconds(start)}`);
  return output;
}
