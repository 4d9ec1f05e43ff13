import { readdirSync, readFileSync } from 'node:fs';
import { join, relative, sep } from 'node:path';
import { checkExchange, checkYaml, type Exchange, type Mistake, mistakesError } from '@interlend/testing';
import {
  exchangesFolder,
  knownFailuresFile,
  requirementsFolder,
  rootFolder,
  systemsFile,
} from '../folders.js';
import { type KnownFailure, KnownFailuresSchema } from './known-failures.js';
import { type Requirements, RequirementsSchema } from './requirements.js';
import { type SystemRow, SystemsSchema } from './systems.js';

/** Everything that a run is made of. */
export interface Suite {
  readonly systems: readonly SystemRow[];
  readonly requirements: readonly Requirements[];
  readonly exchanges: readonly Exchange[];
  readonly knownFailures: readonly KnownFailure[];
}

/** A file and what it says; names are relative to the checkout, with forward slashes. */
export interface SuiteFile {
  readonly name: string;
  readonly text: string;
}

/** What files say, and the mistakes in them; a file with mistakes is left out. */
export interface Checked<Value> {
  readonly value: Value;
  readonly mistakes: readonly Mistake[];
}

function nameOf(path: string): string {
  return relative(rootFolder, path).split(sep).join('/');
}

function read(path: string): SuiteFile {
  return { name: nameOf(path), text: readFileSync(path, 'utf8') };
}

function readFolder(folder: string): readonly SuiteFile[] {
  return readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.yaml'))
    .sort()
    .map((name) => read(join(folder, name)));
}

/** The file of an exchange. */
export function exchangeFile(id: string): string {
  return `${nameOf(exchangesFolder)}/${id}.yaml`;
}

/** The file with the requirements of a protocol. */
export function requirementsFile(protocol: string): string {
  return `${nameOf(requirementsFolder)}/${protocol}.yaml`;
}

export function checkSystems(file: SuiteFile = read(systemsFile)): Checked<readonly SystemRow[]> {
  const { document, mistakes } = checkYaml(SystemsSchema, file.text, file.name);
  return { value: document?.value.systems ?? [], mistakes };
}

export function checkKnownFailures(
  file: SuiteFile = read(knownFailuresFile),
): Checked<readonly KnownFailure[]> {
  const { document, mistakes } = checkYaml(KnownFailuresSchema, file.text, file.name);
  return { value: document?.value.failures ?? [], mistakes };
}

export function checkRequirements(
  files: readonly SuiteFile[] = readFolder(requirementsFolder),
): Checked<readonly Requirements[]> {
  return all(
    files.map(({ name, text }) => {
      const { document, mistakes } = checkYaml(RequirementsSchema, text, name);
      if (!document) return { mistakes };
      const { value, lineOf } = document;
      const ids = value.requirements.map(({ id }) => id);
      const twice = ids.flatMap((id, index): readonly Mistake[] =>
        ids.indexOf(id) === index
          ? []
          : [
              {
                source: name,
                line: lineOf(['requirements', index]),
                key: `requirements.${index}.id`,
                expected: 'an id of its own',
                got: `${id}, which requirements.${ids.indexOf(id)} has`,
                remedy: 'give one of them another id',
              },
            ],
      );
      return { value, mistakes: twice };
    }),
  );
}

/** @param requirements the ids that an exchange of each protocol may name; any when absent */
export function checkExchanges(
  requirements: ReadonlyMap<string, ReadonlySet<string>> | undefined,
  files: readonly SuiteFile[] = readFolder(exchangesFolder),
): Checked<readonly Exchange[]> {
  return all(
    files.map(({ name, text }) => {
      const { document, mistakes } = checkExchange(text, name);
      if (!document) return { mistakes };
      const { value: exchange, lineOf } = document;
      const { id, protocol } = exchange;
      const found: Mistake[] = [];
      if (name !== exchangeFile(id)) {
        found.push({
          source: name,
          line: lineOf(['id']),
          key: 'id',
          expected: name.slice(exchangeFile('').length - '.yaml'.length, -'.yaml'.length),
          got: id,
          remedy: 'the id is the path of the file: correct it, or rename the file',
        });
      }
      for (const [index, requirement] of exchange.requirements.entries()) {
        if (!requirements || requirements.get(protocol)?.has(requirement)) continue;
        found.push({
          source: name,
          line: lineOf(['requirements', index]),
          key: `requirements.${index}`,
          expected: `an id of ${requirementsFile(protocol)}`,
          got: requirement,
          remedy: 'correct it, or add its row there',
        });
      }
      return { value: exchange, mistakes: found };
    }),
  );
}

function all<Value>(
  checked: readonly { readonly value?: Value | undefined; readonly mistakes: readonly Mistake[] }[],
): Checked<readonly Value[]> {
  return {
    value: checked.flatMap(({ value, mistakes }) =>
      value === undefined || mistakes.length > 0 ? [] : [value],
    ),
    mistakes: checked.flatMap(({ mistakes }) => mistakes),
  };
}

/** Reads the whole suite. @throws ConfigError with file, line and key of every mistake in all of its files */
export function loadSuite(): Suite {
  const systems = checkSystems();
  const requirements = checkRequirements();
  const ids = new Map(
    requirements.value.map(({ protocol, requirements: rows }) => [
      protocol,
      new Set(rows.map(({ id }) => id)),
    ]),
  );
  // A broken file of requirements is one mistake, not one of every exchange that names them.
  const exchanges = checkExchanges(requirements.mistakes.length > 0 ? undefined : ids);
  const knownFailures = checkKnownFailures();
  const mistakes = [systems, requirements, exchanges, knownFailures].flatMap((checked) => checked.mistakes);
  if (mistakes.length > 0) throw mistakesError(mistakes);
  return {
    systems: systems.value,
    requirements: requirements.value,
    exchanges: exchanges.value,
    knownFailures: knownFailures.value,
  };
}
