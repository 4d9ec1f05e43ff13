import type { GuardStep, LendingEvent, LibrarySymbol, Opening, Proposal, Role } from '@interlend/core';
import { isSameAddress, mailIdentity, type PlainMail } from '@interlend/mail';
import { heardMails, pendingReadings, shownCharacters } from '../limits.js';

/** How the mails of a partner are taken. */
export interface ReadingRules {
  /** Addresses that it writes from. */
  readonly senders: readonly string[];
  /** `propose`: a person accepts what was understood. `automatic`: what is certain takes effect at once. */
  readonly replies: 'propose' | 'automatic';
  /** Whether only mails take effect at once whose sender a trusted mail server has proven. */
  readonly needsProof: boolean;
}

/** What was understood of a mail, or of a line of it. */
export interface Reading {
  /** Absent where it was not understood. */
  readonly event?: LendingEvent;
  /** Why it is read so, or what is not understood. */
  readonly why: string;
  /** Whether it may take effect without a person, where the partner's settings say so. */
  readonly isCertain: boolean;
}

/** Something that waits for a person. */
interface Pending {
  readonly id: string;
  readonly event: LendingEvent;
  readonly why: string;
}

/** One transaction over mail. Plain JSON. */
export interface MailGuard {
  readonly role: Role;
  /** Request number: the key of the transaction. */
  readonly key: string;
  readonly borrower: LibrarySymbol;
  readonly lender: LibrarySymbol;
  /** Mails that this side has said. */
  readonly serial: number;
  /** Events that this side has said, each once. */
  readonly said: readonly LendingEvent['type'][];
  /** Identities of the newest mails that came. */
  readonly heard: readonly string[];
  readonly pending: readonly Pending[];
  /** Counts the readings, for their ids. */
  readonly readings: number;
  /** The newest mail of the other side, which the next one of this side answers. */
  readonly lastHeard?: string;
  /** Rows that every letter repeats: title, author, day of the request. */
  readonly subject?: Readonly<Record<string, string>>;
  /** Customer code of the account that ordered. */
  readonly account?: string;
}

/** Begins a transaction as borrower. */
export function beginMail(opening: Opening): MailGuard {
  return newGuard('borrower', opening.qualifier, opening.borrower, opening.lender);
}

export function newGuard(role: Role, key: string, borrower: LibrarySymbol, lender: LibrarySymbol): MailGuard {
  return { role, key, borrower, lender, serial: 0, said: [], heard: [], pending: [], readings: 0 };
}

/** What waits for a person in a transaction. */
export function pendingOf(guard: MailGuard): readonly Proposal[] {
  return guard.pending.map(({ id, event, why }) => ({ id, event, why, isAutomatic: false }));
}

/** Why what a mail says may not take effect without a person; `undefined` when it may. */
export function whyDoubted(mail: PlainMail, rules: ReadingRules): string | undefined {
  if (!rules.senders.some((sender) => isSameAddress(sender, mail.from)))
    return `it came from ${mail.from}, which is not an address of the partner`;
  if (mail.proof === 'disproved') return 'the mail server says that its sender is forged';
  if (rules.needsProof && mail.proof !== 'proven') return 'the mail server has not proven its sender';
  return undefined;
}

/** The text of a mail as staff are shown it beside a warning. */
export function shown(text: string): string {
  const line = text.replaceAll(/\s+/g, ' ').trim();
  return line.length > shownCharacters ? `${line.slice(0, shownCharacters)}…` : line;
}

type Step<Message> = GuardStep<Message, MailGuard>;

function noted<Message>(guard: MailGuard, warnings: readonly string[], needsReview: boolean): Step<Message> {
  return {
    guard,
    verdict: 'noted',
    replies: [],
    warnings,
    ...(needsReview || guard.pending.length > 0 ? { needsReview: true } : {}),
  };
}

/** What becomes of mails that nobody said on purpose; `undefined` for the others. */
function hearNature<Message>(guard: MailGuard, mail: PlainMail): Step<Message> | undefined {
  switch (mail.nature) {
    case undefined:
      return undefined;
    case 'automatic':
      return noted(guard, ['an answering machine wrote: it changes nothing'], false);
    case 'loop':
      return noted(guard, ['the mail has come back to where it was sent from'], false);
    case 'bounce': {
      const { action = 'failed', status = '', diagnostic = '', recipient = '' } = mail.bounce ?? {};
      const what = `${recipient} ${action} ${status}: ${diagnostic || shown(mail.text)}`.trim();
      if (action !== 'failed') return noted(guard, [`a mail server reports: ${what}`], false);
      const event: LendingEvent = {
        type: 'errorReported',
        from: guard.role === 'borrower' ? 'lender' : 'borrower',
        problem: `undelivered ${status}`,
        ...(mail.bounce?.messageId === undefined ? {} : { about: mail.bounce.messageId }),
        note: what,
      };
      return {
        guard,
        verdict: 'accepted',
        event,
        replies: [],
        warnings: ['the mail did not arrive'],
        needsReview: true,
      };
    }
    default:
      return mail.nature satisfies never;
  }
}

/**
 * Takes a mail. A repeat has no effect. What was understood takes effect where the partner's settings allow it and nothing
 * speaks against it; else it waits for a person. A mail that was not understood changes nothing and is shown.
 */
export function hearMail<Message>(
  before: MailGuard,
  mail: PlainMail,
  readings: readonly Reading[],
  rules: ReadingRules,
): Step<Message> {
  const identity = mailIdentity(mail);
  if (before.heard.includes(identity))
    return {
      guard: before,
      verdict: 'repeat',
      replies: [],
      warnings: [],
      ...(before.pending.length > 0 ? { needsReview: true } : {}),
    };
  const guard: MailGuard = {
    ...before,
    heard: [...before.heard, identity].slice(-heardMails),
    ...(mail.messageId === undefined || mail.nature !== undefined ? {} : { lastHeard: mail.messageId }),
  };
  const natural = hearNature<Message>(guard, mail);
  if (natural) return natural;
  const leftOut = (mail.leftOut ?? []).map((what) => `not read: ${what}`);
  const understood = readings.filter(
    (reading): reading is Reading & { readonly event: LendingEvent } => reading.event !== undefined,
  );
  const others = readings.filter(({ event }) => event === undefined).map(({ why }) => why);
  const unread = readings.length === 0 ? [`not understood: ${shown(mail.text)}`] : others;
  const doubt = whyDoubted(mail, rules);
  const [only] = understood;
  const isAlone = understood.length === 1 && others.length === 0 && before.pending.length === 0;
  if (only && isAlone && only.isCertain && doubt === undefined && rules.replies === 'automatic')
    return {
      guard,
      verdict: 'accepted',
      event: only.event,
      replies: [],
      warnings: [...warningsOf(only), ...leftOut],
    };
  const room = pendingReadings - guard.pending.length;
  const added = understood.slice(0, Math.max(room, 0)).map(({ event, why }, index) => ({
    id: `reading-${guard.readings + index + 1}`,
    event,
    why: doubt === undefined ? why : `${why}; but ${doubt}`,
  }));
  const full =
    added.length < understood.length ? ['too much waits for a person: not all of it is listed'] : [];
  const next = { ...guard, pending: [...guard.pending, ...added], readings: guard.readings + added.length };
  const warnings = [
    ...unread,
    ...full,
    ...(doubt === undefined || added.length > 0 ? [] : [doubt]),
    ...leftOut,
  ];
  return {
    ...noted<Message>(next, warnings, true),
    ...(added.length === 0 ? {} : { proposals: pendingOf({ ...next, pending: added }) }),
  };
}

/** What staff should know of a reading that took effect. */
function warningsOf({ why }: Reading): readonly string[] {
  return why.startsWith('W-') ? [why] : [];
}
