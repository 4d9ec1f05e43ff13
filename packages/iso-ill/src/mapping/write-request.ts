import type { LendingRequest, Loss, RequestedService } from '@interlend/core';
import type { IllRequest } from '../messages/apdus.js';
import type { DeliveryAddress, ItemId, RequesterOptionalMessages, SearchType } from '../messages/types.js';
import type { ApduHead } from './head.js';
import {
  createWording,
  fromCalendarDate,
  fromMoney,
  known,
  knownOrNothing,
  type TextRules,
  type Wording,
} from './words.js';

/** What a request says about its own end when the desk did not say. */
export type ExpiryRule =
  | { readonly kind: 'none' }
  /** The day by which the item is needed ends the request too: expiry-flag 1. */
  | { readonly kind: 'need-before' }
  /** So many days from today: expiry-flag 2. */
  | { readonly kind: 'days'; readonly days: number };

/** What of a partner's profile matters to a request. */
export interface RequestRules extends TextRules {
  readonly expiry: ExpiryRule;
  /** Whether client-id goes to this partner. */
  readonly sendsRequesterInformation: boolean;
  readonly requesterMessages: RequesterOptionalMessages;
}

const services: Readonly<Record<RequestedService, IllRequest['illServiceType'][number]>> = {
  loan: 'loan',
  copy: 'copy-non-returnable',
  locations: 'locations',
  estimate: 'estimate',
  other: 'responder-specific',
};
const holds = { yes: 'yes', no: 'no', 'lender-decides': 'according-to-responder-policy' } as const;

function fromItem({ kind, component, ...item }: LendingRequest['item'], wording: Wording): ItemId {
  const text = (value: string | undefined, path: string) => wording.text(value, `request.item.${path}`);
  return known({
    itemType: kind,
    callNumber: text(item.callNumber, 'callNumber'),
    author: text(item.author, 'author'),
    title: text(item.title, 'title'),
    subTitle: text(item.subTitle, 'subTitle'),
    sponsoringBody: text(item.sponsoringBody, 'sponsoringBody'),
    placeOfPublication: text(item.placeOfPublication, 'placeOfPublication'),
    publisher: text(item.publisher, 'publisher'),
    seriesTitleNumber: text(item.series, 'series'),
    volumeIssue: text(item.volumeIssue, 'volumeIssue'),
    edition: text(item.edition, 'edition'),
    publicationDate: text(item.publicationDate, 'publicationDate'),
    publicationDateOfComponent: text(component?.date, 'component.date'),
    authorOfArticle: text(component?.author, 'component.author'),
    titleOfArticle: text(component?.title, 'component.title'),
    pagination: text(component?.pages, 'component.pages'),
    isbn: text(item.isbn, 'isbn'),
    issn: text(item.issn, 'issn'),
    additionalNoLetters: text(item.additionalNumbers, 'additionalNumbers'),
    verificationReferenceSource: text(item.verificationSource, 'verificationSource'),
  });
}

function fromAddresses(
  addresses: LendingRequest['deliverTo'],
  path: string,
  wording: Wording,
): DeliveryAddress | undefined {
  return (
    addresses &&
    knownOrNothing({
      postalAddress: wording.postal(addresses.postal, `${path}.postal`),
      electronicAddress: wording.electronic(addresses.electronic, `${path}.electronic`),
    })
  );
}

/** `YYYYMMDD`, so many days later. */
function laterBy(date: string, days: number): string {
  const day = new Date(
    Date.UTC(Number(date.slice(0, 4)), Number(date.slice(4, 6)) - 1, Number(date.slice(6)) + days),
  );
  return day.toISOString().slice(0, 10).replaceAll('-', '');
}

function expiryOf(
  request: LendingRequest,
  needBeforeDate: string | undefined,
  rule: ExpiryRule,
  today: string,
  wording: Wording,
): Pick<SearchType, 'expiryFlag' | 'expiryDate'> {
  const { expiry } = request;
  if (expiry?.rule === 'date') {
    return {
      expiryFlag: 'other-date',
      expiryDate: fromCalendarDate(expiry.date, 'ILL-Request.searchType.expiryDate'),
    };
  }
  if (expiry?.rule === 'need-before' || (!expiry && rule.kind === 'need-before')) {
    if (needBeforeDate !== undefined) return { expiryFlag: 'need-before-date' };
    if (expiry)
      wording.lose('request.expiry', 'no date by which the item is needed: the request does not expire');
    return expiry ? { expiryFlag: 'no-expiry' } : {};
  }
  if (!expiry && rule.kind === 'days') {
    return { expiryFlag: 'other-date', expiryDate: laterBy(today, rule.days) };
  }
  return expiry ? { expiryFlag: 'no-expiry' } : {};
}

function fromSearch(
  request: LendingRequest,
  rule: ExpiryRule,
  today: string,
  wording: Wording,
): SearchType | undefined {
  let levelOfService = wording.text(request.levelOfService, 'request.levelOfService');
  if (request.levelOfService !== undefined && [...request.levelOfService.trim()].length > 1) {
    wording.lose('request.levelOfService', 'level-of-service is one character');
    levelOfService = undefined;
  }
  const needBeforeDate =
    request.needBefore === undefined
      ? undefined
      : fromCalendarDate(request.needBefore, 'ILL-Request.searchType.needBeforeDate');
  return knownOrNothing({
    levelOfService,
    needBeforeDate,
    ...expiryOf(request, needBeforeDate, rule, today, wording),
  });
}

/**
 * Writes a request as ILL-Request. The parties stand in `head`, which is why their names and symbols are taken from there.
 *
 * @throws EncodeError `invalid-value` when a date is none
 */
export function fromRequest(
  request: LendingRequest,
  head: ApduHead,
  rules: RequestRules,
): { readonly message: IllRequest; readonly losses: readonly Loss[] } {
  const wording = createWording(rules);
  const text = (value: string | undefined, path: string) => wording.text(value, `request.${path}`);
  if (request.services.length > 5) wording.lose('request.services', 'ILL-Request has room for five services');
  if (request.services.includes('other'))
    wording.lose('request.services', 'responder-specific says no more than that');
  const { patron } = request;
  if (patron && !rules.sendsRequesterInformation) {
    wording.lose('request.patron', 'information about the reader is not sent to this partner');
  }
  const physicalDelivery = text(request.deliveryMethod, 'deliveryMethod');
  const message: IllRequest = known({
    apdu: 'ILL-Request' as const,
    ...head,
    deliveryAddress: fromAddresses(request.deliverTo, 'request.deliverTo', wording),
    deliveryService: physicalDelivery === undefined ? undefined : { physicalDelivery },
    billingAddress: fromAddresses(request.billTo, 'request.billTo', wording),
    illServiceType: request.services.slice(0, 5).map((service) => services[service]),
    requesterOptionalMessages: rules.requesterMessages,
    searchType: fromSearch(request, rules.expiry, head.serviceDateTime.dateTimeOfThisService.date, wording),
    placeOnHold: request.placeOnHold && holds[request.placeOnHold],
    clientId:
      patron && rules.sendsRequesterInformation
        ? knownOrNothing({
            clientName: text(patron.name, 'patron.name'),
            clientStatus: text(patron.status, 'patron.status'),
            clientIdentifier: text(patron.identifier, 'patron.identifier'),
          })
        : undefined,
    itemId: fromItem(request.item, wording),
    costInfoType: knownOrNothing({
      accountNumber: text(request.accountNumber, 'accountNumber'),
      maximumCost: fromMoney(request.maximumCost),
      reciprocalAgreement: request.isReciprocal,
      willPayFee: request.willPayFee,
      paymentProvided: request.isPaymentProvided,
    }),
    copyrightCompliance: text(request.copyrightCompliance, 'copyrightCompliance'),
    retryFlag: request.isRetry,
    requesterNote: text(request.note, 'note'),
  });
  return { message, losses: wording.losses };
}
