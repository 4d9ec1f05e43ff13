import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { ConfigError, Systems } from '@interlend/core';
import { describe, expect, it } from 'vitest';
import { exchangesFolder, schemaFolder } from '../folders.js';
import { protocolsUnderTest } from '../run/protocols.js';
import { syntheticFiles } from '../synthetic/exchange-files.js';
import {
  loadExchanges,
  loadKnownFailures,
  loadRequirements,
  loadSuite,
  loadSystems,
  type SuiteFile,
} from './load.js';
import { jsonSchemas } from './schemas.js';

const suite = loadSuite();

function mistakeIn(load: () => unknown): string {
  try {
    load();
  } catch (error) {
    if (error instanceof ConfigError) return error.message;
    throw error;
  }
  return 'accepted';
}

const systemsText = (change: (text: string) => string): SuiteFile => ({
  name: 'systems.yaml',
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
    expect(mistakeIn(() => loadSystems(file))).toMatch(/^systems\.yaml:9: systems\.0\.declared\.status/);
    expect(mistakeIn(() => loadSystems(systemsText((text) => text)))).toBe('accepted');
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
      name: 'requirements/x.yaml',
      text: ['format: 1', 'protocol: x', 'requirements:', ...rows].join('\n'),
    });
    expect(mistakeIn(() => loadRequirements([file([row, row])]))).toMatch(
      /^requirements\/x\.yaml:5: requirements\.1\.id/,
    );
    expect(mistakeIn(() => loadRequirements([file([row])]))).toBe('accepted');
  });

  it('have checks or a reason', () => {
    const text = 'format: 1\nprotocol: x\nrequirements:\n  - { id: a, clause: c, level: MUST, text: t }\n';
    expect(mistakeIn(() => loadRequirements([{ name: 'requirements/x.yaml', text }]))).toContain(
      ':4: requirements.0',
    );
  });
});

describe('exchanges', () => {
  const [path = '', text = ''] = [...syntheticFiles()][0] ?? [];
  const known = new Map(
    suite.requirements.map((file) => [file.protocol, new Set(file.requirements.map(({ id }) => id))]),
  );
  const load = (name: string, change: (text: string) => string = (same) => same) =>
    mistakeIn(() => loadExchanges(known, [{ name, text: change(text) }]));

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
    expect(load(`exchanges/${path}`)).toBe('accepted');
    expect(load('exchanges/iso-ill/other.yaml')).toContain('id: expected iso-ill/other');
  });

  it('name requirements that there are', () => {
    expect(load(`exchanges/${path}`, (same) => same.replace('- loan-cycle', '- loan-circle'))).toContain(
      'loan-circle',
    );
  });
});

describe('known failures', () => {
  it('need a reason', () => {
    const text = 'format: 1\nfailures:\n  - case: iso-ill/vdx/borrows-loan\n';
    expect(mistakeIn(() => loadKnownFailures({ name: 'known-failures.yaml', text }))).toMatch(
      /^known-failures\.yaml:3: failures\.0\.reason/,
    );
  });
});

describe('JSON Schemas', () => {
  it('are named in the first line of every file of the suite', () => {
    const folder = join(schemaFolder, '..');
    const files = ['systems.yaml', 'known-failures.yaml', 'requirements', 'exchanges'].flatMap((name) =>
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

  it('are as the code says', () => {
    const committed = readdirSync(schemaFolder).map((name) => [
      name,
      readFileSync(join(schemaFolder, name), 'utf8'),
    ]);
    expect(new Map(committed as [string, string][])).toEqual(jsonSchemas());
  });
});
