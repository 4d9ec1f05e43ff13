import { execFile } from 'node:child_process';
import {
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readlinkSync,
  realpathSync,
  rmSync,
  symlinkSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, isAbsolute, join } from 'node:path';
import { promisify } from 'node:util';
import { rootFolder } from '../folders.js';

const run = promisify(execFile);

/** A copy of the checkout in which mistakes may be made; the checkout itself is never written to. */
export interface Workbench {
  readonly folder: string;
  remove(): void;
}

/** Copies the sources as they are now, committed or not, and links what is installed. */
export async function openWorkbench(): Promise<Workbench> {
  const folder = realpathSync(mkdtempSync(join(tmpdir(), 'interlend-sabotage-')));
  const remove = (): void => rmSync(folder, { recursive: true, force: true });
  try {
    const { stdout } = await run('git', ['ls-files', '--cached', '--others', '--exclude-standard', '-z'], {
      cwd: rootFolder,
      maxBuffer: 2 ** 26,
    });
    const files = stdout.split('\0').filter((file) => file !== '' && existsSync(join(rootFolder, file)));
    for (const file of files) {
      mkdirSync(dirname(join(folder, file)), { recursive: true });
      cpSync(join(rootFolder, file), join(folder, file));
    }
    for (const manifest of files.filter((file) => /(?:^|\/)package\.json$/.test(file))) {
      linkInstalled(join(rootFolder, dirname(manifest)), join(folder, dirname(manifest)));
    }
    return { folder, remove };
  } catch (error) {
    remove();
    throw error;
  }
}

/** Packages of the workspace are those of the copy; all else is where it was installed. */
function linkInstalled(from: string, to: string): void {
  const modules = join(from, 'node_modules');
  if (!existsSync(modules)) return;
  if (from === join(rootFolder, '.')) {
    symlinkSync(modules, join(to, 'node_modules'));
    return;
  }
  const link = (path: string): void => {
    const target = readlinkSync(join(modules, path));
    const isWorkspace = path.startsWith('@interlend/') && !isAbsolute(target);
    mkdirSync(dirname(join(to, 'node_modules', path)), { recursive: true });
    symlinkSync(isWorkspace ? target : realpathSync(join(modules, path)), join(to, 'node_modules', path));
  };
  for (const entry of readdirSync(modules, { withFileTypes: true })) {
    if (entry.isSymbolicLink()) link(entry.name);
    else if (entry.name.startsWith('@'))
      for (const name of readdirSync(join(modules, entry.name))) link(`${entry.name}/${name}`);
  }
}
