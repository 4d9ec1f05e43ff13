import type { PlainMail } from '@interlend/mail';
import { type AnswerKey, type Letter, Letters, type RowKey } from '../tables/letters.js';
import type { EmailPartner } from './partner.js';

/** What stands in a mail of a partner. */
export interface ReadLetter {
  /** Absent where no letter of the table fits, or more than one. */
  readonly letter?: Letter;
  /** What a reply says by a word. */
  readonly answer?: AnswerKey;
  /** What stands behind the word. */
  readonly remark?: string;
  readonly rows: Partial<Readonly<Record<RowKey, string>>>;
}

const normal = (text: string): string => text.toLowerCase().replaceAll(/\s+/g, ' ').trim();

type Labels = ReadonlyMap<string, RowKey>;
const known = new WeakMap<EmailPartner['labels'], Labels>();

function labelsOf({ labels }: Pick<EmailPartner, 'labels'>): Labels {
  const found = known.get(labels);
  if (found) return found;
  const made = new Map(
    Object.entries(labels).flatMap(([key, texts]) =>
      texts.map((text) => [normal(text), key as RowKey] as const),
    ),
  );
  known.set(labels, made);
  return made;
}

/** Where a mail program puts the whole mail that is answered, without marking its lines: a rule, or the head of that mail. */
function beginsQuote(lines: readonly string[], at: number): boolean {
  const line = lines[at]?.trim() ?? '';
  if (/^-{2,}\s*(original message|forwarded message)\s*-{2,}$/i.test(line)) return true;
  if (!/^from\s*:/i.test(line)) return false;
  const head = lines.slice(at + 1, at + 8).filter((each) => /^\s*(sent|date|to|cc|subject)\s*:/i.test(each));
  return head.length >= 3;
}

/** What the partner wrote itself: without what it quotes of our letter. */
function ownLines(text: string): readonly string[] {
  const lines = text.split('\n', 5000);
  const quote = lines.findIndex((_, at) => beginsQuote(lines, at));
  return (quote < 0 ? lines : lines.slice(0, quote)).filter((line) => !line.trimStart().startsWith('>'));
}

/** The rows `label: value` of a mail. A label that stands twice counts the first time. */
export function readRows(text: string, partner: Pick<EmailPartner, 'labels'>): ReadLetter['rows'] {
  const labels = labelsOf(partner);
  const rows: Partial<Record<RowKey, string>> = {};
  for (const line of ownLines(text)) {
    const colon = line.indexOf(':');
    if (colon <= 0 || colon > 60) continue;
    const key = labels.get(normal(line.slice(0, colon)));
    const value = line.slice(colon + 1).trim();
    if (key !== undefined && value !== '') rows[key] ??= value;
  }
  return rows;
}

function letterOf(
  { subject }: PlainMail,
  rows: ReadLetter['rows'],
  { subjects }: EmailPartner,
): Letter | undefined {
  const marked = Letters.filter((row) => 'mark' in row && rows[row.mark] !== undefined);
  if (marked.length === 1) return marked[0];
  const said = normal(subject);
  const among: readonly Letter[] = marked.length > 1 ? marked : Letters;
  const titled = among.filter((row) => said.startsWith(normal(subjects[row.letter] ?? row.subject)));
  // “Requested Material Reminder” begins as “Requested Material” does.
  const longest = Math.max(...titled.map((row) => (subjects[row.letter] ?? row.subject).length));
  const best = titled.filter((row) => (subjects[row.letter] ?? row.subject).length === longest);
  return best.length === 1 ? best[0] : undefined;
}

function answerIn(
  text: string,
  rows: ReadLetter['rows'],
  { answers }: EmailPartner,
): { readonly answer: AnswerKey; readonly remark?: string } | undefined {
  const first = rows.answer ?? ownLines(text).find((line) => line.trim() !== '');
  if (first === undefined) return undefined;
  const [word = '', ...rest] = first.split(/[:,;.!]/);
  const remark = rest.join(' ').trim();
  const found = Object.entries(answers).filter(([, words]) =>
    words.some((each) => normal(each) === normal(word)),
  );
  const [only] = found;
  return found.length === 1 && only
    ? { answer: only[0] as AnswerKey, ...(remark === '' ? {} : { remark }) }
    : undefined;
}

/** Reads a mail of a partner by its labels, its subject, and the word that it may begin with. */
export function readLetter(mail: PlainMail, partner: EmailPartner): ReadLetter {
  const rows = readRows(mail.text, partner);
  const isReply = /^\s*(re|aw|sv|antw|r)\s*:/i.test(mail.subject) || mail.inReplyTo !== undefined;
  const answer = rows.answer !== undefined || isReply ? answerIn(mail.text, rows, partner) : undefined;
  if (answer) return { ...answer, rows };
  const letter = letterOf(mail, rows, partner);
  return { ...(letter === undefined ? {} : { letter }), rows };
}

/** The reference code in a subject: `[ILL REQUEST-NUMBER]`, or Alma's `(REQUEST-NUMBER)` at its end. */
export function referenceIn(subject: string): string | undefined {
  return (
    /\[ILL ([A-Za-z0-9][A-Za-z0-9\-/.]{0,63})\]/.exec(subject)?.[1] ??
    /\(([A-Za-z0-9][A-Za-z0-9\-/.]{3,63})\)\s*$/.exec(subject)?.[1]
  );
}
