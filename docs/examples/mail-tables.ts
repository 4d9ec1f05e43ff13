import {
  fold,
  Keywords,
  Letters,
  ReplyCodes,
  TransliteratedLetters,
  TransliteratedSigns,
} from '@interlend/artemail';
import { formatTable } from './format-table.js';

/** The tables of the page on ARTEmail by the name in their markers. */
export const mailTables: Readonly<Record<string, () => string>> = {
  'reply codes': replyTable,
  keywords: keywordTable,
  letters: letterTable,
  transliteration: transliterationTable,
};

function replyTable(): string {
  return formatTable(
    ['code', 'the British Library says', 'event', 'founded on'],
    ReplyCodes.map(({ code, title, meaning, evidence }) => {
      const detail =
        'reason' in meaning
          ? ` (${meaning.reason})`
          : 'isAccepted' in meaning
            ? meaning.isAccepted
              ? ' (yes)'
              : ' (no)'
            : '';
      return [`\`${code}\``, title, `\`${meaning.event}\`${detail}`, evidence];
    }),
  );
}

function keywordTable(): string {
  return formatTable(
    ['code', 'group', 'meaning', 'founded on'],
    Keywords.map((row) => [
      `\`${row.code}\``,
      row.group,
      'note' in row ? `${row.title} (${row.note})` : row.title,
      row.evidence,
    ]),
  );
}

function letterTable(): string {
  return formatTable(
    ['letter', 'from', 'event', 'subject', 'founded on'],
    Letters.map(({ letter, from, event, subject, evidence }) => [
      letter,
      from,
      `\`${event}\``,
      subject,
      evidence,
    ]),
  );
}

/** The rules in the order in which they are tried, each with all its characters or with some of them. */
function transliterationTable(): string {
  const pairs = (characters: readonly string[]): string =>
    characters
      .map((character) => `${character} \`${fold(`a${character}a`).text.slice(1, -1) || 'nothing'}\``)
      .join(', ');
  return formatTable(
    ['rule', 'characters, and what is written for them'],
    [
      ['a letter of its own', pairs(Object.keys(TransliteratedLetters))],
      ['a sign with a counterpart', pairs(Object.keys(TransliteratedSigns))],
      ['blanks of any kind', 'one blank'],
      ['control and format characters', 'nothing'],
      [
        'letters with marks, ligatures, full-width forms',
        `without the marks (NFKD): ${pairs([...'éüñőﬁＡ½'])}`,
      ],
      ['anything else', `\`?\`: ${pairs([...'Ωя日'])}`],
    ],
  );
}
