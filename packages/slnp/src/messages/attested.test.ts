import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { hubCommands } from '../profiles/hub-commands.js';
import { rulesFor } from '../profiles/index.js';
import { AlleBenutzerDaten, FLBestellung, Info2FLServer, PFLDatenAenderung } from './commands.js';
import type { CommandTable } from './parameters.js';
import { ReplyCodes } from './replies.js';
import { OrderReply, PatronReply } from './reply-fields.js';

/** The reference is read where it lies: it is not ours to copy. */
const file = join(import.meta.dirname, '../../../../../shared/reference/slnp.md');
const isThere = existsSync(file);
const reference = isThere ? readFileSync(file, 'utf8') : '';

/** The marks of the reference in the words of evidence. */
const evidenceOf: Readonly<Record<string, string>> = {
  '[A]': 'documented',
  '[A1]': 'observed',
  '[I]': 'inferred',
  '[P]': 'chosen',
};

/** Cells of the rows that begin with names or codes, of the first table behind a heading or words. */
function rowsAfter(words: string): readonly (readonly string[])[] {
  const from = reference.indexOf(words);
  if (from < 0) throw new Error(`the reference does not say ${words}`);
  const lines = reference.slice(from).split('\n');
  const start = lines.findIndex((line) => line.startsWith('|'));
  const end = lines.findIndex((line, index) => index > start && !line.startsWith('|'));
  return lines.slice(start + 2, end).map((line) =>
    line
      .split(/(?<!\\)\|/)
      .slice(1, -1)
      .map((cell) => cell.trim()),
  );
}

/** Fields of the reply that is shown behind words which end with its mark, as rows of a table. */
function rowsOfReply(words: string): readonly (readonly string[])[] {
  const section = reference.slice(reference.indexOf(words)).split('250 SLNPEndOfData')[0] ?? '';
  const mark = /\[\w+\]/.exec(section)?.[0] ?? '';
  return [...section.matchAll(/^601 (\w+):/gm)].map(([, name]) => [`\`${name}\``, '', mark]);
}

const namesIn = (cell = ''): readonly string[] =>
  [...cell.matchAll(/`(\w+)`/g)].map(([, name]) => name ?? '');

interface Attested {
  readonly name: string;
  readonly isMandatory: boolean;
  readonly mark: string;
}

/** The parameters of a table; `needs` are the columns that say whether they are mandatory. */
function attested(words: string, needs: readonly number[], mark: number, names = 0): readonly Attested[] {
  return rowsAfter(words).flatMap((cells) =>
    namesIn(cells[names]).map((name) => ({
      name,
      isMandatory: needs.every((column) => /^(M|mandatory)$/.test(cells[column] ?? '')),
      mark: cells[mark] ?? '',
    })),
  );
}

const commands: readonly (readonly [
  table: CommandTable,
  words: string,
  needs: readonly number[],
  mark: number,
])[] = [
  [AlleBenutzerDaten, '| request parameter | meaning | need | mark |', [2], 3],
  [FLBestellung, '| parameter | type | meaning | PFL | AFL | mark |', [3, 4], 5],
  [PFLDatenAenderung, '| parameter | meaning | need | mark |', [2], 3],
];

describe.runIf(isThere)(
  `what the reference attests${isThere ? '' : ' (skipped: ../shared/reference/slnp.md is not here)'}`,
  () => {
    it.each(commands)(
      '$name: every parameter is typed, with its need and its mark',
      (table, words, needs, mark) => {
        const rows = attested(words, needs, mark);
        expect(rows.length).toBeGreaterThan(0);
        const typed = Object.entries(table.parameters).map(([name, { need, evidence }]) => ({
          name,
          isMandatory: need === 'mandatory',
          evidence,
        }));
        expect(typed.toSorted(byName)).toEqual(
          rows
            .map(({ name, isMandatory, mark: text }) => ({ name, isMandatory, evidence: evidenceOf[text] }))
            .toSorted(byName),
        );
      },
    );

    it.each([
      ['SLNPAlleBenutzerDaten', PatronReply, () => rowsAfter('| reply field | meaning | mark |')],
      ['SLNPFLBestellung', OrderReply, () => rowsOfReply('**Reply, accepted** (both variants)')],
    ] as const)('the reply to %s: every field is typed, with its mark', (_, fields, rows) => {
      const named = rows().flatMap(([names, , mark = '']) =>
        namesIn(names)
          .filter((name) => name.length > 1)
          .map((name) => [name, evidenceOf[mark]] as const),
      );
      expect(named.length).toBeGreaterThan(0);
      expect(
        Object.fromEntries(Object.entries(fields).map(([name, { evidence }]) => [name, evidence])),
      ).toEqual(Object.fromEntries(named));
    });

    it('SLNPInfo2FLServer: the names that were chosen are those of the default profile and of the table', () => {
      const rows = rowsAfter('| profile key | default name |').map(([key, name]) => [
        namesIn(key)[0] ?? '',
        namesIn(name)[0] ?? '',
      ]);
      expect(rulesFor(undefined).info2flserver).toEqual(Object.fromEntries(rows));
      const names = rows.map(([, name]) => name).toSorted();
      expect(Object.keys(Info2FLServer.parameters).toSorted()).toEqual(names);
      expect(
        Object.keys(hubCommands(rulesFor(undefined).info2flserver)[0]?.parameters ?? {}).toSorted(),
      ).toEqual(names);
      for (const { evidence } of Object.values(Info2FLServer.parameters)) expect(evidence).toBe('chosen');
    });

    it('every reply code is typed, with its mark', () => {
      const rows = rowsAfter('## 3. Reply codes').flatMap(([codes = '', , , mark = '']) =>
        codes.split('/').map((code) => ({ code: Number(code), evidence: evidenceOf[mark] })),
      );
      expect(rows.map(({ code }) => code)).toEqual(expect.arrayContaining([220, 605]));
      expect(ReplyCodes.map(({ code, evidence }) => ({ code, evidence }))).toEqual(rows);
    });
  },
);

function byName(one: { readonly name: string }, other: { readonly name: string }): number {
  return one.name < other.name ? -1 : 1;
}
