import {
  ConfigError,
  type Correlation,
  EncodeError,
  type GuardContext,
  type GuardStep,
  type LendingEvent,
  type Loss,
  type Protocol,
  StateError,
} from '@interlend/core';
import {
  domainOf,
  formatMail,
  messageIdFor,
  type PlainMail,
  parsePlainMail,
  relatedKeys,
} from '@interlend/mail';
import { symbolOfAddress } from '../addresses.js';
import { decideReading } from '../guard/decide.js';
import { beginMail, hearMail, type MailGuard, newGuard, pendingOf, whyDoubted } from '../guard/guard.js';
import { createMailFramer } from '../guard/mail-framer.js';
import { emailCapabilities } from './capabilities.js';
import { readingOf, requestIn } from './letter-event.js';
import { type EmailPartner, readEmailPartner } from './partner.js';
import { readLetter, readRows, referenceIn } from './read-letter.js';
import { writeLetter } from './write-letter.js';

/** Where nothing was agreed: labels and words as delivered, nobody to believe. For messages whose sender is not known yet. */
const unknownPartner: EmailPartner = readEmailPartner({
  from: 'us@nowhere.invalid',
  to: 'them@nowhere.invalid',
});

function partnerOf({ partner }: GuardContext): EmailPartner {
  if (partner === undefined)
    throw new ConfigError('partner: expected mail addresses', { key: 'partner', accepted: 'a mapping' });
  return readEmailPartner(partner);
}

/** The request number that a mail names: the reference in its subject, the mail it answers, or its row. */
function keyOf(mail: PlainMail): string {
  const [related] = relatedKeys(mail);
  return (
    referenceIn(mail.subject) ??
    related ??
    readRows(mail.text, unknownPartner).requestId?.split(/\s/)[0] ??
    ''
  );
}

function correlate(mail: PlainMail): Correlation {
  const [from, to] = [symbolOfAddress(mail.from), symbolOfAddress(mail.to)];
  const { letter } = readLetter(mail, unknownPartner);
  const isOpening = mail.nature === undefined && letter?.event === 'requested';
  const key = keyOf(mail);
  switch (letter?.from) {
    case 'borrower':
      return { key, to: 'lender', borrower: from, lender: to, isOpening };
    case 'lender':
      return { key, to: 'borrower', borrower: to, lender: from, isOpening };
    default:
      // A reply, or a letter of either: whose loan it is says to whom it speaks.
      return { key, isOpening };
  }
}

function describe(mail: PlainMail): string {
  if (mail.nature !== undefined)
    return mail.nature === 'bounce' ? 'Bounce' : mail.nature === 'loop' ? 'Returned mail' : 'Automatic reply';
  const { letter, answer } = readLetter(mail, unknownPartner);
  return letter?.letter ?? (answer === undefined ? 'Mail' : `Answer ${answer}`);
}

type Step = GuardStep<PlainMail, MailGuard>;

function receive(
  guard: MailGuard | undefined,
  mail: PlainMail,
  context: GuardContext,
): GuardStep<PlainMail, MailGuard | undefined> {
  if (guard === undefined) return receiveUnknown(mail, context);
  const partner = partnerOf(context);
  const read = readLetter(mail, partner);
  return hearMail<PlainMail>(guard, mail, readingOf(guard, mail, read, context.now), partner);
}

/** Only a request of a known partner begins a transaction. It waits for an answer of staff, so nothing has to be accepted first. */
function receiveUnknown(mail: PlainMail, context: GuardContext): GuardStep<PlainMail, MailGuard | undefined> {
  const none = (why: string): GuardStep<PlainMail, MailGuard | undefined> => ({
    guard: undefined,
    verdict: 'noted',
    replies: [],
    warnings: [why],
  });
  if (mail.nature !== undefined) return none(`${describe(mail)} about nothing that is known here`);
  const partner = partnerOf(context);
  const { letter, rows } = readLetter(mail, partner);
  if (letter?.event !== 'requested') return none('no request, and about no transaction that is known here');
  const doubt = whyDoubted(mail, partner);
  const key = keyOf(mail);
  if (doubt !== undefined) return none(`a request, but ${doubt}`);
  if (key === '') return none('a request without a request number');
  const request = requestIn(mail, rows);
  const guard: MailGuard = {
    ...newGuard('lender', key, request.borrower.symbol, request.lender.symbol),
    heard: [mail.messageId ?? key],
    ...(mail.messageId === undefined ? {} : { lastHeard: mail.messageId }),
    subject: subjectOf(request.item.title, request.item.author, request.services[0], rows.requestDate),
  };
  return {
    guard,
    verdict: 'accepted',
    event: { type: 'requested', from: 'borrower', request },
    replies: [],
    warnings: [],
  };
}

function subjectOf(
  title: string | undefined,
  author: string | undefined,
  service: string | undefined,
  date: string | undefined,
): Readonly<Record<string, string>> {
  const all = { title, author, service: service === 'copy' ? 'copy' : 'loan', date };
  return Object.fromEntries(
    Object.entries(all).filter((pair): pair is [string, string] => pair[1] !== undefined),
  );
}

function say(
  before: MailGuard,
  event: LendingEvent,
  context: GuardContext,
): Step & { readonly losses: readonly Loss[] } {
  const isAsked = before.role === 'lender' || before.said.includes('requested');
  if (event.from !== before.role || (event.type === 'requested') === isAsked) {
    throw new StateError(`${event.type} is not allowed ${isAsked ? 'after' : 'before'} the request`, {
      state: isAsked ? 'asked' : 'idle',
      event: event.type,
      allowed: isAsked ? [] : ['requested'],
    });
  }
  const ability = emailCapabilities.events.find(
    (row) => row.event === event.type && row.from === event.from,
  )?.ability;
  if (ability?.can === 'local-only') throw new EncodeError('unsayable-event', ability.why, '');
  const partner = partnerOf(context);
  const date = context.now.toISOString().replace(/\.\d{3}Z$/, 'Z');
  const guard =
    event.type === 'requested'
      ? {
          ...before,
          subject: subjectOf(
            event.request.item.title,
            event.request.item.author,
            event.request.services[0],
            undefined,
          ),
        }
      : before;
  const { subject, text, losses } = writeLetter(guard, event, partner);
  const serial = guard.serial + 1;
  const message: PlainMail = {
    from: partner.from,
    ...(partner.fromName === undefined ? {} : { fromName: partner.fromName }),
    to: partner.to,
    subject,
    date,
    messageId: messageIdFor({ key: `${guard.key}`, serial, domain: domainOf(partner.from) }),
    ...(guard.lastHeard === undefined ? {} : { inReplyTo: guard.lastHeard, references: [guard.lastHeard] }),
    autoSubmitted: 'auto-generated',
    text,
  };
  return {
    guard: { ...guard, serial, said: [...new Set([...guard.said, event.type])] },
    verdict: 'accepted',
    event,
    replies: [message],
    warnings: [],
    losses,
  };
}

/** Partners that are written to by mail, as Alma's profile type EMAIL has them. */
export const email: Protocol<PlainMail, MailGuard> = {
  name: 'email',
  capabilities: emailCapabilities,
  decode: (bytes) => ({ message: parsePlainMail(bytes), deviations: [] }),
  encode: (mail) => formatMail(mail),
  createFramer: createMailFramer,
  correlate,
  describe,
  toRequest: (mail) => requestIn(mail, readLetter(mail, unknownPartner).rows),
  begin: beginMail,
  receive,
  say,
  expire: (guard) => ({ guard, verdict: 'noted', replies: [], warnings: [], wakeAt: null }),
  pending: pendingOf,
  decide: (guard, id, decision) => decideReading<PlainMail>(guard, id, decision),
  assertPartner: (partner) => {
    readEmailPartner(partner);
  },
  aliases(partner) {
    const { from, senders } = readEmailPartner(partner);
    return { own: [symbolOfAddress(from)], partner: senders.map(symbolOfAddress) };
  },
  // The second copy has the same message id and the same number, and people read it.
  isRepeatHarmless: true,
};
