import { type BerType, readBer, toHex, writeBer } from '@interlend/wire/ber';
import { describe, expect, it } from 'vitest';
import { ascii, encodeFailure, octets, tlv } from '../codec.test-support.js';
import { SystemId } from './system-id.js';
import {
  Amount,
  DamagedDetails,
  DeliveryService,
  ElectronicDeliveryService,
  ErrorReport,
  Extension,
  ItemId,
  ResultsExplanation,
  SearchType,
  SupplyDetails,
  UnitsPerMedium,
  WillSupplyResults,
} from './types.js';

interface Vector {
  readonly title: string;
  readonly type: BerType<unknown>;
  readonly value: unknown;
  readonly bytes: string;
}

const date = ascii('20240103');
const external = '280a 06032a0304 a003 020105';
const externalValue = { directReference: '1.2.3.4', content: { singleAsn1Type: '020105' } };

/** The places where tagging is explicit, and those that look as if it were. */
const vectors: readonly Vector[] = [
  {
    title: 'an arm of a CHOICE under a tag, around a string that is one too',
    type: SystemId,
    value: {
      personOrInstitutionSymbol: { personSymbol: 'A' },
      nameOfPersonOrInstitution: { nameOfInstitution: 'B' },
    },
    bytes: tlv('30', 'a005 a003 1b0141', 'a105 a103 1b0142'),
  },
  {
    title: 'EXTERNAL in Item-Id',
    type: ItemId,
    value: {
      itemType: 'monograph',
      nationalBibliographyNo: externalValue,
      isbn: '0123456789',
      systemNo: externalValue,
    },
    bytes: tlv(
      '30',
      '800101',
      tlv('b1', external),
      tlv('b2', tlv('1b', ascii('0123456789'))),
      tlv('b4', external),
    ),
  },
  {
    title: 'results-explanation',
    type: ResultsExplanation,
    value: { holdPlacedResults: { estimatedDateAvailable: '20240103', holdPlacedMediumType: 'microform' } },
    bytes: tlv('a6', tlv('30', `8008 ${date}`, '810103')),
  },
  {
    title: 'Will-Supply-Results',
    type: WillSupplyResults,
    value: {
      reasonWillSupply: 'on-hold',
      supplyDate: '20240103',
      returnToAddress: { city: 'C' },
      locations: [{ locationId: { nameOfPersonOrInstitution: { nameOfPerson: 'P' } } }],
      electronicDeliveryService: { eDeliveryDetails: { eDeliveryAddress: {} } },
    },
    bytes: tlv(
      '30',
      'a003 0a0113',
      tlv('a1', tlv('1a', date)),
      tlv('a2', tlv('30', 'a403 1b0143')),
      tlv('a3', tlv('30', 'a007 a105 a003 1b0150')),
      tlv('a4', tlv('30', 'a502 a000')),
    ),
  },
  {
    title: 'Units-Per-Medium-Type',
    type: UnitsPerMedium,
    value: { medium: 'photocopy', noOfUnits: 9999 },
    bytes: '300b a003 0a0102 a104 0202270f',
  },
  {
    title: 'Extension',
    type: Extension,
    value: { identifier: 1, critical: true, item: { external: externalValue } },
    bytes: tlv('30', '800101', '8101ff', tlv('a2', external)),
  },
  {
    title: 'Extension with something else',
    type: Extension,
    value: { identifier: 1, item: { any: '3000' } },
    bytes: '3007 800101 a202 3000',
  },
  {
    title: 'parameters of any type',
    type: ElectronicDeliveryService,
    value: {
      eDeliveryService: { eDeliveryMode: '1.0.10161.9.2', eDeliveryParameters: '0500' },
      documentType: { documentTypeId: '1.0.10161.11.1', documentTypeParameters: '020105' },
      eDeliveryDetails: { eDeliveryId: { nameOfPersonOrInstitution: { nameOfPerson: 'P' } } },
      deliveryTime: '101112',
    },
    bytes: tlv(
      '30',
      tlv('a0', '8005 28cf310902', 'a102 0500'),
      tlv('a1', '8205 28cf310b01', 'a303 020105'),
      tlv('a5', 'a107 a105 a003 1b0150'),
      `8706 ${ascii('101112')}`,
    ),
  },
  {
    title: 'the arms of Delivery-Service',
    type: DeliveryService,
    value: { physicalDelivery: 'P' },
    bytes: 'a703 1b0150',
  },
  {
    title: 'the other arm of Delivery-Service',
    type: DeliveryService,
    value: { electronicDelivery: [] },
    bytes: 'bf3200',
  },
  {
    title: 'an untagged CHOICE in Supply-Details',
    type: SupplyDetails,
    value: {
      chargeableUnits: 2,
      shippedConditions: 'library-use-only',
      shippedVia: { physicalDelivery: 'P' },
    },
    bytes: '300b 820102 840116 a503 1b0150',
  },
  {
    title: 'its other arm, one structure and no list',
    type: SupplyDetails,
    value: { shippedVia: { electronicDelivery: { eDeliveryDetails: { eDeliveryAddress: {} } } } },
    bytes: '3007 bf3204 a502 a000',
  },
  {
    title: 'an untagged CHOICE in Damaged-Details',
    type: DamagedDetails,
    value: { documentTypeId: '1.2.3', damagedPortion: { specificUnits: [1, -1] } },
    bytes: '300c 80022a03 a206 020101 0201ff',
  },
  {
    title: 'a complete document',
    type: DamagedDetails,
    value: { damagedPortion: { completeDocument: null } },
    bytes: '3002 8100',
  },
  {
    title: 'Error-Report of a user',
    type: ErrorReport,
    value: { correlationInformation: 'C', reportSource: 'user', userErrorReport: { securityProblem: 'S' } },
    bytes: '300f a003 1b0143 810101 a205 a203 1b0153',
  },
  {
    title: 'Error-Report of a provider',
    type: ErrorReport,
    value: {
      correlationInformation: 'C',
      reportSource: 'provider',
      providerErrorReport: { stateTransitionProhibited: { apduType: 'Shipped', currentState: 'UNKNOWN' } },
    },
    bytes: '3012 a003 1b0143 810102 a308 a206 800103 810112',
  },
  {
    title: 'Amount',
    type: Amount,
    value: { currencyCode: 'EUR', monetaryValue: '12.50' },
    bytes: '300c 8003 455552 8105 31322e3530',
  },
  {
    title: 'Search-Type',
    type: SearchType,
    value: { expiryFlag: 'other-date', expiryDate: '20240103' },
    bytes: `300d 820102 8308 ${date}`,
  },
];

describe('types of clause 9', () => {
  it.each(vectors)('are read and written: $title', ({ type, value, bytes }) => {
    expect(readBer(type, octets(bytes), { isStrict: true })).toEqual({ message: value, deviations: [] });
    expect(toHex(writeBer(type, value))).toBe(toHex(octets(bytes)));
  });

  const notes = (type: BerType<unknown>, hex: string): readonly string[] =>
    readBer(type, octets(hex)).deviations.map(({ code, path }) => `${code} ${path}`);

  it.each<readonly [string, BerType<unknown>, string, readonly string[]]>([
    ['an amount with a sign', Amount, `3005 8103 ${ascii('$35')}`, ['amount-character monetaryValue']],
    ['an amount without digits', Amount, '3002 8100', ['amount-character monetaryValue']],
    ['a currency of two letters', Amount, `3007 8002 ${ascii('US')} 810131`, ['currency-code currencyCode']],
    ['too many units', UnitsPerMedium, '300b a003 0a0102 a104 02022710', ['integer-range noOfUnits']],
    [
      'an ISBN of 13 digits',
      ItemId,
      tlv('30', tlv('b2', tlv('1b', ascii('9780000000000')))),
      ['string-length isbn'],
    ],
    [
      'a party without symbol and name',
      SystemId,
      '3003 9e0101',
      ['unknown-element [30]', 'empty-system-id '],
    ],
    [
      'a report of the other source',
      ErrorReport,
      '300f a003 1b0143 810102 a205 a203 1b0153',
      ['report-source '],
    ],
    [
      'a reason of another list',
      WillSupplyResults,
      '3005 a003 0a0105',
      ['unknown-enum-value reasonWillSupply'],
    ],
  ])('note %s', (_title, type, hex, expected) => {
    expect(notes(type, hex)).toEqual(expected);
  });

  it('write an amount as it came', () => {
    expect(toHex(writeBer(Amount, { monetaryValue: '$35' }))).toBe(`30058103${ascii('$35')}`);
    expect(encodeFailure(() => writeBer(Amount, { monetaryValue: '35€' }))).toMatchObject({
      code: 'unsayable-character',
    });
    expect(encodeFailure(() => writeBer(Amount, { currencyCode: 'EURO', monetaryValue: '1' }))).toMatchObject(
      {
        code: 'invalid-value',
        path: 'currencyCode',
      },
    );
  });

  it('keep the codes of conditions apart from those of reasons', () => {
    const conditional = 'a105 3003 800116';
    const unfilled = 'a305 3003 800116';
    expect(readBer(ResultsExplanation, octets(conditional)).message).toEqual({
      conditionalResults: { conditions: 'library-use-only' },
    });
    expect(readBer(ResultsExplanation, octets(unfilled)).message).toEqual({
      unfilledResults: { reasonUnfilled: 'expiry-not-supported' },
    });
  });
});
