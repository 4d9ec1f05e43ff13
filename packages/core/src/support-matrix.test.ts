import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { FunctionalityLegend, StatusLegend, Systems } from './support-matrix.js';

const words = (legend: readonly { readonly word: string }[]): string[] => legend.map(({ word }) => word);

describe('the support matrix', () => {
  test('has the words of the legends, exactly', () => {
    expect(words(StatusLegend)).toEqual([
      'Production',
      'Roadmap',
      'Verified',
      'Being Tested',
      'Not Supported by Vendor',
    ]);
    expect(words(FunctionalityLegend)).toEqual([
      'Submit Request',
      'Locate and Availability',
      'Fulfillment',
      'Resource Sharing Process',
      'Patron File',
    ]);
  });

  test('has the six systems in the order of the page, with their protocol, profile and declared status', () => {
    expect(
      Systems.map(({ id, vendor, protocol, profile, declared }) => [id, vendor, protocol, profile, declared]),
    ).toEqual([
      ['vdx', 'OCLC', 'iso-ill', 'vdx', 'Production'],
      ['aleph', 'ExLibris', 'iso-ill', 'aleph', 'Verified'],
      ['british-library', 'British Library', 'artemail', 'british-library', 'Production'],
      ['slnp', 'SISIS/OCLC', 'slnp', 'default', 'Verified'],
      ['ill-sbn', 'SBN', 'iso-ill', 'ill-sbn', 'Verified'],
      ['ladd', 'OCLC', 'iso-ill', 'ladd', 'Production'],
    ]);
  });

  test('uses only words of its legends, and each id once', () => {
    for (const system of Systems) {
      expect(words(StatusLegend)).toContain(system.declared);
      expect(words(FunctionalityLegend)).toContain(system.functionality);
    }
    expect(new Set(Systems.map(({ id }) => id)).size).toBe(Systems.length);
  });
});

const referenceFile = join(import.meta.dirname, '../../../../shared/reference/p2p.md');
const isThere = existsSync(referenceFile);

describe.skipIf(!isThere)(
  `the reference page${isThere ? '' : ' (skipped: ../shared/reference with the page is not here)'}`,
  () => {
    const page = isThere ? readFileSync(referenceFile, 'utf8') : '';
    /** The cells of the table under a heading, without its head. */
    const tableUnder = (heading: string): string[][] => {
      const [, section = ''] = page.split(`\n## ${heading}`);
      return (section.split('\n## ')[0] ?? '')
        .split('\n')
        .filter((line) => line.startsWith('|'))
        .slice(2)
        .map((line) =>
          line
            .split('|')
            .slice(1, -1)
            .map((cell) => cell.trim()),
        );
    };

    test('has the same words in its legends', () => {
      expect(tableUnder('Functionality').map(([word]) => word)).toEqual(words(FunctionalityLegend));
      expect(tableUnder('Status').map(([word]) => word)).toEqual(words(StatusLegend));
    });

    test('has the same systems', () => {
      const rows = Systems.map(({ system, vendor, functionality, protocolName, declared }) => [
        // The page has a slip of the pen here, which the matrix does not repeat.
        system.replace('Delivery (LADD)', 'Deliver (LADD)'),
        vendor,
        `${functionality} (${protocolName})`,
        declared,
      ]);
      expect(rows).toEqual(tableUnder('Systems'));
    });
  },
);
