import { spawn } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { extname, join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { tables } from './tables.js';

const folder = import.meta.dirname;
const root = join(folder, '..', '..');
const node = [
  process.execPath,
  '--conditions=@interlend/source',
  `--import=${pathToFileURL(join(root, 'scripts', 'sources.js')).href}`,
];

/** Every process reads the same sources: what one has made of them, the others take. */
const compiled = join(root, 'node_modules', '.cache', 'interlend', 'compiled');

/** What stands between two markers of a page, by the word of the marker. */
const sources: Readonly<Record<string, (subject: string) => Promise<string>>> = {
  /** `example: loan` is the text of `loan.ts`. */
  example: async (name) => fence('ts', await readFile(join(folder, `${name}.ts`), 'utf8')),
  /** `file: interlend.yaml` is that file. */
  file: async (name) => fence(extname(name).slice(1), await readFile(join(folder, name), 'utf8')),
  /** `output: loan` is what `loan.ts` prints. */
  output: async (name) => fence('text', await print([...node, join(folder, `${name}.ts`)])),
  /** `command: interlend …` is the command and what it prints, in a shell that stands in this folder. */
  command: async (line) => fence('console', `$ ${line}\n${await printCommand(line)}`),
  /** `table: settings` is made from the code. */
  table: async (name) => {
    const table = tables[name];
    if (!table) throw new Error(`no table is named ${name}`);
    return table();
  },
};

const block = /<!-- (\w+): (.+?) -->\n[\s\S]*?<!-- \/\1 -->/g;

/** The text of a page with everything between its markers made anew. */
export async function renderPage(text: string): Promise<string> {
  const blocks = [...text.matchAll(block)];
  const contents = await Promise.all(
    blocks.map(async ([, word = '', subject = '']) => {
      const source = sources[word];
      if (!source) throw new Error(`a page asks for ${word}: ${subject}, and nothing makes a ${word}`);
      return `<!-- ${word}: ${subject} -->\n${(await source(subject)).trimEnd()}\n<!-- /${word} -->`;
    }),
  );
  let next = 0;
  return text.replace(block, () => contents[next++] ?? '');
}

function fence(language: string, text: string): string {
  return `\`\`\`${language}\n${text.trimEnd()}\n\`\`\``;
}

function printCommand(line: string): Promise<string> {
  const program = [...node, join(root, 'apps', 'cli', 'src', 'main.ts')].map((part) => `'${part}'`).join(' ');
  return print(['sh', '-c', `interlend() { ${program} "$@"; }; { ${line}; } 2>&1`]);
}

/** Both outputs of a process that stands in this folder. */
function print([program = '', ...args]: readonly string[]): Promise<string> {
  return new Promise((resolve, reject) => {
    const env = { ...process.env, NODE_COMPILE_CACHE: compiled };
    const child = spawn(program, args, { cwd: folder, env, stdio: ['ignore', 'pipe', 'pipe'] });
    const chunks: Buffer[] = [];
    for (const stream of [child.stdout, child.stderr]) {
      stream.on('data', (chunk: Buffer) => {
        chunks.push(chunk);
      });
    }
    child.on('error', reject);
    child.on('close', () => resolve(Buffer.concat(chunks).toString()));
  });
}
