import { Keywords, Letters, ReplyCodes } from '@interlend/artemail';
import { formatTable } from './format-table.js';

/** The tables of the page on ARTEmail by the name in their markers. */
export const mailTables: Readonly<Record<string, () => string>> = {
  'reply codes': replyTable,
  keywords: keywordTable,
  letters: letterTable,
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
