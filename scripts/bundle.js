import { readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { rolldown } from 'rolldown';

// Joins the sources of the package in this folder into one module per export, and what several exports share into
// chunks. A program that imports a package then waits for a few files rather than for a hundred; the compiler only
// checks and writes the types. Dependencies stay imports.
const folder = process.cwd();
const dist = join(folder, 'dist');
const { exports } = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8'));
const input = Object.fromEntries(
  Object.values(exports).map((entry) => [
    entry.default.replace(/^\.\/dist\/(.+)\.js$/, '$1'),
    join(folder, entry['@interlend/source']),
  ]),
);

rmSync(dist, { recursive: true, force: true });
const bundle = await rolldown({
  input,
  platform: 'node',
  external: /^[^./]/,
  resolve: { extensionAlias: { '.js': ['.ts'] } },
});
await bundle.write({ dir: dist, format: 'esm', sourcemap: true, chunkFileNames: 'chunks/[name]-[hash].js' });
await bundle.close();
