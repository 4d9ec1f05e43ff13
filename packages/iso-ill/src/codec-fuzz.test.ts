import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { DecodeError } from '@interlend/core';
import { toHex } from '@interlend/wire/ber';
import { describe, expect, it } from 'vitest';
import { createFramer, decode, decodeAll, encode } from './codec.js';
import { decodeFailure, general, octets, sampleOctets, tlv, vectorFolder } from './codec.test-support.js';
import { fuzz } from './codec-fuzz.test-support.js';
import { countFromEnvironment } from './codec-random.test-support.js';

/** MiB in use once everything that can go is gone. */
function heapMiB(): number {
  setFlagsFromString('--expose-gc');
  runInNewContext('gc')();
  return process.memoryUsage().heapUsed / 2 ** 20;
}

const usual = 20_000;
const inputs = countFromEnvironment('INTERLEND_FUZZ_INPUTS', usual);

describe(`${inputs} mutated messages`, () => {
  it('are read as values or refused with a DecodeError, however they are cut', { timeout: 3_600_000 }, () => {
    const start = performance.now();
    const heapBefore = heapMiB();
    const report = fuzz(inputs, countFromEnvironment('INTERLEND_FUZZ_SEED', 1));
    if (inputs > usual) {
      const seconds = (performance.now() - start) / 1000;
      const heapGrowthMiB = heapMiB() - heapBefore;
      console.log({ ...report, seconds, perSecond: inputs / seconds, heapGrowthMiB });
    }
    expect(report.faults).toEqual([]);
    const { lenient, strict, written } = report;
    expect(Object.values(lenient).reduce((sum, times) => sum + times, 0)).toBe(inputs);
    // The mutations must reach every kind of outcome, or they prove little.
    for (const outcome of [
      'value',
      'value with deviations',
      'incomplete',
      'not-a-message',
      'unrecognized-message',
      'malformed',
      'mistyped',
      'badly-structured',
      'limit',
      'trailing-data',
    ]) {
      expect(lenient[outcome], outcome).toBeGreaterThan(0);
    }
    expect(strict['deviation']).toBeGreaterThan(0);
    expect(strict['value with deviations']).toBeUndefined();
    expect(written['written']).toBeGreaterThan(0);
  });
});

const corpus = join(vectorFolder, 'corpus');
const corpusNames = existsSync(corpus) ? readdirSync(corpus) : [];

describe.runIf(corpusNames.length > 0)('inputs that once went wrong', () => {
  it.each(corpusNames)('%s is a value or a DecodeError', (name) => {
    const bytes = sampleOctets(join('corpus', name));
    for (const isStrict of [false, true]) {
      try {
        encode(decode(bytes, { isStrict }).message);
      } catch (error) {
        expect(error).toMatchObject({ name: expect.stringMatching(/^(De|En)codeError$/) });
      }
    }
  });
});

describe('every beginning and every flipped octet', () => {
  it.each([
    'definite-length/01-ill-request-full-utf8.ber',
    'libyaz-vectors/03-shipped-loan.ber',
    'yaz-illclient/yaz-oclc-auth.ber',
  ])('of %s is a value or a DecodeError', (file) => {
    const bytes = sampleOctets(file);
    for (let at = 0; at < bytes.length; at++) {
      expect(decodeFailure(() => decode(bytes.slice(0, at)))).toMatchObject({ code: 'incomplete' });
      for (const mask of [0x01, 0x20, 0x80, 0xff]) {
        const flipped = bytes.slice();
        flipped[at] = (flipped[at] ?? 0) ^ mask;
        try {
          decode(flipped);
        } catch (error) {
          if (!(error instanceof DecodeError)) expect.fail(`${String(error)} at ${at}: ${toHex(flipped)}`);
        }
      }
    }
  });
});

const head = '800102 a10a a103 1b0147 a203 1b0151 a20c a00a 8008 3230323430313033';
const cancelWith = (...own: readonly string[]): string => tlv('66', tlv('30', head, ...own));
const indefiniteCancelWith = (own: string): string => `6680 3080 ${head} ${own}`;

describe('hostile messages', () => {
  it.each([
    ['a bomb of headers in an unknown element', indefiniteCancelWith('bf3c80'.repeat(100_000))],
    ['a bomb of SEQUENCE headers', `6680${'3080'.repeat(100_000)}`],
    ['a bomb of APDUs in APDUs', '6680'.repeat(100_000)],
    ['a bomb of string segments', indefiniteCancelWith(`bf2e80${'3b80'.repeat(1)}${'2480'.repeat(100_000)}`)],
    [
      'a bomb of headers in an EXTERNAL',
      indefiniteCancelWith(`bf3180 3080 800101 a280 2880 06032a0304 ${'a080'.repeat(100_000)}`),
    ],
    [
      'a bomb of a registered type that contains itself',
      indefiniteCancelWith(
        `bf3180 3080 800101 a280 2880 060528cf310d04 a080 3080 ${'3080 a180 8101ff a380 a680'.repeat(20_000)}`,
      ),
    ],
    ['a length beyond the limit', '6684 7fffffff'],
    ['a length of 126 octets', `66fe${'ff'.repeat(126)}`],
    ['a message beyond the limit', `6680${'00'.repeat(1024 * 1024)}`],
    [
      'a string beyond the limit',
      tlvLarge('66', tlvLarge('30', head, tlvLarge('bf2e', tlvLarge('1b', '41'.repeat(65_537))))),
    ],
    [
      'a list beyond the limit',
      tlvLarge(
        '66',
        tlvLarge(
          '30',
          head,
          tlvLarge('bf31', '3000'.repeat(1), tlv('30', '800101', 'a2020500').repeat(5000)),
        ),
      ),
    ],
    [
      'more unknown elements than deviations are listed',
      tlvLarge('66', tlvLarge('30', head, '9f3c00'.repeat(300_000))),
    ],
  ])('%s is refused', (_title, hex) => {
    const { code } = decodeFailure(() => decode(octets(hex)));
    expect(['limit', 'badly-structured', 'mistyped']).toContain(code);
    expect(decodeFailure(() => decode(octets(hex), { isStrict: true })).code).toMatch(
      /limit|badly|mistyped|deviation/,
    );
  });

  it('unreadable values of a registered type inside each other are each read twice and no more', () => {
    // IPIG-Conditional-Reply-Extension holds an Item-Id, which holds an EXTERNAL, and so on; each level lacks its end.
    const reference = '060528cf310d0a';
    let value = '0500';
    for (let level = 0; level < 9; level++) {
      value = tlv('28', reference, tlv('a0', tlv('30', tlv('a0', tlv('b4', value)), '020100')));
    }
    const { message, deviations } = decode(
      octets(cancelWith(tlv('bf31', tlv('30', '800101', tlv('a2', value))))),
    );
    expect(deviations.map(({ code }) => code)).toEqual(['unreadable-external']);
    expect(JSON.stringify(message)).toContain('singleAsn1Type');
  });

  it('a text of many words costs no more memory than its octets', () => {
    const text = 'x'.repeat(60_000);
    const { message } = decode(
      octets(tlvLarge('71', tlvLarge('30', head, tlvLarge('bf2e', tlvLarge('1b', '78'.repeat(60_000)))))),
    );
    expect(message).toMatchObject({ note: text });
  });

  it('a stream that never ends a message is cut off', () => {
    const framer = createFramer();
    framer.push(octets('6680'));
    const chunk = octets(general('x'.repeat(100)).repeat(100));
    const failure = decodeFailure(() => {
      for (let pushed = 0; pushed < 1000; pushed++) framer.push(chunk);
    });
    expect(failure.code).toBe('limit');
    expect(framer.heldOctets).toBeLessThan(1024 * 1024 + 2 * chunk.length);
  });

  it('a stream of empty APDUs gives each of them, as values none', () => {
    const frames = createFramer().push(octets('6600'.repeat(10_000)));
    expect(frames).toHaveLength(10_000);
    expect(decodeFailure(() => decodeAll(octets('6600'.repeat(10_000))))).toMatchObject({
      code: 'malformed',
      offset: 2,
    });
  });
});

/** As {@link tlv}, with four octets of length. */
function tlvLarge(identifier: string, ...contents: readonly string[]): string {
  const inside = octets(contents.join(''));
  return `${identifier}84${inside.length.toString(16).padStart(8, '0')}${toHex(inside)}`;
}
