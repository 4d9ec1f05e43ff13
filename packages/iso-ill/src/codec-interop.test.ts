import { toHex } from '@interlend/wire/ber';
import { seededRandom } from '@interlend/wire/ber/random';
import { describe, expect, it } from 'vitest';
import { decode, encode } from './codec.js';
import { octets, sampleOctets, samples, tlv } from './codec.test-support.js';
import { asn1cCheck, type Checker, check, libyazCheck } from './codec-interop.test-support.js';
import { countFromEnvironment, randomApduWithExtensions } from './codec-random.test-support.js';
import { isoIll } from './iso-ill.js';
import { type ApduName, ApduNumbers, type IllApdu } from './messages/index.js';

const count = countFromEnvironment('INTERLEND_INTEROP_VALUES', 10_000);
const names = Object.keys(ApduNumbers) as ApduName[];

/** `count` random values, the APDUs taking turns. */
function randomApdus(count: number, seed: number): readonly IllApdu[] {
  const random = seededRandom(seed);
  return Array.from({ length: count }, (_, index) =>
    randomApduWithExtensions(random, names[index % names.length] as ApduName),
  );
}

/** What it must refuse, lest a checker that accepts everything passes for one that reads. */
const wrong = [
  ['no SEQUENCE', '6603800102'],
  ['elements missing', tlv('66', tlv('30', '800102'))],
  ['another tag', tlv('75', tlv('30', '800102'))],
  ['an octet cut off', toHex(sampleOctets('definite-length/11-checked-in.ber').slice(0, -1))],
  ['no hex', 'zz'],
] as const;

const title = (name: string, checker: Checker): string =>
  'missing' in checker ? `${name} (skipped: ${checker.missing})` : name;

const libyaz = libyazCheck();

describe.skipIf('missing' in libyaz)(title('libyaz', libyaz), () => {
  it(`reads ${count} random values that we wrote, and writes what we read as the same`, {
    timeout: 600_000,
  }, () => {
    const lines = randomApdus(count, 1).map((value) => toHex(isoIll.encode(value)));
    const faults = check(libyaz, lines).flatMap((answer, index) => {
      if ('error' in answer) return [`${answer.error}: ${lines[index]}`];
      const { message } = decode(octets(answer.hex), { isStrict: true });
      return toHex(encode(message)) === lines[index] ? [] : [`written as ${answer.hex}: ${lines[index]}`];
    });
    expect(faults).toEqual([]);
  });

  it('wants elements that have a default to be there', () => {
    const request = decode(sampleOctets('definite-length/01-ill-request-minimal.ber')).message;
    const [withDefaults, without] = (['write', 'omit'] as const).map((defaults) =>
      toHex(encode(request, { defaults })),
    );
    expect(check(libyaz, [withDefaults ?? '', without ?? ''])).toEqual([
      { hex: expect.any(String) },
      { error: expect.stringContaining('Required data element missing') },
    ]);
  });

  it.each(wrong)('refuses %s', (_title, hex) => {
    expect(check(libyaz, [hex])).toEqual([{ error: expect.any(String) }]);
  });
});

const asn1c = asn1cCheck();

describe.skipIf('missing' in asn1c)(title('a decoder made by asn1c', asn1c), () => {
  /** asn1c 0.9.28 makes a decoder that refuses the explicit tags of Will-Supply-Results, also in samples of libyaz. */
  const isBeyondIt = (value: IllApdu): boolean => JSON.stringify(value).includes('"willSupplyResults"');

  it(`reads ${count} random values that we wrote, and writes the same octets`, { timeout: 600_000 }, () => {
    const values = randomApdus(count, 2).filter((value) => !isBeyondIt(value));
    expect(values.length).toBeGreaterThan(count * 0.95);
    const lines = values.map((value) => toHex(isoIll.encode(value)));
    const faults = check(asn1c, lines).flatMap((answer, index) => {
      if ('error' in answer) return [`${answer.error}: ${lines[index]}`];
      return answer.hex === lines[index] ? [] : [`written as ${answer.hex}: ${lines[index]}`];
    });
    expect(faults).toEqual([]);
  });

  it('reads every sample that is right, but for Will-Supply-Results', () => {
    const right = samples.filter(
      ({ file, apdus, error, strictError }) =>
        apdus?.length === 1 && !error && !strictError && !file.includes('segmented'),
    );
    const files = right.map(({ file }) => file);
    const answers = check(
      asn1c,
      files.map((file) => toHex(sampleOctets(file))),
    );
    const refused = files.filter((_, index) => 'error' in (answers[index] ?? {}));
    expect(refused.toSorted()).toEqual([
      'definite-length/04-ill-answer-will-supply.ber',
      'libyaz-vectors/04-ill-answer-will-supply.ber',
    ]);
  });

  it.each(wrong)('refuses %s', (_title, hex) => {
    expect(check(asn1c, [hex])).toEqual([{ error: expect.any(String) }]);
  });
});
