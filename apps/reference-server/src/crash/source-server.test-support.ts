import { fileURLToPath } from 'node:url';

const place = (file: string): string => fileURLToPath(new URL(file, import.meta.url));

/** The command of a server that runs from the sources, without a build. */
export const sourceServer = (file: string): readonly string[] => [
  process.execPath,
  '--conditions=@interlend/source',
  '--disable-warning=ExperimentalWarning',
  '--import',
  place('./source-hooks.test-support.ts'),
  place(file),
];
