import { toHex } from '@interlend/wire/ber';
import { describe, expect, it } from 'vitest';
import { decode, decodeAll, encode } from './codec.js';
import { ascii, decodeFailure, general, octets, sampleOctets, tlv } from './codec.test-support.js';
import {
  apduHex,
  cancel,
  date,
  extension,
  headHex,
  smallest,
  type Vector,
} from './small-apdus.test-support.js';

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
