import { resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { type Suite, suites } from './suites.js';

/** What the command takes. */
export const usage = `npm run bench -- ${Object.keys(suites).join('|')}|all [--large] [--json FILE] [--write]

  --large      also store 100 000 loans and 1 000 000, which takes minutes and 15 GB
  --json FILE  write the figures as JSON
  --write      write docs/performance.md; needs all
`;

/** What the arguments ask for. */
export interface Given {
  readonly suites: readonly Suite[];
  readonly isLarge: boolean;
  readonly isWritten: boolean;
  /** Where the figures go as JSON. */
  readonly json: string | undefined;
}

/** What the arguments say, or what is wrong with them. `folder` is where relative paths begin. */
export function readArguments(args: readonly string[], folder: string): Given | string {
  try {
    const { positionals, values } = parseArgs({
      args: [...args],
      allowPositionals: true,
      options: { large: { type: 'boolean' }, json: { type: 'string' }, write: { type: 'boolean' } },
    });
    const [name = '', ...rest] = positionals;
    const suite = suites[name];
    const chosen = name === 'all' ? Object.values(suites) : suite ? [suite] : [];
    const isWritten = values.write ?? false;
    if (chosen.length === 0 || rest.length > 0 || (isWritten && name !== 'all')) return usage;
    return {
      suites: chosen,
      isLarge: values.large ?? false,
      isWritten,
      json: values.json === undefined ? undefined : resolve(folder, values.json),
    };
  } catch (error) {
    return `${error instanceof Error ? error.message : String(error)}\n${usage}`;
  }
}
