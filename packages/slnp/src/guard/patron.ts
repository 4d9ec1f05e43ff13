import type { GuardContext, KnownPatron } from '@interlend/core';
import { AlleBenutzerDaten } from '../messages/commands.js';
import type { SlnpCommand, SlnpReply } from '../messages/message.js';
import { present } from '../messages/parameters.js';
import { dataReply, errorReply } from '../messages/replies.js';
import type { PatronReplyFields } from '../messages/reply-fields.js';
import type { ReplyTexts } from '../profiles/rules.js';
import type { SlnpGuard, SlnpStep } from './guard.js';

/** What is told of a reader. There is no password among it: a system that keeps passwords well cannot say them. */
export function patronReply(patron: KnownPatron): SlnpReply {
  const fields: PatronReplyFields = {
    BenutzerNummer: patron.identifier,
    Vorname: patron.givenName,
    Nachname: patron.familyName,
    FLBerechtigt: patron.mayBorrow ? 'J' : 'N',
    Sperre: patron.blockedBecause,
  };
  return dataReply(AlleBenutzerDaten.name, present({ ...fields }));
}

/** The reply where the reader is not known, or nobody is told about readers: the two look alike. */
export function patronUnknown(texts: ReplyTexts): SlnpReply {
  return errorReply(510, texts.patronUnknown, 'SlnpRequestError');
}

export function answerPatronQuestion(
  guard: SlnpGuard | undefined,
  { parameters }: SlnpCommand,
  { findPatron }: GuardContext,
  texts: ReplyTexts,
): SlnpStep<SlnpGuard | undefined> {
  const patron = findPatron?.(parameters['BenutzerNummer'] ?? '');
  return {
    guard,
    verdict: patron ? 'accepted' : 'refused',
    replies: [],
    answer: patron ? patronReply(patron) : patronUnknown(texts),
    warnings: patron ? [] : [findPatron ? 'the reader is not known' : 'readers are not told about'],
  };
}
