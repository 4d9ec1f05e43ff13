import { join } from 'node:path';

/** The folder of this package; the same from sources and from what was built. */
export const packageFolder = join(import.meta.dirname, '..');
/** The checkout. */
export const rootFolder = join(packageFolder, '..');
export const exchangesFolder = join(packageFolder, 'exchanges');
/** Conversations over HTTP with servers that are no library. */
export const httpExchangesFolder = join(packageFolder, 'http-exchanges');
export const requirementsFolder = join(packageFolder, 'requirements');
export const schemaFolder = join(packageFolder, 'schema');
export const systemsFile = join(packageFolder, 'systems.yaml');
export const knownFailuresFile = join(packageFolder, 'known-failures.yaml');
export const matrixPage = join(rootFolder, 'docs', 'support-matrix.md');
export const matrixData = join(rootFolder, 'docs', 'support-matrix.json');
export const sabotagePage = join(rootFolder, 'docs', 'sabotage.md');
