import { fromHex } from '@interlend/wire/ber';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { decode, encode, randomApdu } from './codec.js';
import type { IllApdu } from './messages/apdus.js';
import { ApduNumbers } from './messages/enumerations.js';
import { salvage } from './salvage.js';

const head = {
  protocolVersionNum: 2,
  transactionId: { transactionGroupQualifier: 'TGQ-0001', transactionQualifier: 'TQ-0001' },
  serviceDateTime: { dateTimeOfThisService: { date: '20240103', time: '101112' } },
  requesterId: { personOrInstitutionSymbol: { institutionSymbol: 'TEST:REQ' } },
  responderId: { personOrInstitutionSymbol: { institutionSymbol: 'TEST:RSP' } },
} as const;
const checkedIn: IllApdu = { apdu: 'Checked-In', ...head, dateCheckedIn: '20240203' };
const bytes = encode(checkedIn);
const whole = { apdu: 'Checked-In', apduNumber: 11, ...head };

const hex = (text: string): Uint8Array => fromHex(text) ?? new Uint8Array();
/** `bytes` with the value of one octet changed. */
const changed = (at: number, octet: number): Uint8Array =>
  bytes.map((old, index) => (index === at ? octet : old));
const offsetOf = (octets: string): number => {
  const at = Buffer.from(bytes).indexOf(hex(octets));
  expect(at).toBeGreaterThan(0);
  return at;
};

describe('salvage', () => {
  it('reads the head of an APDU that lost its end', () => {
    const cut = bytes.subarray(0, bytes.length - 5);
    expect(() => decode(cut)).toThrow(expect.objectContaining({ code: 'incomplete' }));
    expect(salvage(cut)).toEqual(whole);
  });

  it('leaves out the element within which the APDU was cut', () => {
    const { responderId: _, ...rest } = whole;
    expect(salvage(bytes.subarray(0, offsetOf('9f28') - 1))).toEqual(rest);
  });

  it('reads the head of an APDU whose number no APDU has', () => {
    const { apdu: _, ...rest } = whole;
    expect(salvage(changed(0, 0x75))).toEqual({ ...rest, apduNumber: 21 });
    expect(salvage(Uint8Array.of(0x7f, 0x81, 0x00, ...bytes.subarray(1)))).toEqual({
      ...rest,
      apduNumber: 128,
    });
  });

  it('reads the head without the inner SEQUENCE header', () => {
    expect(salvage(Uint8Array.of(0x6b, bytes.length - 4, ...bytes.subarray(4)))).toEqual(whole);
  });

  it('reads the elements behind one that is broken', () => {
    const { protocolVersionNum: _, ...rest } = whole;
    expect(salvage(changed(4, 0x8a))).toEqual(rest);
    const { requesterId: __, ...others } = whole;
    expect(salvage(changed(offsetOf('a30e') + 2, 0xb7))).toEqual(others);
  });

  it('cuts lengths that reach beyond the input', () => {
    expect(
      salvage(
        Uint8Array.of(0x6b, 0x84, 0xff, 0xff, 0xff, 0xff, 0x30, 0x83, 0xff, 0xff, 0xff, ...bytes.subarray(4)),
      ),
    ).toEqual(whole);
    expect(salvage(Uint8Array.of(0x6b, 0xff, ...Array(127).fill(0xff), ...bytes.subarray(2)))).toEqual(whole);
  });

  it('reads indefinite lengths, with their end or without', () => {
    const open = [0x6b, 0x80, 0x30, 0x80, ...bytes.subarray(4)];
    expect(salvage(Uint8Array.of(...open, 0, 0, 0, 0))).toEqual(whole);
    expect(salvage(Uint8Array.of(...open))).toEqual(whole);
    const at = offsetOf('a214');
    const inner = Uint8Array.of(
      ...bytes.subarray(0, at),
      ...[0xa2, 0x80, ...bytes.subarray(at + 2, at + 22), 0, 0],
      ...bytes.subarray(at + 22),
    );
    expect(salvage(Uint8Array.of(0x6b, 0x80, 0x30, 0x80, ...inner.subarray(4)))).toEqual(whole);
  });

  it('keeps the first of two elements with one tag', () => {
    const second = encode({
      ...checkedIn,
      transactionId: { ...head.transactionId, transactionQualifier: 'OTHER' },
    });
    const doubled = Uint8Array.of(0x6b, 0x80, 0x30, 0x80, ...bytes.subarray(4), ...second.subarray(4));
    expect(salvage(doubled)).toEqual(whole);
  });

  it.each([
    ['nothing', ''],
    ['one octet', '6b'],
    ['a long tag without end', '7fffffffffff'],
    ['a length without its octets', '6b84ffff'],
    ['HTTP', '474554202f20485454502f312e310d0a'],
    ['a SEQUENCE outside of an APDU', '300380010a'],
  ])('finds no element in %s', (_, octets) => {
    expect(salvage(hex(octets)).transactionId).toBeUndefined();
    expect(salvage(hex(octets)).protocolVersionNum).toBeUndefined();
  });

  it('finds what decode finds, in every APDU', () => {
    let state = 7;
    const random = (): number => {
      state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
      return state / 2 ** 32;
    };
    for (const [apdu, apduNumber] of Object.entries(ApduNumbers)) {
      const message = randomApdu(random, apdu as keyof typeof ApduNumbers);
      const read = decode(encode(message)).message;
      const { protocolVersionNum, transactionId, serviceDateTime, requesterId, responderId } = read;
      expect(JSON.stringify(salvage(encode(message)))).toBe(
        JSON.stringify({
          apduNumber,
          apdu,
          protocolVersionNum,
          transactionId,
          serviceDateTime,
          requesterId,
          responderId,
        }),
      );
    }
  });

  it('gives only what can be written again, whatever was cut or changed', () => {
    const change = fc.tuple(fc.nat(bytes.length - 1), fc.nat(255));
    fc.assert(
      fc.property(fc.nat(bytes.length), fc.array(change, { maxLength: 4 }), (length, changes) => {
        const broken = bytes.slice();
        for (const [at, octet] of changes) broken[at] = octet;
        const { apdu: _, apduNumber: __, ...found } = salvage(broken.subarray(0, length));
        if (found.protocolVersionNum === 1 || found.protocolVersionNum === 2) {
          if (found.transactionId && found.serviceDateTime) {
            expect(encode({ ...checkedIn, ...found }).length).toBeGreaterThan(0);
          }
        }
      }),
      { numRuns: 1000 },
    );
  });

  it('reads endless elements and endless nesting in time that grows with their length', () => {
    const filled = (octets: readonly number[]): Uint8Array => {
      const all = new Uint8Array(100_000).fill(octets[0] as number);
      for (let at = 1; at < all.length; at += 2) all[at] = octets[1] as number;
      all.set([0x6b, 0x80, 0x30, 0x80]);
      return all;
    };
    expect(salvage(filled([0xa5, 0x80]))).toEqual({ apdu: 'Checked-In', apduNumber: 11 });
    const flat = filled([0x85, 0x00]);
    flat.set(bytes.subarray(4), flat.length - bytes.length);
    expect(salvage(flat)).toEqual({ apdu: 'Checked-In', apduNumber: 11 });
  });
});
