// npm run format [-- paths]: formats, sorts imports and applies the safe fixes of the linter.
import { bootstrap } from './bootstrap.js';
import { run, stop, tool } from './workspace.js';

main().catch(stop);

async function main() {
  await bootstrap();
  const { code } = await run(tool('biome'), ['check', '--write', ...process.argv.slice(2)], {
    output: 'inherit',
  });
  process.exitCode = code;
}
