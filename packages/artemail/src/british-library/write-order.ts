import { EncodeError, type LendingEvent, type LendingRequest, type Loss } from '@interlend/core';
import { lineColumns } from '../limits.js';
import { citationLines } from '../order-file/citation.js';
import { fold } from '../order-file/folding.js';
import type { Order, OrderAddress } from '../order-file/order-file.js';
import { keywordRow } from '../tables/keywords.js';
import type { ArtAccount, ArtPartner } from './partner.js';

/** An order for an event of the borrower, the account that places it, and what it could not carry. */
export interface WrittenOrder {
  readonly order: Order;
  readonly account: ArtAccount;
  readonly losses: readonly Loss[];
}

/** How a choice of keywords is derived from a request. The first row that fits and is allowed decides. */
const deliveryFor: readonly (readonly [fits: (request: LendingRequest) => boolean, code: RegExp])[] = [
  [(request) => request.services[0] !== 'copy', /^LOAN/],
  [(request) => request.deliverTo?.electronic !== undefined, /^(SED|PTW)/],
  [() => true, /^PHOTO/],
  [() => true, /^(SED|PTW)/],
];

/** The account for a request. With several the request names one. @throws EncodeError */
export function accountFor(
  { accountNumber }: Pick<LendingRequest, 'accountNumber'>,
  { accounts }: ArtPartner,
): ArtAccount {
  const [first] = accounts;
  const named = accounts.find(({ customerCode }) => customerCode === accountNumber);
  const account = named ?? (accounts.length === 1 && accountNumber === undefined ? first : undefined);
  if (account) return account;
  const codes = accounts.map(({ customerCode }) => customerCode).join(', ');
  throw new EncodeError('invalid-value', `expected one of the accounts ${codes}`, 'request.accountNumber');
}

/** An order for a request. @throws EncodeError */
export function orderForRequest(
  request: LendingRequest,
  requestNumber: string,
  partner: ArtPartner,
): WrittenOrder {
  const account = accountFor(request, partner);
  const { lines, losses } = citationLines(request.item, partner);
  if (lines.length === 0) throw new EncodeError('missing', 'expected at least a title', 'request.item.title');
  const { keywords, losses: unsaid } = keywordsFor(request, partner);
  const { deliverTo, losses: withoutPlace } = addressFor(request, partner);
  return {
    order: {
      requestNumber,
      ...(partner.rzForCopyright && keywords.includes('COPYRT') ? { hasCopyrightMark: true } : {}),
      keywords,
      lines,
      ...(deliverTo === undefined ? {} : { deliverTo }),
    },
    account,
    losses: [...losses, ...unsaid, ...withoutPlace, ...lostFields(request)],
  };
}

function keywordsFor(
  request: LendingRequest,
  { keywords: allowed }: ArtPartner,
): { readonly keywords: readonly string[]; readonly losses: readonly Loss[] } {
  const losses: Loss[] = [];
  const [service] = allowed.service;
  const asked = request.deliveryMethod;
  const isCode = asked !== undefined && keywordRow(asked)?.group === 'delivery';
  if (isCode && !allowed.delivery.includes(asked)) {
    const accepted = allowed.delivery.join(', ') || 'none';
    throw new EncodeError(
      'invalid-value',
      `expected a delivery code of the partner: ${accepted}`,
      'request.deliveryMethod',
    );
  }
  const derived = deliveryFor
    .filter(([fits]) => fits(request))
    .flatMap(([, code]) => allowed.delivery.filter((each) => code.test(each)))[0];
  const delivery = isCode ? asked : derived;
  if (asked !== undefined && !isCode)
    losses.push({ path: 'request.deliveryMethod', why: 'it is no delivery code' });
  const instructions: string[] = [];
  const instruct = (code: string, path: string): void => {
    if (allowed.instructions.includes(code)) instructions.push(code);
    else losses.push({ path, why: `${code} is not among the partner's keywords` });
  };
  if (request.copyrightCompliance !== undefined) instruct('COPYRT', 'request.copyrightCompliance');
  if (request.placeOnHold === 'no') instruct('WLX', 'request.placeOnHold');
  return {
    keywords: [
      ...(service === undefined ? [] : [service]),
      ...(delivery === undefined ? [] : [delivery]),
      ...instructions,
    ],
    losses,
  };
}

function addressFor(
  { deliverTo }: LendingRequest,
  { allowsAddresses }: ArtPartner,
): { readonly deliverTo?: OrderAddress; readonly losses: readonly Loss[] } {
  if (deliverTo === undefined) return { losses: [] };
  if (!allowsAddresses)
    return { losses: [{ path: 'request.deliverTo', why: 'the account does not allow other addresses' }] };
  const { electronic, postal } = deliverTo;
  if (electronic?.address?.includes('@')) return { deliverTo: { mail: electronic.address }, losses: [] };
  if (postal === undefined)
    return { losses: [{ path: 'request.deliverTo.electronic', why: 'only mail addresses can be said' }] };
  const losses: Loss[] = [];
  const place = [postal.city, postal.region, postal.postalCode].filter(Boolean).join(' ');
  const lines = [postal.name, postal.extended, postal.street, postal.postOfficeBox, place, postal.country]
    .filter((part) => part !== undefined && part !== '')
    .map((part) => {
      const { text, changes } = fold(part ?? '');
      const path = 'request.deliverTo.postal';
      losses.push(...changes.map(({ character, as }) => ({ path, why: `${character} written as ${as}` })));
      if (text.length > lineColumns)
        losses.push({ path, why: `cut at ${lineColumns} of ${text.length} characters` });
      const guarded = /^(NNNN$|TX|:)/.test(text) ? `- ${text}` : text;
      return guarded.replaceAll('@', ' at ').slice(0, lineColumns).trim();
    })
    .filter((line) => line !== '');
  return lines.length === 0 ? { losses } : { deliverTo: { lines }, losses };
}

const withoutPlace = [
  'patron',
  'billTo',
  'levelOfService',
  'needBefore',
  'expiry',
  'maximumCost',
  'willPayFee',
  'isReciprocal',
  'isPaymentProvided',
  'note',
] as const;

function lostFields(request: LendingRequest): readonly Loss[] {
  const isLost = (field: (typeof withoutPlace)[number]): boolean => request[field] !== undefined;
  return withoutPlace
    .filter(isLost)
    .map((field) => ({ path: `request.${field}`, why: 'an order has no place for it' }));
}

/** An order that acts on an earlier one. @throws EncodeError where no keyword for it is known */
export function orderForAction(
  event: LendingEvent,
  requestNumber: string,
  subject: readonly string[],
  partner: ArtPartner,
): Pick<WrittenOrder, 'order' | 'losses'> {
  const keyword = actionKeyword(event, partner);
  const losses: Loss[] = [];
  const reason = event.note === undefined ? [] : textLines(event.note, losses);
  const lines = keyword === 'CANCEL' ? reason : [...subject, ...reason];
  return {
    order: {
      requestNumber,
      keywords: [keyword],
      lines: lines.length === 0 && keyword !== 'CANCEL' ? ['SEE ORDER'] : lines,
    },
    losses,
  };
}

function actionKeyword(event: LendingEvent, { renewKeyword, chaseKeyword }: ArtPartner): string {
  const unpublished = (keyword: string | undefined, setting: string): string => {
    if (keyword !== undefined) return keyword;
    throw new EncodeError(
      'unsayable-event',
      `the keyword for ${event.type} is not published: ask the British Library and set ${setting} of the partner`,
      '',
    );
  };
  switch (event.type) {
    case 'cancelRequested':
      return 'CANCEL';
    case 'renewRequested':
      return unpublished(renewKeyword, 'renewKeyword');
    case 'statusQueried':
      return unpublished(chaseKeyword, 'chaseKeyword');
    default:
      throw new EncodeError('unsayable-event', `orders have no word for ${event.type}`, '');
  }
}

function textLines(text: string, losses: Loss[]): readonly string[] {
  const { text: folded, changes } = fold(text);
  losses.push(
    ...changes.map(({ character, as }) => ({ path: 'note', why: `${character} written as ${as}` })),
  );
  const lines: string[] = [];
  for (const word of folded.split(' ')) {
    const last = lines.at(-1);
    if (last !== undefined && last.length + 1 + word.length <= lineColumns)
      lines[lines.length - 1] = `${last} ${word}`;
    else for (let at = 0; at < word.length; at += lineColumns) lines.push(word.slice(at, at + lineColumns));
  }
  return lines.map((line) => (/^(NNNN$|TX|:)/.test(line) ? `- ${line}`.slice(0, lineColumns) : line));
}
