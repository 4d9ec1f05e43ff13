import { posix } from 'node:path';
import ts from 'typescript';

/** A package of the workspace, as its manifest says. */
export interface WorkspacePackage {
  readonly name: string;
  readonly folder: string;
  /** Names under dependencies of any kind. */
  readonly dependencies: readonly string[];
}

/** Paths are relative to the checkout, with forward slashes. */
export interface Tree {
  readonly packages: readonly WorkspacePackage[];
  /** Every file that the project keeps, with the text of the TypeScript sources. */
  readonly files: ReadonlyMap<string, string>;
}

export type Rule = 'arrow' | 'third-party' | 'own-folder' | 'unknown-package' | 'name' | 'cycle';

export interface Violation {
  readonly rule: Rule;
  /** File or manifest. */
  readonly path: string;
  readonly problem: string;
}

const protocols = ['iso-ill', 'iso18626', 'ncip', 'artemail', 'slnp'];
const packages = ['core', 'wire', 'transport', 'mail', ...protocols, 'alma', 'testing'];

/** Which packages of the workspace a package may import. What is not listed may not exist. */
const arrows: Readonly<Record<string, readonly string[]>> = {
  core: [],
  wire: ['core'],
  transport: ['core'],
  mail: ['core', 'wire'],
  'iso-ill': ['core', 'wire', 'transport'],
  iso18626: ['core', 'wire', 'transport'],
  ncip: ['core', 'wire', 'transport'],
  slnp: ['core', 'wire', 'transport'],
  artemail: ['core', 'wire', 'mail'],
  alma: ['core'],
  testing: packages.filter((name) => name !== 'testing'),
  'reference-server': packages,
  'alma-simulator': [...packages, 'reference-server'],
  // Servers are reached through their ports only.
  conformance: packages,
  cli: [...packages, 'reference-server', 'conformance'],
  bench: [...packages, 'reference-server'],
  examples: [...packages, 'reference-server', 'alma-simulator'],
};

/** Modules from outside that the sources of the lowest packages may import; tests are free. */
const outside: Readonly<Record<string, (specifier: string) => boolean>> = {
  core: () => false,
  wire: (specifier) => specifier === 'saxes',
  transport: (specifier) => specifier.startsWith('node:'),
};

const scope = '@interlend/';
const nameless = /(^|-)(utils?|common|helpers?|misc|shared)$/;

/** Everything in the tree that breaks a rule of where things live. */
export function findViolations(tree: Tree): Violation[] {
  const violations = [...badNames(tree)];
  for (const member of tree.packages) {
    const name = member.name.replace(scope, '');
    const allowed = arrows[name];
    if (!allowed) {
      violations.push({
        rule: 'unknown-package',
        path: `${member.folder}/package.json`,
        problem: `${member.name} has no row in the table of arrows`,
      });
      continue;
    }
    violations.push(...badDependencies(member, allowed), ...badImports(tree, member, allowed));
    violations.push(...cycles(tree, member));
  }
  return violations;
}

function* badNames({ files }: Tree): Generator<Violation> {
  const seen = new Set<string>();
  for (const path of files.keys()) {
    const segments = path.split('/');
    for (const [depth, segment] of segments.entries()) {
      const place = segments.slice(0, depth + 1).join('/');
      if (seen.has(place)) continue;
      seen.add(place);
      const stem = segment.split('.').find((part) => part !== '') ?? '';
      if (nameless.test(stem))
        yield { rule: 'name', path: place, problem: `"${stem}" says nothing about what is inside` };
    }
  }
}

function* badDependencies(member: WorkspacePackage, allowed: readonly string[]): Generator<Violation> {
  for (const dependency of member.dependencies.filter((name) => name.startsWith(scope))) {
    if (allowed.includes(dependency.slice(scope.length))) continue;
    yield {
      rule: 'arrow',
      path: `${member.folder}/package.json`,
      problem: `${member.name} may not depend on ${dependency}`,
    };
  }
}

function* badImports(tree: Tree, member: WorkspacePackage, allowed: readonly string[]): Generator<Violation> {
  const own = member.name.slice(scope.length);
  for (const [path, text] of sourcesOf(tree, member)) {
    for (const specifier of importsOf(text)) {
      if (specifier.startsWith('.')) {
        if (!resolve(path, specifier).startsWith(`${member.folder}/`)) {
          yield { rule: 'own-folder', path, problem: `${specifier} leaves ${member.folder}` };
        }
      } else if (specifier.startsWith(scope)) {
        const target = specifier.slice(scope.length).split('/')[0] ?? '';
        if (target !== own && !allowed.includes(target)) {
          yield { rule: 'arrow', path, problem: `${member.name} may not import ${specifier}` };
        }
      } else if (!isTest(path) && outside[own]?.(specifier) === false) {
        yield { rule: 'third-party', path, problem: `${member.name} may not import ${specifier}` };
      }
    }
  }
}

/** One violation per loop of files that load each other. Types are erased and may know each other. */
function* cycles(tree: Tree, member: WorkspacePackage): Generator<Violation> {
  const graph = new Map(
    sourcesOf(tree, member).map(([path, text]) => [
      path,
      loadsOf(text).flatMap((specifier) => (specifier.startsWith('.') ? [resolve(path, specifier)] : [])),
    ]),
  );
  const finished = new Set<string>();
  const trail: string[] = [];
  function* visit(path: string): Generator<Violation> {
    const at = trail.indexOf(path);
    if (at >= 0) {
      const loop = [...trail.slice(at), path].map((file) => posix.relative(member.folder, file));
      yield { rule: 'cycle', path, problem: loop.join(' → ') };
      return;
    }
    if (finished.has(path)) return;
    trail.push(path);
    for (const next of graph.get(path) ?? []) yield* visit(next);
    trail.pop();
    finished.add(path);
  }
  for (const path of graph.keys()) yield* visit(path);
}

function sourcesOf({ files }: Tree, { folder }: WorkspacePackage): [path: string, text: string][] {
  return [...files].filter(([path]) => path.startsWith(`${folder}/src/`) && path.endsWith('.ts'));
}

function importsOf(text: string): string[] {
  return ts.preProcessFile(text, true, true).importedFiles.map(({ fileName }) => fileName);
}

/** What a file loads when it is loaded: its imports and exports but those of types. */
function loadsOf(text: string): string[] {
  return ts.createSourceFile('source.ts', text, ts.ScriptTarget.Latest).statements.flatMap((statement) => {
    const isType = ts.isImportDeclaration(statement)
      ? statement.importClause?.phaseModifier === ts.SyntaxKind.TypeKeyword
      : ts.isExportDeclaration(statement) && statement.isTypeOnly;
    if (isType || !(ts.isImportDeclaration(statement) || ts.isExportDeclaration(statement))) return [];
    const { moduleSpecifier } = statement;
    return moduleSpecifier && ts.isStringLiteral(moduleSpecifier) ? [moduleSpecifier.text] : [];
  });
}

function resolve(from: string, specifier: string): string {
  return posix.join(posix.dirname(from), specifier).replace(/\.js$/, '.ts');
}

function isTest(path: string): boolean {
  return /\.test(-support)?\.ts$/.test(path);
}
