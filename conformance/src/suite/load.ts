import { readdirSync, readFileSync } from 'node:fs';
import { join, relative, sep } from 'node:path';
import { ConfigError } from '@interlend/core';
import { type Exchange, readExchange, readYaml } from '@interlend/testing';
import {
  exchangesFolder,
  knownFailuresFile,
  packageFolder,
  requirementsFolder,
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

/** A file and what it says; names are relative to the package, with forward slashes. */
export interface SuiteFile {
  readonly name: string;
  readonly text: string;
}

function read(path: string): SuiteFile {
  return { name: relative(packageFolder, path).split(sep).join('/'), text: readFileSync(path, 'utf8') };
}

function readFolder(folder: string): readonly SuiteFile[] {
  return readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.yaml'))
    .sort()
    .map((name) => read(join(folder, name)));
}

/** @throws ConfigError with file, line and key of the first mistake */
export function loadSystems(file: SuiteFile = read(systemsFile)): readonly SystemRow[] {
  return readYaml(SystemsSchema, file.text, file.name, 'the format of systems.yaml, version 1').value.systems;
}

/** @throws ConfigError */
export function loadRequirements(
  files: readonly SuiteFile[] = readFolder(requirementsFolder),
): readonly Requirements[] {
  return files.map(({ name, text }) => {
    const { value, lineOf } = readYaml(
      RequirementsSchema,
      text,
      name,
      'the format of requirements, version 1',
    );
    const seen = new Set<string>();
    for (const [index, { id }] of value.requirements.entries()) {
      if (seen.has(id))
        throw mistake(name, lineOf(['requirements', index]), `requirements.${index}.id`, 'an id of its own');
      seen.add(id);
    }
    return value;
  });
}

/** @throws ConfigError */
export function loadKnownFailures(file: SuiteFile = read(knownFailuresFile)): readonly KnownFailure[] {
  return readYaml(KnownFailuresSchema, file.text, file.name, 'the format of known-failures.yaml, version 1')
    .value.failures;
}

/**
 * @param requirements the ids that an exchange of each protocol may name
 * @throws ConfigError
 */
export function loadExchanges(
  requirements: ReadonlyMap<string, ReadonlySet<string>>,
  files: readonly SuiteFile[] = readFolder(exchangesFolder),
): readonly Exchange[] {
  return files.map(({ name, text }) => {
    const { value: exchange, lineOf } = readExchange(text, name);
    if (name !== `exchanges/${exchange.id}.yaml`)
      throw mistake(name, lineOf(['id']), 'id', name.slice('exchanges/'.length, -'.yaml'.length));
    const known = requirements.get(exchange.protocol);
    for (const [index, id] of exchange.requirements.entries()) {
      if (!known?.has(id))
        throw mistake(
          name,
          lineOf(['requirements', index]),
          `requirements.${index}`,
          `an id of requirements/${exchange.protocol}.yaml, not ${id}`,
        );
    }
    return exchange;
  });
}

function mistake(source: string, line: number, key: string, accepted: string): ConfigError {
  return new ConfigError(`${source}:${line}: ${key}: expected ${accepted}`, { key, accepted });
}

/** Reads the whole suite. @throws ConfigError with file, line and key of the first mistake */
export function loadSuite(): Suite {
  const requirements = loadRequirements();
  const ids = new Map(
    requirements.map(({ protocol, requirements: rows }) => [protocol, new Set(rows.map(({ id }) => id))]),
  );
  return {
    systems: loadSystems(),
    requirements,
    exchanges: loadExchanges(ids),
    knownFailures: loadKnownFailures(),
  };
}
