import { ascii, general, tlv } from './codec.test-support.js';
import type { IllApdu } from './messages/index.js';

/** A message and the octets that stand for it. */
export interface Vector {
  readonly title: string;
  readonly value: IllApdu;
  readonly bytes: string;
}

/** The elements that every APDU here begins with. */
export const head = {
  protocolVersionNum: 2,
  transactionId: { transactionGroupQualifier: 'G', transactionQualifier: 'Q' },
  serviceDateTime: { dateTimeOfThisService: { date: '20240103' } },
} as const;
export const date = '3230323430313033';
/** The same in hex. */
export const headHex = `800102 a10a a103 1b0147 a203 1b0151 a20c a00a 8008 ${date}`;
export const symbol = (name: string) => ({ personOrInstitutionSymbol: { institutionSymbol: name } }) as const;
export const symbolHex = (name: string): string => `a005 a103 1b01 ${ascii(name)}`;
/** An APDU in hex: `[APPLICATION n]`, SEQUENCE, the common elements, its own. */
export const apduHex = (identifier: string, ...own: readonly string[]): string =>
  tlv(identifier, tlv('30', headHex, ...own));

/** Each APDU with its mandatory elements and no others. */
export const smallest: readonly Vector[] = [
  {
    title: 'ILL-Request',
    value: {
      apdu: 'ILL-Request',
      ...head,
      illServiceType: ['loan'],
      requesterOptionalMessages: {
        canSendReceived: true,
        canSendReturned: false,
        requesterShipped: 'desires',
        requesterCheckedIn: 'neither',
      },
      itemId: {},
    },
    bytes: apduHex('61', 'a903 0a0101', 'ab0c 8001ff 810100 820102 830103', 'b000'),
  },
  {
    title: 'Forward-Notification',
    value: { apdu: 'Forward-Notification', ...head, responderId: symbol('R'), intermediaryId: symbol('I') },
    bytes: apduHex('62', `a407 ${symbolHex('R')}`, `b907 ${symbolHex('I')}`),
  },
  {
    title: 'Shipped',
    value: { apdu: 'Shipped', ...head, shippedServiceType: 'loan', supplyDetails: {} },
    bytes: apduHex('63', '9b0101', 'bd00'),
  },
  {
    title: 'ILL-Answer',
    value: { apdu: 'ILL-Answer', ...head, transactionResults: 'unfilled' },
    bytes: apduHex('64', '9f1f0103'),
  },
  {
    title: 'Conditional-Reply',
    value: { apdu: 'Conditional-Reply', ...head, answer: true },
    bytes: apduHex('65', '9f2301ff'),
  },
  { title: 'Cancel', value: { apdu: 'Cancel', ...head }, bytes: apduHex('66') },
  {
    title: 'Cancel-Reply',
    value: { apdu: 'Cancel-Reply', ...head, answer: false },
    bytes: apduHex('67', '9f230100'),
  },
  {
    title: 'Received',
    value: { apdu: 'Received', ...head, dateReceived: '20240103', shippedServiceType: 'copy-non-returnable' },
    bytes: apduHex('68', `9f2408 ${date}`, '9b0102'),
  },
  { title: 'Recall', value: { apdu: 'Recall', ...head }, bytes: apduHex('69') },
  {
    title: 'Returned',
    value: { apdu: 'Returned', ...head, dateReturned: '20240103' },
    bytes: apduHex('6a', `9f2508 ${date}`),
  },
  {
    title: 'Checked-In',
    value: { apdu: 'Checked-In', ...head, dateCheckedIn: '20240103' },
    bytes: apduHex('6b', `9f2808 ${date}`),
  },
  {
    title: 'Overdue',
    value: { apdu: 'Overdue', ...head, dateDue: { dateDueField: '20240103' } },
    bytes: apduHex('6c', `bf290a 8008 ${date}`),
  },
  { title: 'Renew', value: { apdu: 'Renew', ...head }, bytes: apduHex('6d') },
  {
    title: 'Renew-Answer',
    value: { apdu: 'Renew-Answer', ...head, answer: true },
    bytes: apduHex('6e', '9f2301ff'),
  },
  { title: 'Lost', value: { apdu: 'Lost', ...head }, bytes: apduHex('6f') },
  { title: 'Damaged', value: { apdu: 'Damaged', ...head }, bytes: apduHex('70') },
  {
    title: 'Message',
    value: { apdu: 'Message', ...head, note: 'N' },
    bytes: apduHex('71', 'bf2e03 1b014e'),
  },
  { title: 'Status-Query', value: { apdu: 'Status-Query', ...head }, bytes: apduHex('72') },
  {
    title: 'Status-Or-Error-Report',
    value: { apdu: 'Status-Or-Error-Report', ...head, reasonNoReport: 'temporary' },
    bytes: apduHex('73', '9f2b0101'),
  },
  { title: 'Expired', value: { apdu: 'Expired', ...head }, bytes: apduHex('74') },
];

export const extension = tlv('30', '800101', tlv('a2', tlv('28', '06032a0304', 'a0020500')));
export const extensionValue = {
  identifier: 1,
  item: { external: { directReference: '1.2.3.4', content: { singleAsn1Type: '0500' } } },
} as const;

/** APDUs and their octets: the smallest of each, and what is special about some. */
export const vectors: readonly Vector[] = [
  ...smallest,
  {
    title: 'Checked-In with both parties, as the reference takes it apart',
    value: {
      apdu: 'Checked-In',
      protocolVersionNum: 2,
      transactionId: {
        initialRequesterId: symbol('TEST:REQ'),
        transactionGroupQualifier: 'TGQ-0001',
        transactionQualifier: 'TQ-0001',
      },
      serviceDateTime: { dateTimeOfThisService: { date: '20240103', time: '101112' } },
      requesterId: symbol('TEST:REQ'),
      responderId: symbol('TEST:RSP'),
      dateCheckedIn: '20240203',
    },
    bytes: `6b6f 306d 800102
      a127 a00e a00c a10a ${general('TEST:REQ')} a10a ${general('TGQ-0001')} a209 ${general('TQ-0001')}
      a214 a012 8008 ${ascii('20240103')} 8106 ${ascii('101112')}
      a30e a00c a10a ${general('TEST:REQ')}
      a40e a00c a10a ${general('TEST:RSP')}
      9f2808 ${ascii('20240203')}`,
  },
  {
    title: 'Shipped, whose elements stand in another order than their tags',
    value: {
      apdu: 'Shipped',
      ...head,
      responderAddress: { telecomServiceAddress: 'A' },
      intermediaryId: symbol('I'),
      supplierId: symbol('S'),
      clientId: { clientName: 'C' },
      transactionType: 'chained',
      supplementalItemDescription: [{ directReference: '1.2.3.4', content: { octetAligned: 'ff' } }],
      shippedServiceType: 'loan',
      supplyDetails: {},
    },
    bytes: apduHex(
      '63',
      'b805 a103 1b0141',
      `b907 ${symbolHex('I')}`,
      `ba07 ${symbolHex('S')}`,
      'af05 a003 1b0143',
      '850102',
      tlv('b1', tlv('28', '06032a0304', '8101ff')),
      '9b0101',
      'bd00',
    ),
  },
  {
    title: 'extensions under an IMPLICIT tag',
    value: { apdu: 'Recall', ...head, extensions: [extensionValue] },
    bytes: apduHex('69', tlv('bf31', extension)),
  },
  {
    title: 'the extensions of Overdue under an explicit tag',
    value: { apdu: 'Overdue', ...head, dateDue: { dateDueField: '20240103' }, extensions: [extensionValue] },
    bytes: apduHex('6c', `bf290a 8008 ${date}`, tlv('bf31', tlv('30', extension))),
  },
  {
    title: 'an explanation under two explicit tags',
    value: {
      apdu: 'ILL-Answer',
      ...head,
      transactionResults: 'unfilled',
      resultsExplanation: { unfilledResults: { reasonUnfilled: 'not-owned' } },
    },
    bytes: apduHex('64', '9f1f0103', 'bf2007 a305 3003 800105'),
  },
  {
    title: 'ILL-Answer, whose [33] stands before [17]',
    value: {
      apdu: 'ILL-Answer',
      ...head,
      transactionResults: 'unfilled',
      responderSpecificResults: { directReference: '1.2.3.4', content: { singleAsn1Type: '0500' } },
      supplementalItemDescription: [{ directReference: '1.2.3.4', content: { octetAligned: 'ff' } }],
    },
    bytes: apduHex(
      '64',
      '9f1f0103',
      tlv('bf21', tlv('28', '06032a0304', 'a0020500')),
      tlv('b1', tlv('28', '06032a0304', '8101ff')),
    ),
  },
  {
    title: 'text of other alphabets and an EDIFACTString',
    value: {
      apdu: 'ILL-Request',
      ...head,
      illServiceType: ['loan', 'copy-non-returnable'],
      requesterOptionalMessages: {
        canSendReceived: false,
        canSendReturned: false,
        requesterShipped: 'requires',
        requesterCheckedIn: 'requires',
      },
      itemId: { author: { edifact: 'DOE' }, title: '日本', titleOfArticle: { latin1: 'Z\u00fcrich' } },
    },
    bytes: apduHex(
      '61',
      'a906 0a0101 0a0102',
      'ab0c 800100 810100 820101 830101',
      tlv('b0', 'a305 1a03 444f45', `a408 1b06 e697a5e69cac`, `af08 1b06 5afc72696368`),
    ),
  },
];

/** A Cancel in hex. */
export const cancel = apduHex('66');
