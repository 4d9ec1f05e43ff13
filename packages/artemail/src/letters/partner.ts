import { ConfigError } from '@interlend/core';
import { isMailAddress } from '@interlend/mail';
import type { ReadingRules } from '../guard/guard.js';
import { SettingsReader } from '../guard/settings-reader.js';
import { type AnswerKey, DefaultAnswers, DefaultLabels, Letters, type RowKey } from '../tables/letters.js';

/** What a library agreed with a partner that is written to by mail. */
export interface EmailPartner extends ReadingRules {
  /** Our own mailbox. */
  readonly from: string;
  readonly fromName?: string;
  /** `email_details.email` of Alma's profile. */
  readonly to: string;
  /** Labels of the rows: the first of a key is written, all are read. */
  readonly labels: Readonly<Record<RowKey, readonly string[]>>;
  /** Subjects by letter. */
  readonly subjects: Readonly<Record<string, string>>;
  /** Sentences above the rows by letter: the institution's own wording. `{requestId}` and `{title}` are filled in. */
  readonly openings: Readonly<Record<string, string>>;
  readonly answers: Readonly<Record<AnswerKey, readonly string[]>>;
  /** Whether letters say how to answer by replying. */
  readonly invitesAnswers: boolean;
}

const isText = (text: string): boolean => text.trim() !== '' && !/[\r\n\0]/.test(text);

/** Lists by key over the default ones; what a setting names is written and read first. @throws ConfigError */
function lists<Key extends string>(
  given: Readonly<Record<string, unknown>>,
  defaults: Readonly<Record<Key, readonly string[]>>,
  path: string,
): Readonly<Record<Key, readonly string[]>> {
  const wrong = Object.entries(given).find(
    ([key, value]) =>
      !Object.hasOwn(defaults, key) ||
      !(
        Array.isArray(value) &&
        value.length > 0 &&
        value.every((each) => typeof each === 'string' && isText(each))
      ),
  );
  if (wrong) {
    const accepted = `lists of texts for any of ${Object.keys(defaults).join(', ')}`;
    throw new ConfigError(`${path}.${wrong[0]}: expected ${accepted}`, {
      key: `${path}.${wrong[0]}`,
      accepted,
    });
  }
  const merged = Object.entries<readonly string[]>(defaults).map(([key, texts]) => [
    key,
    [...((given[key] as readonly string[] | undefined) ?? []), ...texts],
  ]);
  return Object.fromEntries(merged) as Readonly<Record<Key, readonly string[]>>;
}

/** Texts by letter. @throws ConfigError */
function byLetter(given: Readonly<Record<string, unknown>>, path: string): Readonly<Record<string, string>> {
  const names = Letters.map(({ letter }): string => letter);
  const wrong = Object.entries(given).find(
    ([key, value]) =>
      !names.includes(key) || typeof value !== 'string' || value.includes('\r') || value.includes('\0'),
  );
  if (wrong) {
    const accepted = `a text for any of ${names.join(', ')}`;
    throw new ConfigError(`${path}.${wrong[0]}: expected ${accepted}`, {
      key: `${path}.${wrong[0]}`,
      accepted,
    });
  }
  return given as Readonly<Record<string, string>>;
}

/** @throws ConfigError with the key below `partner` */
export function readEmailPartner(value: unknown): EmailPartner {
  const settings = new SettingsReader(value, 'partner', [
    ...['from', 'fromName', 'to', 'labels', 'subjects', 'openings', 'answers', 'invitesAnswers'],
    ...['senders', 'replies', 'needsProof'],
  ]);
  const to = settings.text('to', isMailAddress, 'a mail address');
  const fromName = settings.maybeText('fromName', isText, 'text on one line');
  return {
    from: settings.text('from', isMailAddress, 'a mail address'),
    ...(fromName === undefined ? {} : { fromName }),
    to,
    ...settings.readingRules(to),
    labels: lists(settings.mapping('labels'), DefaultLabels, 'partner.labels'),
    subjects: byLetter(settings.mapping('subjects'), 'partner.subjects'),
    openings: byLetter(settings.mapping('openings'), 'partner.openings'),
    answers: lists<AnswerKey>(settings.mapping('answers'), DefaultAnswers, 'partner.answers'),
    invitesAnswers: settings.flag('invitesAnswers'),
  };
}
