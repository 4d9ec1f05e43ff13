import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { Systems } from '@interlend/core';
import { formatMistake, type Mistake } from '@interlend/testing';
import { describe, expect, it } from 'vitest';
import { exchangesFolder, schemaFolder } from '../folders.js';
import { protocolsUnderTest } from '../run/protocols.js';
import { syntheticFiles } from '../synthetic/exchange-files.js';
import {
  checkExchanges,
  checkKnownFailures,
  checkRequirements,
  checkSystems,
  exchangeFile,
  loadSuite,
  type SuiteFile,
} from './load.js';
import { jsonSchemas } from './schemas.js';

const suite = loadSuite();

const said = ({ mistakes }: { readonly mistakes: readonly Mistake[] }): readonly string[] =>
  mistakes.map(formatMistake);

const systemsText = (change: (text: string) => string): SuiteFile => ({
  name: 'conformance/systems.yaml',
  text: change(
    [
      'format: 1',
      'systems:',
      '  - id: vdx',
      '    system: VDX',
      '    vendor: OCLC',
      '    functionality: Resource Sharing Process',
      '    protocol: iso-ill',
      '    profile: vdx',
      '    declared: { status: Production, source: a page }',
      '    roles: [borrower]',
      '    requires: { borrower: [borrows-loan], lender: [] }',
    ].join('\n'),
  ),
});

describe('systems.yaml', () => {
  it('has the rows of the support matrix, word for word and in its order', () => {
    expect(
      suite.systems.map(({ id, system, vendor, functionality, protocol, profile, declared }) => ({
        id,
        system,
        vendor,
        functionality,
        protocol,
        profile,
        declared: declared.status,
      })),
    ).toEqual(Systems.map(({ protocolName: _, ...row }) => row));
  });

  it('requires at least twelve exchanges of every row whose protocol has a package', () => {
    for (const { requires } of suite.systems.filter((row) => protocolsUnderTest.has(row.protocol))) {
      expect(requires.borrower.length + requires.lender.length).toBeGreaterThanOrEqual(12);
    }
  });

  it('names file, line and key of a mistake', () => {
    const file = systemsText((text) => text.replace('Production', 'Finished'));
    expect(said(checkSystems(file))).toEqual([
      'conformance/systems.yaml:9: systems.0.declared.status: expected Production, Roadmap, Verified, Being Tested or Not Supported by Vendor, got "Finished": correct the value',
    ]);
    expect(said(checkSystems(systemsText((text) => text)))).toEqual([]);
  });
});

describe('requirements', () => {
  it('are named by an exchange or say why they are excluded', () => {
    const named = new Set(suite.exchanges.flatMap(({ requirements }) => requirements));
    const open = suite.requirements.flatMap(({ requirements }) =>
      requirements.filter((row) => !('excluded' in row) && !named.has(row.id)).map(({ id }) => id),
    );
    expect(open).toEqual([]);
  });

  it('have ids of their own', () => {
    const row = '  - { id: a, clause: c, level: MUST, text: t, excluded: e }';
    const file = (rows: readonly string[]): SuiteFile => ({
      name: 'conformance/requirements/x.yaml',
      text: ['format: 1', 'protocol: x', 'requirements:', ...rows].join('\n'),
    });
    expect(said(checkRequirements([file([row, row])]))).toEqual([
      'conformance/requirements/x.yaml:5: requirements.1.id: expected an id of its own, got a, which requirements.0 has: give one of them another id',
    ]);
    expect(said(checkRequirements([file([row])]))).toEqual([]);
  });

  it('have checks or a reason', () => {
    const text = 'format: 1\nprotocol: x\nrequirements:\n  - { id: a, clause: c, level: MUST, text: t }\n';
    const [mistake] = said(checkRequirements([{ name: 'conformance/requirements/x.yaml', text }]));
    expect(mistake).toContain(':4: requirements.0');
  });
});

describe('exchanges', () => {
  const [path = '', text = ''] = [...syntheticFiles()][0] ?? [];
  const known = new Map(
    suite.requirements.map((file) => [file.protocol, new Set(file.requirements.map(({ id }) => id))]),
  );
  const check = (name: string, change: (text: string) => string = (same) => same) =>
    said(checkExchanges(known, [{ name, text: change(text) }]));
  const name = exchangeFile(path.replace(/\.yaml$/, ''));

  it('that are made up are as the generator writes them', () => {
    for (const [name, written] of syntheticFiles()) {
      expect(readFileSync(join(exchangesFolder, name), 'utf8'), name).toBe(written);
    }
  });

  it('say that they are made up unless they are recorded', () => {
    const written = new Set([...syntheticFiles().keys()].map((name) => name.replace('.yaml', '')));
    for (const { id, provenance } of suite.exchanges) {
      expect([id, written.has(id) ? ['synthetic', 'documented'] : ['recorded']]).toEqual([
        id,
        expect.arrayContaining([provenance.origin]),
      ]);
    }
  });

  it('have their path as id', () => {
    expect(check(name)).toEqual([]);
    expect(check(exchangeFile('iso-ill/other'))[0]).toMatch(
      /^conformance\/exchanges\/iso-ill\/other\.yaml:\d+: id: expected iso-ill\/other, got iso-ill\//,
    );
  });

  it('name requirements that there are', () => {
    const [mistake] = check(name, (same) => same.replace('- loan-cycle', '- loan-circle'));
    expect(mistake).toContain('expected an id of conformance/requirements/iso-ill.yaml, got loan-circle');
  });

  it('are told all of their mistakes at once', () => {
    const mistakes = check(name, (same) =>
      same
        .replace('title:', 'titel:')
        .replace('origin: synthetic', 'origin: guessed')
        .replace('format: 1', 'format: 2'),
    );
    expect(mistakes.map((mistake) => mistake.replace(/^[^ ]+ /, ''))).toEqual([
      expect.stringMatching(
        /^titel: expected one of format, id, title, .*, got the unknown key titel: correct/,
      ),
      'format: expected 1, got 2: correct the value',
      'title: expected a text, got nothing: add the key',
      expect.stringMatching(/^provenance\.origin: expected recorded, .* or synthetic, got "guessed"/),
    ]);
  });
});

describe('known failures', () => {
  it('need a reason', () => {
    const text = 'format: 1\nfailures:\n  - case: iso-ill/vdx/borrows-loan\n';
    expect(said(checkKnownFailures({ name: 'conformance/known-failures.yaml', text }))).toEqual([
      'conformance/known-failures.yaml:3: failures.0.reason: expected a text, got nothing: add the key',
    ]);
  });
});

/** Keys without a description, anywhere in a JSON Schema. */
function unexplained(schema: unknown, path: string): readonly string[] {
  if (typeof schema !== 'object' || schema === null) return [];
  return Object.entries(schema).flatMap(([name, part]) => {
    const at = `${path}/${name}`;
    if (name !== 'properties') return unexplained(part, at);
    return Object.entries(part as Readonly<Record<string, { readonly description?: string }>>).flatMap(
      ([key, value]) => [
        ...(value.description ? [] : [`${at}/${key}`]),
        ...unexplained(value, `${at}/${key}`),
      ],
    );
  });
}

describe('JSON Schemas', () => {
  it('are named in the first line of every file of the suite', () => {
    const folder = join(schemaFolder, '..');
    const files = [
      'systems.yaml',
      'known-failures.yaml',
      'requirements',
      'exchanges',
      'http-exchanges',
    ].flatMap((name) =>
      name.endsWith('.yaml')
        ? [name]
        : readdirSync(join(folder, name), { recursive: true, encoding: 'utf8' })
            .filter((file) => file.endsWith('.yaml'))
            .map((file) => join(name, file)),
    );
    for (const file of files) {
      const [first = ''] = readFileSync(join(folder, file), 'utf8').split('\n');
      const [, path = ''] = /^# yaml-language-server: \$schema=(\S+)$/.exec(first) ?? [];
      expect([file, dirname(join(folder, file, '..', path))]).toEqual([file, schemaFolder]);
    }
  });

  it('have a version, and explain every key', () => {
    for (const [name, text] of jsonSchemas()) {
      const schema: unknown = JSON.parse(text);
      expect(schema).toMatchObject({ $id: expect.stringMatching(/^urn:interlend:[a-z-]+:\d+$/) });
      expect([name, unexplained(schema, '')]).toEqual([name, []]);
    }
  });

  it('are as the code says', () => {
    const committed = readdirSync(schemaFolder).map((name) => [
      name,
      readFileSync(join(schemaFolder, name), 'utf8'),
    ]);
    expect(new Map(committed as [string, string][])).toEqual(jsonSchemas());
  });
});
