import {
  ConfigError,
  EncodeError,
  type GuardContext,
  type GuardStep,
  type LendingEvent,
  type Loss,
  StateError,
} from '@interlend/core';
import { domainOf, messageIdFor } from '@interlend/mail';
import { hearMail, type MailGuard } from '../guard/guard.js';
import { capabilities } from './capabilities.js';
import { fileReference, subjectOfFile } from './file-reference.js';
import type { ArtMessage } from './messages.js';
import { type ArtPartner, readArtPartner } from './partner.js';
import { readMailOf } from './read-mail-of.js';
import { accountFor, orderForAction, orderForRequest } from './write-order.js';

/** What was agreed with the partner. @throws ConfigError */
export function partnerOf({ partner }: GuardContext): ArtPartner {
  if (partner === undefined)
    throw new ConfigError('partner: expected addresses and accounts', {
      key: 'partner',
      accepted: 'a mapping',
    });
  return readArtPartner(partner);
}

/** A mail came. Only the borrower's side of ARTEmail exists: orders that come in are for the British Library. */
export function receiveArt(
  guard: MailGuard | undefined,
  message: ArtMessage,
  context: GuardContext,
): GuardStep<ArtMessage, MailGuard | undefined> {
  if (guard === undefined || message.kind === 'orders') {
    const why =
      message.kind === 'orders'
        ? 'an order file came: the British Library is the only lender in ARTEmail'
        : 'no outstanding request number stands in it';
    return { guard, verdict: 'noted', replies: [], warnings: [why] };
  }
  const partner = partnerOf(context);
  return hearMail<ArtMessage>(guard, message.mail, readMailOf(guard, message.mail, context.now), partner);
}

/** The desk says something. @throws StateError @throws EncodeError @throws ConfigError */
export function sayArt(
  guard: MailGuard,
  event: LendingEvent,
  context: GuardContext,
): GuardStep<ArtMessage, MailGuard> & { readonly losses: readonly Loss[] } {
  assertOrder(guard, event);
  const ability = capabilities.events.find(
    (row) => row.event === event.type && row.from === event.from,
  )?.ability;
  if (ability?.can !== 'yes')
    throw new EncodeError('unsayable-event', ability?.why ?? `orders have no word for ${event.type}`, '');
  const partner = partnerOf(context);
  const { order, losses, account } =
    event.type === 'requested'
      ? orderForRequest(event.request, guard.key, partner)
      : {
          ...orderForAction(event, guard.key, Object.values(guard.subject ?? {}), partner),
          account: accountFor(guard.account === undefined ? {} : { accountNumber: guard.account }, partner),
        };
  const serial = guard.serial + 1;
  const message: ArtMessage = {
    kind: 'orders',
    mail: {
      from: partner.from,
      to: partner.to,
      subject: subjectOfFile(fileReference(guard.key, String(serial))),
      date: context.now.toISOString().replace(/\.\d{3}Z$/, 'Z'),
      messageId: messageIdFor({ key: guard.key, serial, domain: domainOf(partner.from) }),
    },
    file: { account: { customerCode: account.customerCode }, orders: [order] },
  };
  return {
    guard: {
      ...guard,
      serial,
      said: [...new Set([...guard.said, event.type])],
      account: account.customerCode,
      ...(event.type === 'requested' ? { subject: { title: order.lines[0] ?? '' } } : {}),
    },
    verdict: 'accepted',
    event,
    replies: [message],
    warnings: [],
    losses,
  };
}

/** @throws StateError for a second request, or anything before the first */
function assertOrder(guard: MailGuard, event: LendingEvent): void {
  const isAsked = guard.said.includes('requested');
  if (event.from === guard.role && isAsked !== (event.type === 'requested')) return;
  const allowed = isAsked ? ['cancelRequested', 'renewRequested', 'statusQueried'] : ['requested'];
  throw new StateError(
    `${event.type} is not allowed ${isAsked ? 'after' : 'before'} the order; allowed: ${allowed.join(', ')}`,
    {
      state: isAsked ? 'ordered' : 'idle',
      event: event.type,
      allowed,
    },
  );
}
