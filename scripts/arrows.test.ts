import { readdirSync, readFileSync } from 'node:fs';
import { join, relative, sep } from 'node:path';
import { describe, expect, it } from 'vitest';
import { findViolations, type Rule, type Tree, type WorkspacePackage } from './arrows.js';

const root = join(import.meta.dirname, '..');
const kept = ['packages', 'apps', 'conformance', 'scripts', 'docs'];

function readTree(): Tree {
  const files = new Map<string, string>();
  const packages: WorkspacePackage[] = [];
  const visit = (folder: string) => {
    for (const entry of readdirSync(folder, { withFileTypes: true })) {
      const path = join(folder, entry.name);
      const place = relative(root, path).split(sep).join('/');
      if (entry.isDirectory()) {
        if (!['node_modules', 'dist', '.turbo'].includes(entry.name) && place !== 'docs/api') visit(path);
        continue;
      }
      files.set(place, entry.name.endsWith('.ts') ? readFileSync(path, 'utf8') : '');
      if (entry.name === 'package.json')
        packages.push(readManifest(path, place.slice(0, -'/package.json'.length)));
    }
  };
  for (const entry of readdirSync(root, { withFileTypes: true })) {
    if (entry.isDirectory() && kept.includes(entry.name)) visit(join(root, entry.name));
  }
  return { packages, files };
}

function readManifest(path: string, folder: string): WorkspacePackage {
  const manifest = JSON.parse(readFileSync(path, 'utf8'));
  const { name, dependencies, devDependencies, peerDependencies, optionalDependencies } = manifest;
  const all = { ...dependencies, ...devDependencies, ...peerDependencies, ...optionalDependencies };
  return { name, folder, dependencies: Object.keys(all) };
}

/** A tree with these sources, each package depending on nothing unless said. */
function madeUp(sources: Record<string, string>, dependencies: Record<string, string[]> = {}): Tree {
  const folders = new Set([
    ...Object.keys(sources).map((path) => path.split('/src/')[0] ?? ''),
    ...Object.keys(dependencies),
  ]);
  return {
    files: new Map(Object.entries(sources)),
    packages: [...folders].map((folder) => ({
      name: `@interlend/${folder.split('/').at(-1)}`,
      folder,
      dependencies: dependencies[folder] ?? [],
    })),
  };
}

describe('the workspace', () => {
  const tree = readTree();

  it('is seen whole', () => {
    expect(tree.packages.map(({ name }) => name)).toContain('@interlend/core');
    expect([...tree.files.keys()]).toContain('packages/core/src/index.ts');
  });

  it('keeps the arrows', () => {
    expect(findViolations(tree)).toEqual([]);
  });
});

describe('the checker', () => {
  it('accepts a tree that keeps the arrows', () => {
    const tree = madeUp(
      {
        'packages/core/src/index.ts': "export * from './event.js';",
        'packages/core/src/event.ts': "import type { Index } from './index.js';",
        'packages/core/src/event.test.ts': "import { it } from 'vitest'; import './event.js';",
        'packages/wire/src/xml/reader.ts':
          "import { event } from '@interlend/core'; import sax from 'saxes';",
        'packages/transport/src/tcp/index.ts':
          "import net from 'node:net'; import { event } from '@interlend/core';",
        'packages/iso-ill/src/codec.ts': "import { ber } from '@interlend/wire/ber';",
        'packages/iso-ill/src/common-name.ts': 'export {};',
        'conformance/src/main.ts': "import { replay } from '@interlend/testing';",
      },
      { 'packages/iso-ill': ['@interlend/core', '@interlend/wire', 'fast-check'] },
    );
    expect(findViolations(tree)).toEqual([]);
  });

  const cases: { title: string; rule: Rule; path: string; tree: Tree }[] = [
    {
      title: 'a protocol that imports another',
      rule: 'arrow',
      path: 'packages/slnp/src/mapping.ts',
      tree: madeUp({ 'packages/slnp/src/mapping.ts': "import type { Apdu } from '@interlend/iso-ill';" }),
    },
    {
      title: 'a protocol that depends on another',
      rule: 'arrow',
      path: 'packages/ncip/package.json',
      tree: madeUp({}, { 'packages/ncip': ['@interlend/iso18626'] }),
    },
    {
      title: 'an import that is made while running',
      rule: 'arrow',
      path: 'packages/wire/src/ber/reader.ts',
      tree: madeUp({
        'packages/wire/src/ber/reader.ts': "const late = await import('@interlend/transport/tcp');",
      }),
    },
    {
      title: 'alma importing more than core',
      rule: 'arrow',
      path: 'packages/alma/src/client.ts',
      tree: madeUp({ 'packages/alma/src/client.ts': "import { readXml } from '@interlend/wire/xml';" }),
    },
    {
      title: 'core importing anything of the workspace, in a test as well',
      rule: 'arrow',
      path: 'packages/core/src/event.test.ts',
      tree: madeUp({ 'packages/core/src/event.test.ts': "import { replay } from '@interlend/testing';" }),
    },
    {
      title: 'core importing a module from outside',
      rule: 'third-party',
      path: 'packages/core/src/event.ts',
      tree: madeUp({ 'packages/core/src/event.ts': "import { randomUUID } from 'node:crypto';" }),
    },
    {
      title: 'wire importing more than saxes',
      rule: 'third-party',
      path: 'packages/wire/src/xml/reader.ts',
      tree: madeUp({ 'packages/wire/src/xml/reader.ts': "import { z } from 'zod';" }),
    },
    {
      title: 'transport importing more than Node',
      rule: 'third-party',
      path: 'packages/transport/src/http.ts',
      tree: madeUp({ 'packages/transport/src/http.ts': "import { fetch } from 'undici';" }),
    },
    {
      title: 'conformance importing a server',
      rule: 'arrow',
      path: 'conformance/src/peers.ts',
      tree: madeUp({ 'conformance/src/peers.ts': "export { listen } from '@interlend/reference-server';" }),
    },
    {
      title: 'conformance reaching a server by a relative path',
      rule: 'own-folder',
      path: 'conformance/src/peers.ts',
      tree: madeUp({ 'conformance/src/peers.ts': "import '../../apps/reference-server/src/main.js';" }),
    },
    {
      title: 'a package that nobody placed',
      rule: 'unknown-package',
      path: 'packages/z39/package.json',
      tree: madeUp({}, { 'packages/z39': [] }),
    },
    {
      title: 'a folder without a name of its own',
      rule: 'name',
      path: 'packages/core/src/utils',
      tree: madeUp({ 'packages/core/src/utils/dates.ts': 'export {};' }),
    },
    {
      title: 'a test without a name of its own',
      rule: 'name',
      path: 'packages/core/src/test-helpers.test.ts',
      tree: madeUp({ 'packages/core/src/test-helpers.test.ts': 'export {};' }),
    },
    {
      title: 'files that import each other',
      rule: 'cycle',
      path: 'packages/core/src/a.ts',
      tree: madeUp({
        'packages/core/src/a.ts': "import './b.js';",
        'packages/core/src/b.ts': "export * from './c.js';",
        'packages/core/src/c.ts': "import { a } from './a.js';",
      }),
    },
  ];

  it.each(cases)('reports $title', ({ rule, path, tree }) => {
    expect(findViolations(tree)).toEqual([{ rule, path, problem: expect.any(String) }]);
  });

  it('names the files of a loop', () => {
    const tree = madeUp({
      'packages/core/src/a.ts': "import './b.js';",
      'packages/core/src/b.ts': "import './a.js';",
    });
    expect(findViolations(tree)[0]?.problem).toBe('src/a.ts → src/b.ts → src/a.ts');
  });
});
