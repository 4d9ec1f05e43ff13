import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { type BerLimits, toHex } from '@interlend/wire/ber';
import { describe, expect, it } from 'vitest';
import { decode, decodeAll, encode } from './codec.js';
import { decodeFailure, sampleOctets, samples, vectorFolder } from './codec.test-support.js';
import type { IllApdu } from './messages/index.js';

const places = (
  deviations: readonly { readonly code: string; readonly offset: number; readonly path: string }[],
) => deviations.map(({ code, offset, path }) => ({ code, offset, path }));

const namesIn = (folder: string): readonly string[] =>
  readdirSync(join(vectorFolder, folder)).filter((name) => name.endsWith('.ber'));

describe('the samples', () => {
  it('are those of the manifest, octet for octet as many', () => {
    const files = ['yaz-illclient', 'libyaz-vectors', 'definite-length', 'edge-cases'].flatMap((folder) =>
      namesIn(folder).map((name) => `${folder}/${name}`),
    );
    expect(samples.map(({ file }) => file).toSorted()).toEqual(files.toSorted());
    for (const { file, octets } of samples) expect(sampleOctets(file).length, file).toBe(octets);
  });

  describe.each(samples)('$file', ({ file, apdus = [], deviations = [], error, strictError }) => {
    const bytes = sampleOctets(file);

    if (error) {
      it('is refused', () => {
        expect(decodeFailure(() => decode(bytes))).toEqual(error);
      });
    } else {
      it('is read with exactly the listed deviations', () => {
        const read = decodeAll(bytes);
        expect(read.map(({ message }) => message.apdu)).toEqual(apdus);
        expect(read.flatMap((decoded) => places(decoded.deviations))).toEqual(deviations);
      });
    }

    if (strictError) {
      it('is refused when reading strictly', () => {
        expect(decodeFailure(() => decode(bytes, { isStrict: true }))).toEqual(strictError);
      });
    } else {
      it('is read strictly', () => {
        expect(decodeAll(bytes, { isStrict: true })).toEqual(decodeAll(bytes));
      });
    }
  });

  it('stand in one stream back to back', () => {
    const good = samples.filter(({ apdus }) => apdus?.length === 1).map(({ file }) => sampleOctets(file));
    const stream = new Uint8Array(Buffer.concat(good));
    expect(decodeAll(stream).map(({ message }) => message)).toEqual(
      good.map((bytes) => decode(bytes).message),
    );
  });
});

/** How often a value holds `true`. */
function countTrue(value: unknown): number {
  if (value === true) return 1;
  if (typeof value !== 'object' || value === null) return 0;
  return Object.values(value).reduce<number>((sum, member) => sum + countTrue(member), 0);
}

describe('a sample of libyaz and its twin with definite lengths', () => {
  const names = namesIn('definite-length');

  it('are fifty pairs of all twenty APDUs', () => {
    expect(names).toHaveLength(50);
    expect(namesIn('libyaz-vectors')).toEqual(names);
    const apdus = names.map((name) => decode(sampleOctets(`definite-length/${name}`)).message.apdu);
    expect(new Set(apdus).size).toBe(20);
  });

  it.each(names)('are one value, which is written as the twin: %s', (name) => {
    const twin = sampleOctets(`definite-length/${name}`);
    const { message } = decode(sampleOctets(`libyaz-vectors/${name}`));
    expect(decode(twin).message).toEqual(message);
    expect(toHex(encode(message, { trueOctet: 1 }))).toBe(toHex(twin));
  });

  it.each(names)('differ from what we write in the octets of TRUE only: %s', (name) => {
    const twin = sampleOctets(`definite-length/${name}`);
    const { message } = decode(twin);
    const written = encode(message);
    expect(written).toHaveLength(twin.length);
    const changed = [...written.keys()].filter((at) => written[at] !== twin[at]);
    expect(changed.map((at) => [twin[at], written[at]])).toEqual(changed.map(() => [0x01, 0xff]));
    expect(changed).toHaveLength(countTrue(message));
  });

  it('would differ if a value did', () => {
    const { message } = decode(sampleOctets('definite-length/11-checked-in.ber'));
    const other: IllApdu = { ...message, protocolVersionNum: 1 };
    expect(encode(other)).not.toEqual(encode(message));
  });
});

const thirdParty = join(
  import.meta.dirname,
  '../../../../shared/reference/iso-ill/captures/third-party-perl',
);
const isThere = existsSync(thirdParty);
const withoutSequence = 'apdu-without-sequence';

/** What each file departs in: code and path. Its encoder leaves out the header of SEQUENCE inside the APPLICATION tag. */
const thirdPartyDeviations: Readonly<Record<string, readonly string[]>> = {
  'msg_01.request.ber': [
    'blank-around-string ILL-Request.deliveryAddress.postalAddress.streetAndNumber',
    'blank-around-string ILL-Request.billingAddress.postalAddress.streetAndNumber',
    'amount-character ILL-Request.costInfoType.maximumCost.monetaryValue',
  ],
  'msg_02.forward-notification.ber': [`${withoutSequence} Forward-Notification`],
  'msg_03.shipped.ber': [
    `${withoutSequence} Shipped`,
    'extra-sequence-header Shipped.supplyDetails',
    'extra-sequence-header Shipped.supplyDetails.dateDue',
    'extra-sequence-header Shipped.supplyDetails.noOfUnitsPerMedium[0]',
    'implicit-instead-of-explicit Shipped.supplyDetails.noOfUnitsPerMedium[0].medium',
    'implicit-instead-of-explicit Shipped.supplyDetails.noOfUnitsPerMedium[0].noOfUnits',
    'blank-around-string Shipped.returnToAddress.streetAndNumber',
  ],
  'msg_04.answer.ber': [
    `${withoutSequence} ILL-Answer`,
    'extra-sequence-header ILL-Answer.resultsExplanation.conditionalResults.locations[0]',
    'extra-sequence-header ILL-Answer.resultsExplanation.conditionalResults.locations[1]',
    'extra-sequence-header ILL-Answer.responderOptionalMessages',
  ],
  'msg_05.conditional-reply.ber': [`${withoutSequence} Conditional-Reply`],
  'msg_06.cancel.ber': [`${withoutSequence} Cancel`],
  'msg_07.cancel-reply.ber': [`${withoutSequence} Cancel-Reply`],
  'msg_08.received.ber': [`${withoutSequence} Received`],
  'msg_09.recall.ber': [`${withoutSequence} Recall`],
  'msg_10.returned.ber': [`${withoutSequence} Returned`],
  'msg_11.checked-in.ber': [`${withoutSequence} Checked-In`],
  'msg_12.overdue.ber': [`${withoutSequence} Overdue`, 'extra-sequence-header Overdue.dateDue'],
  'msg_13.renew.ber': [`${withoutSequence} Renew`],
  'msg_14.renew-answer.ber': [
    `${withoutSequence} Renew-Answer`,
    'extra-sequence-header Renew-Answer.dateDue',
  ],
  'msg_15.lost.ber': [`${withoutSequence} Lost`],
  'msg_16.damaged.ber': [`${withoutSequence} Damaged`],
  'msg_17.message.ber': [`${withoutSequence} Message`],
  'msg_18.status-query.ber': [`${withoutSequence} Status-Query`],
  'msg_19.status-or-error-report.ber': [
    `${withoutSequence} Status-Or-Error-Report`,
    'extra-sequence-header Status-Or-Error-Report.statusReport',
    'extra-sequence-header Status-Or-Error-Report.statusReport.userStatusReport',
  ],
  'msg_20.expired.ber': [`${withoutSequence} Expired`],
  'real-ill-request-with-delivery-info.ber': [
    'blank-around-string ILL-Request.deliveryAddress.postalAddress.extendedPostalDeliveryAddress',
    'amount-character ILL-Request.costInfoType.maximumCost.monetaryValue',
  ],
};

describe.skipIf(!isThere)(
  `messages of another ILL system${isThere ? '' : ' (skipped: ../shared/reference with the captures is not here)'}`,
  () => {
    const bytesOf = (name: string): Uint8Array => new Uint8Array(readFileSync(join(thirdParty, name)));

    it('are all listed here', () => {
      const names = readdirSync(thirdParty).filter((name) => name.endsWith('.ber'));
      expect(Object.keys(thirdPartyDeviations).toSorted()).toEqual(names.toSorted());
    });

    it.each(Object.entries(thirdPartyDeviations))(
      '%s is read with the deviations that are known',
      (name, expected) => {
        const { deviations } = decode(bytesOf(name));
        expect(deviations.map(({ code, path }) => `${code} ${path}`)).toEqual(expected);
      },
    );

    it.each(Object.keys(thirdPartyDeviations))('%s is refused strictly', (name) => {
      expect(decodeFailure(() => decode(bytesOf(name), { isStrict: true }))).toMatchObject({
        code: 'deviation',
      });
    });

    it('include a request of 2003 that is written again octet for octet', () => {
      const bytes = bytesOf('real-ill-request-with-delivery-info.ber');
      const { message } = decode(bytes);
      expect(toHex(encode(message))).toBe(toHex(bytes));
      const kinds = message.extensions?.map(
        ({ item }) => 'external' in item && Object.keys(item.external.content)[0],
      );
      expect(kinds).toEqual(['apduDeliveryInfo', 'supplementalClientInfo']);
    });

    it('are written the right way, if they can be', () => {
      const { message } = decode(bytesOf('msg_12.overdue.ber'));
      const again = decode(encode(message), { isStrict: true });
      expect(again).toEqual({ message, deviations: [] });
    });
  },
);

describe('limits of the reader', () => {
  const bytes = sampleOctets('definite-length/01-ill-request-full-utf8.ber');
  it.each<readonly [string, Partial<BerLimits>, Partial<BerLimits>]>([
    ['octets of a message', { messageOctets: bytes.length }, { messageOctets: bytes.length - 1 }],
    ['octets of a string', { stringOctets: 64 }, { stringOctets: 12 }],
    ['levels', { depth: 8 }, { depth: 3 }],
    ['members of a list', { listMembers: 2 }, { listMembers: 0 }],
  ])('can be set for %s', (_title, enough, tooLittle) => {
    expect(decode(bytes, { limits: enough }).message.apdu).toBe('ILL-Request');
    expect(decodeFailure(() => decode(bytes, { limits: tooLittle }))).toMatchObject({ code: 'limit' });
  });
});
