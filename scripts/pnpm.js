// npm run pnpm -- ARGS: the pinned pnpm in the caller's folder, for changing dependencies and for releases.
import { join } from 'node:path';
import { checkNode, fetchPnpm, pnpm } from './bootstrap.js';
import { environment, root, run, stop } from './workspace.js';

main().catch(stop);

async function main() {
  checkNode();
  const folder = fetchPnpm();
  const { code } = await run(join(folder, pnpm), process.argv.slice(2), {
    cwd: process.env.INIT_CWD ?? root,
    env: environment([folder]),
    output: 'inherit',
  });
  process.exitCode = code;
}
