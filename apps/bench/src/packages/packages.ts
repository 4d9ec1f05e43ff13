import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync, realpathSync } from 'node:fs';
import { join } from 'node:path';
import { type Finding, median } from '../measurement.js';
import { root } from '../workspace.js';

const imports = 10;
const scope = '@interlend/';
/** Packages that a target speaks of. */
const protocolPackages = ['iso-ill', 'slnp'] as const;

/** What it costs to depend on a protocol package. */
export function measurePackages(say: (text: string) => void): readonly Finding[] {
  return protocolPackages.flatMap((name) => {
    say(`${scope}${name}: ${imports} imports`);
    const times = Array.from({ length: imports }, () => importMs(`${scope}${name}`));
    const thirdParties = thirdPartiesOf(join(root, 'packages', name));
    return [
      {
        name: `import of ${scope}${name}`,
        value: median(times),
        unit: 'ms',
        note: `median of ${imports} fresh processes`,
      },
      {
        name: `third-party packages installed with ${scope}${name}`,
        value: thirdParties.size,
        unit: 'packages',
        ...(thirdParties.size > 0 ? { note: [...thirdParties].sort().join(', ') } : {}),
      },
    ];
  });
}

function importMs(name: string): number {
  const script = `const start = performance.now(); await import('${name}'); console.log(performance.now() - start);`;
  const { status, stdout, stderr } = spawnSync(process.execPath, ['--input-type=module', '-e', script], {
    cwd: join(root, 'apps', 'bench'),
    encoding: 'utf8',
  });
  if (status !== 0) throw new Error(`${name} cannot be imported: ${stderr}`);
  return Number(stdout);
}

/** Names of the packages of others that an installation of the package in `folder` brings. */
function thirdPartiesOf(folder: string, found: Set<string> = new Set()): ReadonlySet<string> {
  for (const name of dependenciesOf(folder)) {
    const place = [folder, join(folder, '..', '..')]
      .map((parent) => join(parent, 'node_modules', name))
      .find((candidate) => existsSync(candidate));
    if (name.startsWith(scope)) {
      if (place) thirdPartiesOf(realpathSync(place), found);
    } else if (!found.has(name)) {
      found.add(name);
      if (place) thirdPartiesOf(realpathSync(place), found);
    }
  }
  return found;
}

function dependenciesOf(folder: string): readonly string[] {
  const manifest: unknown = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8'));
  if (typeof manifest !== 'object' || manifest === null || !('dependencies' in manifest)) return [];
  return Object.keys(manifest.dependencies ?? {});
}
