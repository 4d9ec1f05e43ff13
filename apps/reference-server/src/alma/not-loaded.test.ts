import { execFileSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { expect, it } from 'vitest';

const place = (file: string): string => fileURLToPath(new URL(file, import.meta.url));

/** The modules of this workspace that an import brings along. */
function loadedWith(file: string): readonly string[] {
  const program = `
    import { registerHooks } from 'node:module';
    registerHooks({
      load(url, context, next) {
        console.log(url);
        return next(url, context);
      },
    });
    await import(${JSON.stringify(new URL(file, import.meta.url).href)});
  `;
  const node = [
    '--conditions=@interlend/source',
    '--disable-warning=ExperimentalWarning',
    '--import',
    place('../crash/source-hooks.test-support.ts'),
  ];
  const printed = execFileSync(process.execPath, [...node, '--input-type=module', '--eval', program]);
  return printed.toString().split('\n');
}

it('a server without an Alma does not load the link to one', () => {
  const ofAlma = /reference-server\/src\/alma\/link\.ts$|packages\/alma\/src\/index\.ts$/;
  expect(loadedWith('../serve.ts').filter((url) => ofAlma.test(url))).toEqual([]);
  expect(loadedWith('./index.ts').filter((url) => ofAlma.test(url))).toHaveLength(2);
});
