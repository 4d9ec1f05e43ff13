import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { defineConfig } from 'vitest/config';

const root = import.meta.dirname;

/** Workspace packages resolve to their sources, so that no test needs a build. */
const conditions = ['@interlend/source', 'module', 'node', 'development|production'];

const folders = [
  ...['packages', 'apps'].flatMap((parent) =>
    readdirSync(join(root, parent)).map((name) => `${parent}/${name}`),
  ),
  'conformance',
].filter((folder) => existsSync(join(root, folder, 'package.json')));

const project = (name: string, folder: string, include: string) => ({
  ssr: { resolve: { conditions } },
  test: {
    name,
    root: join(root, folder),
    include: [include],
    environment: 'node' as const,
    testTimeout: 20_000,
  },
});

export default defineConfig({
  test: {
    projects: [
      ...folders.map((folder) => project(folder.split('/').at(-1) ?? folder, folder, 'src/**/*.test.ts')),
      project('docs', 'docs/examples', '*.test.ts'),
      project('scripts', 'scripts', '**/*.test.ts'),
    ],
  },
});
