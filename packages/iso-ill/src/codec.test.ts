import { toHex } from '@interlend/wire/ber';
import { describe, expect, it } from 'vitest';
import { createFramer, decode, decodeAll, encode } from './codec.js';
import {
  ascii,
  decodeFailure,
  encodeFailure,
  general,
  octets,
  sampleOctets,
  tlv,
} from './codec.test-support.js';
import { ApduNumbers, type IllApdu } from './messages/index.js';

interface Vector {
  readonly title: string;
  readonly value: IllApdu;
  readonly bytes: string;
}

const head = {
  protocolVersionNum: 2,
  transactionId: { transactionGroupQualifier: 'G', transactionQualifier: 'Q' },
  serviceDateTime: { dateTimeOfThisService: { date: '20240103' } },
} as const;
const date = '3230323430313033';
const headHex = `800102 a10a a103 1b0147 a203 1b0151 a20c a00a 8008 ${date}`;
const symbol = (name: string) => ({ personOrInstitutionSymbol: { institutionSymbol: name } }) as const;
const symbolHex = (name: string): string => `a005 a103 1b01 ${ascii(name)}`;
/** An APDU in hex: `[APPLICATION n]`, SEQUENCE, the common elements, its own. */
const apduHex = (identifier: string, ...own: readonly string[]): string =>
  tlv(identifier, tlv('30', headHex, ...own));

/** Each APDU with its mandatory elements and no others. */
const smallest: readonly Vector[] = [
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

const extension = tlv('30', '800101', tlv('a2', tlv('28', '06032a0304', 'a0020500')));
const extensionValue = {
  identifier: 1,
  item: { external: { directReference: '1.2.3.4', content: { singleAsn1Type: '0500' } } },
} as const;

const vectors: readonly Vector[] = [
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

describe('an APDU', () => {
  it('has one smallest form each', () => {
    expect(smallest.map(({ value }) => value.apdu)).toEqual(Object.keys(ApduNumbers));
  });

  it.each(vectors)('is read: $title', ({ value, bytes }) => {
    const { message, deviations } = decode(octets(bytes));
    expect(message).toEqual(value);
    const known = 'itemId' in value && typeof value.itemId.titleOfArticle === 'object' ? ['not-utf-8'] : [];
    expect(deviations.map(({ code }) => code)).toEqual(known);
  });

  it.each(vectors)('is written: $title', ({ value, bytes }) => {
    expect(toHex(encode(value))).toBe(toHex(octets(bytes)));
  });

  it('is plain JSON', () => {
    for (const { value, bytes } of vectors) {
      expect(JSON.parse(JSON.stringify(decode(octets(bytes)).message))).toStrictEqual(value);
    }
  });
});

const cancel = apduHex('66');

describe('decode', () => {
  it.each([
    ['nothing', '', 'incomplete', 0, ''],
    ['the first octet alone', '66', 'incomplete', 0, ''],
    ['a request of HTTP', ascii('GET / HTTP/1.1\r\n'), 'not-a-message', 0, ''],
    ['a record of TLS', '160301', 'not-a-message', 0, ''],
    ['a SEQUENCE', '3000', 'not-a-message', 0, ''],
    ['an APPLICATION tag in the primitive form', '4600', 'not-a-message', 0, ''],
    ['APPLICATION 0', '6000', 'not-a-message', 0, ''],
    ['APPLICATION 31', '7f1f00', 'not-a-message', 0, ''],
    ['APPLICATION 21', '7500', 'unrecognized-message', 0, ''],
    ['APPLICATION 30', '7e00', 'unrecognized-message', 0, ''],
    ['an empty APDU', '6600', 'malformed', 2, 'Cancel'],
    ['an empty SEQUENCE', '6602 3000', 'badly-structured', 4, 'Cancel.protocolVersionNum'],
    ['another type than SEQUENCE', '6603 020105', 'mistyped', 2, 'Cancel'],
    ['two SEQUENCEs', tlv('66', tlv('30', headHex), '3000'), 'badly-structured', 33, 'Cancel'],
    ['a second APDU behind it', cancel + cancel, 'trailing-data', 33, 'Cancel'],
    ['an octet behind it', `${cancel}00`, 'trailing-data', 33, 'Cancel'],
    [
      'a version that is no number',
      tlv('66', tlv('30', '8000')),
      'malformed',
      6,
      'Cancel.protocolVersionNum',
    ],
    ['a missing answer', apduHex('65'), 'badly-structured', 33, 'Conditional-Reply.answer'],
    [
      'a service type twice',
      apduHex('63', '9b0101', '9b0101', 'bd00'),
      'badly-structured',
      36,
      'Shipped.shippedServiceType',
    ],
    [
      'an answer under another tag',
      apduHex('65', '9f2401ff'),
      'badly-structured',
      37,
      'Conditional-Reply.answer',
    ],
    ['a note of another type', apduHex('71', 'bf2e03 020105'), 'mistyped', 36, 'Message.note'],
    ['a note without its explicit tag', apduHex('71', '9f2e014e'), 'mistyped', 36, 'Message.note'],
  ])('refuses %s', (_title, hex, code, offset, path) => {
    expect(decodeFailure(() => decode(octets(hex)))).toEqual({ code, offset, path });
  });

  it('calls every beginning of an APDU incomplete', () => {
    const bytes = sampleOctets('definite-length/01-ill-request-full-utf8.ber');
    for (let end = 0; end < bytes.length; end++) {
      expect(decodeFailure(() => decode(bytes.slice(0, end)))).toMatchObject({
        code: 'incomplete',
        offset: 0,
      });
    }
    const indefinite = sampleOctets('edge-cases/ok-all-constructed-indefinite.ber');
    for (let end = 0; end < indefinite.length; end++) {
      expect(decodeFailure(() => decode(indefinite.slice(0, end)))).toMatchObject({ code: 'incomplete' });
    }
  });

  it('waits for an APDU whose length says that more comes', () => {
    expect(decodeFailure(() => decode(octets(cancel.replace(/^661f/, '6647'))))).toMatchObject({
      code: 'incomplete',
    });
  });

  it.each([
    ['no SEQUENCE inside the APPLICATION tag', tlv('66', headHex), 'apdu-without-sequence', 2, 'Cancel'],
    ['the same of indefinite length', `6680 ${headHex} 0000`, 'apdu-without-sequence', 2, 'Cancel'],
    [
      'an explicit date-due',
      apduHex('6c', `bf290c 300a 8008 ${date}`),
      'extra-sequence-header',
      36,
      'Overdue.dateDue',
    ],
    [
      'extensions of Overdue without their SEQUENCE',
      apduHex('6c', `bf290a 8008 ${date}`, tlv('bf31', extension)),
      'extensions-without-sequence',
      49,
      'Overdue.extensions',
    ],
    [
      'damaged-details under [51]',
      apduHex('70', 'bf3302 8100'),
      'damaged-details-tag',
      33,
      'Damaged.damagedDetails',
    ],
    [
      'an unknown enumeration value',
      apduHex('64', '9f1f0109'),
      'unknown-enum-value',
      36,
      'ILL-Answer.transactionResults',
    ],
    ['an unknown element', apduHex('69', '9f3c0105'), 'unknown-element', 33, 'Recall.[60]'],
    [
      'an explanation of another result',
      apduHex('64', '9f1f0103', 'bf2007 a105 3003 80010d'),
      'results-explanation',
      4,
      'ILL-Answer',
    ],
    ['no explanation where one is needed', apduHex('64', '9f1f0101'), 'results-explanation', 4, 'ILL-Answer'],
    ['no report and no reason', apduHex('73'), 'reason-no-report', 4, 'Status-Or-Error-Report'],
    ['an empty date', apduHex('6b', '9f2800'), 'date-format', 36, 'Checked-In.dateCheckedIn'],
  ])('reads %s with a deviation, and refuses it strictly', (_title, hex, code, offset, path) => {
    const { deviations } = decode(octets(hex));
    expect(deviations.map((deviation) => ({ ...deviation, message: '', clause: '' }))).toEqual([
      { code, offset, path, message: '', clause: '' },
    ]);
    const strict = decodeFailure(() => decode(octets(hex), { isStrict: true }));
    expect(strict).toEqual({
      code: code === 'unknown-element' ? 'badly-structured' : 'deviation',
      offset,
      path,
    });
  });

  it('reads a supply-date with either tag, and writes the explicit one', () => {
    const answer = (supplyDate: string): string =>
      apduHex('64', '9f1f0105', tlv('bf20', tlv('a5', tlv('30', 'a003 0a0101', supplyDate))));
    const right = answer(`a10a 1a08 ${date}`);
    const { message, deviations } = decode(octets(answer(`8108 ${date}`)));
    expect(deviations.map(({ code }) => code)).toEqual(['implicit-instead-of-explicit']);
    expect(message).toEqual(decode(octets(right), { isStrict: true }).message);
    expect(toHex(encode(message))).toBe(toHex(octets(right)));
  });

  it('notes an element of version 2 in an APDU of version 1', () => {
    const damaged = octets(apduHex('70', 'a502 8100').replace('800102', '800101'));
    expect(decode(damaged).deviations).toMatchObject([{ code: 'version-2-element', offset: 0 }]);
    expect(decodeFailure(() => decode(damaged, { isStrict: true }))).toMatchObject({ code: 'deviation' });
    expect(decode(octets(apduHex('70', 'a502 8100')), { isStrict: true }).deviations).toEqual([]);
  });

  it('keeps unknown elements and codes for writing', () => {
    const hex = apduHex('64', '9f1f0109', 'bf3c80 0500 0000');
    const { message } = decode(octets(hex));
    expect(message).toMatchObject({ transactionResults: 9, unknown: ['bf3c020500'] });
    expect(decode(encode(message)).message).toEqual(message);
    expect(toHex(encode(message))).toBe(toHex(octets(apduHex('64', '9f1f0109', 'bf3c020500'))));
  });

  it('never tells texts of the message in an error', () => {
    const bytes = octets(
      apduHex('71', tlv('bf2e', general('Jane Doe, 12 Example Street, card 4711')), '9f3c00'),
    );
    try {
      decode(bytes, { isStrict: true });
      expect.unreachable();
    } catch (error) {
      expect(String(error)).not.toContain('Jane');
      expect(error).toMatchObject({ excerpt: '9f3c00' });
    }
  });
});

describe('decodeAll', () => {
  it('reads APDUs back to back', () => {
    const { value } = smallest[5] as Vector;
    expect(decodeAll(octets(cancel + cancel))).toEqual([
      { message: value, deviations: [] },
      { message: value, deviations: [] },
    ]);
    expect(decodeAll(new Uint8Array())).toEqual([]);
  });

  it.each([
    ['an APDU cut off', cancel.slice(0, -2), 'incomplete'],
    ['another protocol', '474554', 'not-a-message'],
    ['a mistake', '66023000', 'badly-structured'],
  ])('refuses %s behind a whole one', (_title, hex, code) => {
    expect(decodeFailure(() => decodeAll(octets(cancel + hex)))).toMatchObject({ code });
  });
});

describe('encode', () => {
  const [request] = smallest as readonly [Vector];
  it.each([
    ['no APDU', {}, 'invalid-value', ''],
    ['nothing', undefined, 'invalid-value', ''],
    ['an APDU that does not exist', { ...head, apdu: 'Forward' }, 'invalid-value', ''],
    ['a mandatory element absent', { apdu: 'Cancel-Reply', ...head }, 'missing', 'Cancel-Reply.answer'],
    [
      'an element of another APDU',
      { apdu: 'Cancel', ...head, answer: true },
      'unknown-element',
      'Cancel.answer',
    ],
    ['a note in Expired', { apdu: 'Expired', ...head, note: 'N' }, 'unknown-element', 'Expired.note'],
    [
      'a wrong date',
      { apdu: 'Checked-In', ...head, dateCheckedIn: '2024-01-03' },
      'invalid-value',
      'Checked-In.dateCheckedIn',
    ],
    [
      'an unknown word',
      { ...request.value, illServiceType: ['lend'] },
      'invalid-value',
      'ILL-Request.illServiceType[0]',
    ],
    [
      'too many services',
      { ...request.value, illServiceType: Array(6).fill('loan') },
      'invalid-value',
      'ILL-Request.illServiceType',
    ],
    ['half a character', { apdu: 'Message', ...head, note: '\ud83d' }, 'unsayable-character', 'Message.note'],
    [
      'an EDIFACTString beyond its repertoire',
      { apdu: 'Message', ...head, note: { edifact: 'a_b' } },
      'unsayable-character',
      'Message.note',
    ],
    [
      'an element of version 2 in version 1',
      {
        apdu: 'Damaged',
        ...head,
        protocolVersionNum: 1,
        damagedDetails: { damagedPortion: { completeDocument: null } },
      },
      'invalid-value',
      'Damaged',
    ],
    [
      'an explanation of another result',
      {
        apdu: 'ILL-Answer',
        ...head,
        transactionResults: 'retry',
        resultsExplanation: { unfilledResults: { reasonUnfilled: 'lost' } },
      },
      'invalid-value',
      'ILL-Answer',
    ],
    [
      'no report and no reason',
      { apdu: 'Status-Or-Error-Report', ...head },
      'invalid-value',
      'Status-Or-Error-Report',
    ],
    [
      'a party without symbol and name',
      {
        apdu: 'Cancel',
        ...head,
        transactionId: { ...head.transactionId, initialRequesterId: { unknown: ['9f3c00'] } },
      },
      'invalid-value',
      'Cancel.transactionId.initialRequesterId',
    ],
  ])('cannot say %s', (_title, value, code, path) => {
    expect(encodeFailure(() => encode(value as IllApdu))).toEqual({ code, path });
  });

  it('writes defaults as it is told', () => {
    const value: IllApdu = {
      ...(request.value as Extract<IllApdu, { apdu: 'ILL-Request' }>),
      retryFlag: false,
    };
    const flags = (defaults: 'keep' | 'omit' | 'write') => {
      const { message } = decode(encode(value, { defaults }));
      return Object.keys(message).filter((key) =>
        ['retryFlag', 'forwardFlag', 'transactionType', 'placeOnHold'].includes(key),
      );
    };
    expect(flags('keep')).toEqual(['retryFlag']);
    expect(flags('omit')).toEqual([]);
    expect(flags('write')).toEqual(['transactionType', 'placeOnHold', 'retryFlag', 'forwardFlag']);
  });
});

describe('createFramer', () => {
  it('cuts a stream into APDUs', () => {
    const framer = createFramer();
    const stream = octets(cancel + cancel);
    expect(framer.push(stream.slice(0, 50)).map(toHex)).toEqual([toHex(octets(cancel))]);
    expect(framer.push(stream.slice(50)).map(toHex)).toEqual([toHex(octets(cancel))]);
    framer.end();
  });

  it.each(['GET / HTTP/1.1', '\u0016\u0003\u0001', '0', '\u007f'])(
    'refuses %j at the first octet',
    (text) => {
      expect(decodeFailure(() => createFramer().push(octets(ascii(text))))).toMatchObject({
        code: 'not-a-message',
        offset: 0,
      });
    },
  );
});
