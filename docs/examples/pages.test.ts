import { existsSync, globSync, readFileSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { ErrorKinds } from '@interlend/alma';
import { defaultRegistry, readSettingsFile } from '@interlend/reference-server';
import { describe, expect, it } from 'vitest';
import { renderPage } from './pages.js';
import { settingMeanings } from './setting-meanings.js';
import { settingKeys } from './settings-tables.js';

const root = join(import.meta.dirname, '..', '..');
const pages = ['README.md', ...globSync('docs/*.md', { cwd: root }).toSorted()];
const read = (path: string) => readFileSync(join(root, path), 'utf8');

describe('the pages', () => {
  // A page runs up to a dozen programs from their sources, each of which takes a second of the processor.
  const renderMs = 60_000;
  it.each(pages)(
    '%s shows examples, outputs and tables as the code has them now',
    async (page) => {
      // `npm test -- docs -u` writes what differs.
      await expect(await renderPage(read(page))).toMatchFileSnapshot(join(root, page));
    },
    renderMs,
  );

  it.each(pages)('%s links to files that are there', (page) => {
    const targets = [...read(page).matchAll(/\]\((?!https?:)([^)#]+)(?:#[^)]*)?\)/g)].map(
      ([, target]) => target ?? '',
    );
    expect(targets.filter((target) => !existsSync(join(root, dirname(page), target)))).toEqual([]);
  });

  it.each(pages)('%s links to headings that are there', (page) => {
    const missing = [...read(page).matchAll(/\]\((?!https?:)([^)#]*)#([^)]+)\)/g)].filter(
      ([, file = '', heading]) => {
        const path = file === '' ? page : relative(root, join(root, dirname(page), file));
        return !headingsOf(read(path)).includes(heading ?? '');
      },
    );
    expect(missing.map(([link]) => link)).toEqual([]);
  });

  it('use every example, and each is there', () => {
    const used = pages.flatMap((page) =>
      [...read(page).matchAll(/<!-- example: (.+?) -->/g)].map(([, name]) => name),
    );
    const kept = globSync('*.ts', { cwd: import.meta.dirname })
      .map((file) => file.replace(/\.ts$/, ''))
      .filter(
        (name) =>
          ![
            'pages',
            'pages.test',
            'tables',
            'settings-tables',
            'setting-meanings',
            'route-table',
            'format-table',
            'slnp-tables',
            'mail-tables',
            'alma-tables',
            'conformance-tables',
          ].includes(name),
      );
    expect([...new Set(used)].toSorted()).toEqual(kept.toSorted());
  });

  it('refuse a marker that nothing fills', async () => {
    await expect(renderPage('<!-- song: a -->\n<!-- /song -->')).rejects.toThrow('nothing makes a song');
    await expect(renderPage('<!-- table: a -->\n<!-- /table -->')).rejects.toThrow('no table is named a');
    await expect(renderPage('<!-- example: absent -->\n<!-- /example -->')).rejects.toThrow('ENOENT');
  });

  it('lose what somebody typed between markers', async () => {
    const typed = '<!-- table: variables -->\n| typed |\n<!-- /table -->';
    expect(await renderPage(typed)).not.toContain('typed');
  });
});

describe('the settings of the guide', () => {
  it.each(['interlend.yaml', 'slnp.yaml', 'slnp-rehearsal.yaml', 'mail.yaml', 'verify-rehearsal.yaml'])(
    'are accepted as they stand: %s',
    (file) => {
      const { mistakes = [] } = readSettingsFile(join(import.meta.dirname, file), {}, defaultRegistry);
      expect(mistakes.map(({ message }) => message)).toEqual([]);
    },
  );
});

describe('the tables of the pages', () => {
  it('explain every setting, and none that is not there', () => {
    expect(Object.keys(settingMeanings).toSorted()).toEqual([...settingKeys()].toSorted());
  });

  it('list every deviation of APDUs that the code knows', () => {
    const files = globSync(['packages/wire/src/ber/*.ts', 'packages/iso-ill/src/{codec,messages/*}.ts'], {
      cwd: root,
    });
    // A constraint that never complains: an error report answers other versions.
    const found = deviationsIn(files).filter((code) => code !== 'protocol-version');
    expect(codesUnder('docs/iso-ill.md', 'Deviations')).toEqual(found);
  });

  it('list every deviation of SLNP that the code knows', () => {
    const files = globSync('packages/slnp/src/codec/*.ts', { cwd: root });
    expect(codesUnder('docs/slnp.md', 'Commands')).toEqual(deviationsIn(files));
  });

  it('list every deviation of mail that the code knows', () => {
    const files = globSync('packages/iso-ill/src/mime/*.ts', { cwd: root });
    expect(codesUnder('docs/iso-ill.md', 'Deviations of mail')).toEqual(deviationsIn(files));
  });

  it('list every code of AlmaError', () => {
    expect(codesUnder('docs/alma.md', 'Errors')).toEqual(Object.keys(ErrorKinds).toSorted());
  });

  it.each(['DecodeError', 'EncodeError', 'TransportError'])('list every code of %s', (name) => {
    const source = read('packages/core/src/errors.ts');
    const [, union = ''] = new RegExp(`export type ${name}Code =([\\s\\S]*?);\\n\\n`).exec(source) ?? [];
    const codes = [...union.matchAll(/\| '([a-z-]+)'/g)].map(([, code]) => code ?? '');
    expect(codes.length).toBeGreaterThan(3);
    expect(codesUnder('docs/errors.md', name)).toEqual(codes.toSorted());
  });
});

/** First column of the table under a heading, sorted. */
function codesUnder(page: string, heading: string): readonly string[] {
  const [, section = ''] =
    new RegExp(`\\n#+ \`?${heading}\`?\\n([\\s\\S]*?)(?=\\n#|$)`).exec(read(page)) ?? [];
  return [...section.matchAll(/^\| `([a-z0-9-]+)` \|/gm)].map(([, code]) => code ?? '').toSorted();
}

/** Codes of deviations in sources, sorted. */
function deviationsIn(files: readonly string[]): readonly string[] {
  const codes = files
    .filter((file) => !/\.test(-support)?\.ts$/.test(file))
    .flatMap((file) => [...read(file).matchAll(/(?:deviate\(\s*|\bcode: )'([a-z0-9-]+)'(?! \|)/g)])
    .map(([, code]) => code ?? '');
  return [...new Set(codes)].toSorted();
}

/** The names by which headings can be linked to. */
function headingsOf(text: string): readonly string[] {
  return [...text.matchAll(/^#+ (.+)$/gm)].map(([, heading = '']) =>
    heading
      .toLowerCase()
      .replaceAll(/[^\p{L}\p{N} _-]/gu, '')
      .replaceAll(' ', '-'),
  );
}
