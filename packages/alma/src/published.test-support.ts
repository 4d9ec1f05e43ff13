import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

/** What the vendor has published, read where it lies: it is not ours to bring along. */
export const folder = join(import.meta.dirname, '../../../../shared/reference/alma');
export const isThere = existsSync(folder);
/** For the names of tests that are skipped without it. */
export const absent = isThere ? '' : ' (skipped: ../shared/reference with the published schemas is not here)';
export const read = (name: string): string => readFileSync(join(folder, name), 'utf8');
