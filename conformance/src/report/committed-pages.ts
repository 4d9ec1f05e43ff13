import { existsSync, readFileSync } from 'node:fs';
import { relative } from 'node:path';
import { matrixData, matrixPage, rootFolder } from '../folders.js';
import type { Matrix } from './matrix.js';
import { formatMatrixData, formatMatrixPage } from './matrix-page.js';

/** The pages of the matrix that the checkout keeps, by path, as a run measures them. */
export function committedPages(matrix: Matrix): ReadonlyMap<string, string> {
  return new Map([
    [matrixPage, formatMatrixPage(matrix)],
    [matrixData, formatMatrixData(matrix)],
  ]);
}

function readPage(path: string): string | undefined {
  return existsSync(path) ? readFileSync(path, 'utf8') : undefined;
}

/** One complaint for each page that is not what was measured. */
export function stalePages(
  pages: ReadonlyMap<string, string>,
  read: (path: string) => string | undefined = readPage,
): readonly string[] {
  return [...pages].flatMap(([path, measured]) => {
    const kept = read(path);
    if (kept === measured) return [];
    const page = relative(rootFolder, path);
    const what =
      kept === undefined
        ? 'does not exist'
        : `is not what this run measures${firstDifference(kept, measured)}`;
    return [`${page} ${what}: look at the difference, then run with --write`];
  });
}

function firstDifference(kept: string, measured: string): string {
  const [before, now] = [kept.split('\n'), measured.split('\n')];
  const index = now.findIndex((line, at) => line !== before[at]);
  return index < 0 ? '' : `, from line ${index + 1} on (${now[index]?.trim() ?? ''})`;
}
