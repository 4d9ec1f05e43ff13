import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** A program that reads APDUs as lines of hex, or why there is none. */
export type Checker = { readonly path: string } | { readonly missing: string };

const programs = join(import.meta.dirname, '..', 'interop');
const cache = join(import.meta.dirname, '../../../node_modules/.cache/interlend/interop');
const moduleFile = join(import.meta.dirname, '../../../../shared/reference/iso-ill/asn1/ill9702.asn');

function run(
  command: string,
  args: readonly string[],
  cwd?: string,
): { readonly isFine: boolean; readonly output: string } {
  const { status, stdout, stderr } = spawnSync(command, args, { encoding: 'utf8', ...(cwd ? { cwd } : {}) });
  return { isFine: status === 0, output: `${stdout ?? ''}${stderr ?? ''}` };
}

function mustRun(command: string, args: readonly string[], cwd?: string): void {
  const { isFine, output } = run(command, args, cwd);
  if (!isFine) throw new Error(`${command} ${args.join(' ')}\n${output}`);
}

/** A compiled program from the cache, made by `build` when its sources are new. */
function cached(
  name: string,
  sources: readonly string[],
  build: (folder: string, output: string) => void,
): Checker {
  const hash = createHash('sha256').update(sources.join('\0')).digest('hex').slice(0, 16);
  const path = join(cache, `${name}-${hash}`);
  if (existsSync(path)) return { path };
  mkdirSync(cache, { recursive: true });
  const folder = mkdtempSync(join(tmpdir(), `${name}-`));
  try {
    const output = `${path}.${process.pid}`;
    build(folder, output);
    renameSync(output, path);
    return { path };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** `interop/libyaz-check.c`, where gcc and libyaz are installed. */
export function libyazCheck(): Checker {
  if (!run('gcc', ['--version']).isFine) return { missing: 'gcc is not installed' };
  if (!run('gcc', ['-E', '-include', 'yaz/ill.h', '-x', 'c', '/dev/null']).isFine)
    return { missing: 'libyaz-dev is not installed' };
  const source = join(programs, 'libyaz-check.c');
  return cached('libyaz-check', [readFileSync(source, 'utf8')], (_folder, output) => {
    mustRun('gcc', ['-O2', '-std=c11', '-Wall', '-Wextra', '-Werror', '-o', output, source, '-lyaz']);
  });
}

/** `interop/asn1c-check.c` with what asn1c makes of the protocol module, where all of that is at hand. */
export function asn1cCheck(): Checker {
  if (!run('gcc', ['--version']).isFine) return { missing: 'gcc is not installed' };
  if (!run('asn1c', ['-h']).output.includes('ASN.1')) return { missing: 'asn1c is not installed' };
  if (!existsSync(moduleFile)) return { missing: '../shared/reference with the protocol module is not here' };
  const source = join(programs, 'asn1c-check.c');
  const module = forAsn1c(readFileSync(moduleFile, 'utf8'));
  return cached('asn1c-check', [module, readFileSync(source, 'utf8')], (folder, output) => {
    writeFileSync(join(folder, 'ill.asn'), module);
    mustRun('asn1c', ['-fcompound-names', 'ill.asn'], folder);
    const made = readdirSync(folder).filter((name) => name.endsWith('.c') && name !== 'converter-sample.c');
    mustRun('gcc', ['-O1', '-w', '-I.', '-o', output, source, ...made], folder);
  });
}

/**
 * The protocol module in the older and smaller notation that asn1c 0.9.28 reads: arms of a CHOICE have names, a CHOICE has
 * no SIZE, a DEFAULT is OPTIONAL, ANY is defined by nothing, EXTERNAL is a type of the module, and the repertoire of
 * EDIFACTString, with its quoted quotes, is left out. None of that changes an octet.
 */
function forAsn1c(module: string): string {
  const nameArms = (text: string, choice: string): string =>
    text.replace(new RegExp(`(${choice} ::= CHOICE \\{)([^}]*)\\}`), (_all, head: string, arms: string) => {
      return `${head}${arms.replace(/[A-Z][A-Za-z-]*/g, (type) => `arm-${type} ${type}`)}}`;
    });
  return nameArms(nameArms(module, 'ILL-APDU'), 'ILL-String')
    .replace(/ILL-String \(SIZE \(\d+\)\)/g, 'ILL-String')
    .replace(/DEFAULT \w+/g, 'OPTIONAL')
    .replace(/ANY DEFINED BY [\w-]+/g, 'ANY')
    .replace(/\bEXTERNAL\b/g, 'External-Value')
    .replace(/(EDIFACTString ::= VisibleString)\s*\(FROM \(.*?"\?"\)\)/s, '$1')
    .replace(
      /\nEND\s*$/,
      `
External-Value ::= [UNIVERSAL 8] IMPLICIT SEQUENCE {
  direct-reference OBJECT IDENTIFIER OPTIONAL,
  indirect-reference INTEGER OPTIONAL,
  data-value-descriptor ObjectDescriptor OPTIONAL,
  encoding CHOICE {
    single-ASN1-type [0] ANY,
    octet-aligned [1] IMPLICIT OCTET STRING,
    arbitrary [2] IMPLICIT BIT STRING
  }
}
END
`,
    );
}

/** What a checker says of each line: the octets as it writes them, in hex, or the error. */
export function check(
  checker: Checker,
  lines: readonly string[],
): readonly ({ readonly hex: string } | { readonly error: string })[] {
  if ('missing' in checker) throw new Error(checker.missing);
  const { status, signal, stdout } = spawnSync(checker.path, {
    input: lines.map((line) => `${line}\n`).join(''),
    encoding: 'utf8',
    maxBuffer: 2 ** 30,
  });
  const answers = stdout.split('\n').slice(0, -1);
  if (status !== 0 || answers.length !== lines.length) {
    throw new Error(`ended with ${signal ?? status} at line ${answers.length + 1}: ${lines[answers.length]}`);
  }
  return answers.map((answer) =>
    answer.startsWith('ok ') ? { hex: answer.slice(3) } : { error: answer.replace(/^error /, '') },
  );
}
