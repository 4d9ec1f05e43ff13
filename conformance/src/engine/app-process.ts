import type { ChildProcess } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { rootFolder } from '../folders.js';
import { HarnessError } from '../run/checks.js';

/** A run from sources tests apps from sources. */
const sourceCondition = '--conditions=@interlend/source';
const isFromSources = process.execArgv.includes(sourceCondition);
const sources = pathToFileURL(join(rootFolder, 'scripts', 'sources.js')).href;
const nodeArguments = isFromSources ? [sourceCondition, `--import=${sources}`] : [];
const endsWithinMs = 10_000;

/** What Node is told to run an app of this checkout as a process of its own. @throws HarnessError when it is not built */
export function appCommand(app: 'reference-server' | 'alma-simulator'): readonly string[] {
  const main = join(rootFolder, 'apps', app, ...(isFromSources ? ['src', 'main.ts'] : ['dist', 'main.js']));
  if (!existsSync(main))
    throw new HarnessError(`apps/${app} is not built: run \`npm test -- --only build\` first`);
  return [...nodeArguments, main];
}

/** Asks a child to end, and makes it end when it does not. */
export async function endApp(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null || child.pid === undefined) return;
  await new Promise<void>((resolve) => {
    const timer = setTimeout(() => {
      process.emitWarning(
        `process ${child.pid} had not ended ${endsWithinMs} ms after SIGTERM, and is killed`,
      );
      child.kill('SIGKILL');
    }, endsWithinMs);
    child.once('exit', () => {
      clearTimeout(timer);
      resolve();
    });
    child.kill('SIGTERM');
  });
}
