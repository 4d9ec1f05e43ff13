import { DecodeError, type Expiry, type LendingRequest, type RequestedService } from '@interlend/core';
import type { IllApdu, IllRequest } from '../messages/apdus.js';
import type { DeliveryAddress, ItemId } from '../messages/types.js';
import {
  known,
  knownOrNothing,
  plainText,
  toCalendarDate,
  toElectronic,
  toMoney,
  toParty,
  toPostal,
} from './words.js';

const services: Readonly<Record<string, RequestedService>> = {
  loan: 'loan',
  'copy-non-returnable': 'copy',
  locations: 'locations',
  estimate: 'estimate',
};

const holds = { yes: 'yes', no: 'no', 'according-to-responder-policy': 'lender-decides' } as const;

/** Reads the citation. */
export function toItem(item: ItemId): LendingRequest['item'] {
  const { itemType } = item;
  return known({
    kind: typeof itemType === 'number' ? undefined : itemType,
    title: plainText(item.title),
    subTitle: plainText(item.subTitle),
    author: plainText(item.author),
    sponsoringBody: plainText(item.sponsoringBody),
    publisher: plainText(item.publisher),
    placeOfPublication: plainText(item.placeOfPublication),
    publicationDate: plainText(item.publicationDate),
    edition: plainText(item.edition),
    series: plainText(item.seriesTitleNumber),
    volumeIssue: plainText(item.volumeIssue),
    component: knownOrNothing({
      title: plainText(item.titleOfArticle),
      author: plainText(item.authorOfArticle),
      date: plainText(item.publicationDateOfComponent),
      pages: plainText(item.pagination),
    }),
    isbn: plainText(item.isbn),
    issn: plainText(item.issn),
    callNumber: plainText(item.callNumber),
    additionalNumbers: plainText(item.additionalNoLetters),
    verificationSource: plainText(item.verificationReferenceSource),
  });
}

function toAddresses(address: DeliveryAddress | undefined): LendingRequest['deliverTo'] {
  return (
    address &&
    knownOrNothing({
      postal: toPostal(address.postalAddress),
      electronic: toElectronic(address.electronicAddress),
    })
  );
}

function toExpiry(search: IllRequest['searchType']): Expiry | undefined {
  switch (search?.expiryFlag) {
    case 'need-before-date':
      return { rule: 'need-before' };
    case 'other-date':
      return search.expiryDate === undefined
        ? undefined
        : { rule: 'date', date: toCalendarDate(search.expiryDate) };
    case 'no-expiry':
      return { rule: 'never' };
    default:
      return undefined;
  }
}

/**
 * The neutral request in an ILL-Request. What the neutral model has no place for (numbers of registered EXTERNAL types,
 * media, third-party information, extensions) stays readable in the message.
 *
 * @throws DecodeError `badly-structured` for any other APDU
 */
export function toRequest(message: IllApdu): LendingRequest {
  if (message.apdu !== 'ILL-Request') {
    throw new DecodeError('badly-structured', `expected an ILL-Request, found ${message.apdu}`, {
      offset: 0,
      path: message.apdu,
    });
  }
  const { searchType: search, costInfoType: cost, clientId: client, placeOnHold } = message;
  const delivery = message.deliveryService;
  return known({
    borrower: toParty(message.requesterId ?? message.transactionId.initialRequesterId),
    lender: toParty(message.responderId),
    services: message.illServiceType.map((service) => services[service] ?? 'other'),
    item: toItem(message.itemId),
    patron:
      client &&
      knownOrNothing({
        name: plainText(client.clientName),
        status: plainText(client.clientStatus),
        identifier: plainText(client.clientIdentifier),
      }),
    deliverTo: toAddresses(message.deliveryAddress),
    billTo: toAddresses(message.billingAddress),
    deliveryMethod:
      delivery && 'physicalDelivery' in delivery ? plainText(delivery.physicalDelivery) : undefined,
    levelOfService: plainText(search?.levelOfService),
    needBefore: search?.needBeforeDate === undefined ? undefined : toCalendarDate(search.needBeforeDate),
    expiry: toExpiry(search),
    placeOnHold:
      placeOnHold === undefined || typeof placeOnHold === 'number' ? undefined : holds[placeOnHold],
    maximumCost: toMoney(cost?.maximumCost),
    accountNumber: plainText(cost?.accountNumber),
    willPayFee: cost?.willPayFee,
    isReciprocal: cost?.reciprocalAgreement,
    isPaymentProvided: cost?.paymentProvided,
    copyrightCompliance: plainText(message.copyrightCompliance),
    note: plainText(message.requesterNote),
    isRetry: message.retryFlag,
  });
}
