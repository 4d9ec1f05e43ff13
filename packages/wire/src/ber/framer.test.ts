import { DecodeError } from '@interlend/core';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { decodeFailure, octets, tlv } from './ber.test-support.js';
import { readBer } from './codec.js';
import { type BerFramerOptions, createBerFramer } from './framer.js';
import { anyValue } from './octets.js';
import { toHex } from './text.js';

/** What comes of a stream cut into chunks: frames, and the error at its end if there is one. */
function outcome(chunks: readonly Uint8Array[], options?: BerFramerOptions) {
  const framer = createBerFramer(options);
  const frames: string[] = [];
  try {
    for (const chunk of chunks) frames.push(...framer.push(chunk).map(toHex));
    framer.end();
    return { frames };
  } catch (error) {
    if (!(error instanceof DecodeError)) throw error;
    return { frames, code: error.code, offset: error.offset };
  }
}

const cut = (bytes: Uint8Array, places: readonly number[]): Uint8Array[] => {
  const bounds = [...new Set([0, ...places.map((place) => place % (bytes.length + 1)), bytes.length])].sort(
    (a, b) => a - b,
  );
  return bounds.slice(1).map((end, index) => bytes.slice(bounds[index], end));
};

const definite = '6b06 8001ff 020105';
const long = tlv('70', tlv('04', '5a'.repeat(300)));
const nested = '61 80 a180 3080 0000 0402 0000 0000 8001ff 0000';
const highTag = 'bf814880 0500 0000';
const streams: readonly (readonly [title: string, hex: readonly string[]])[] = [
  ['one value', [definite]],
  ['values back to back', [definite, nested, long, definite]],
  ['nested indefinite lengths', [nested]],
  ['end marks as contents', [tlv('04', '00000000'), '3080 0404 00000000 0000']],
  ['a definite value that holds an indefinite one', [tlv('30', '3080 0500 0000')]],
  ['empty values', ['0500', '3000', '3080 0000']],
  ['high tag numbers', [highTag, '9f1f00']],
  ['length octets with leading zeros', ['0484 00000001 aa', '3088 0000000000000002 0500']],
  ['a universal 0 that is no end mark', ['3080 0001aa 0081 00 0000']],
];

describe('the framer', () => {
  describe.each(streams)('with %s', (_title, values) => {
    const expected = { frames: values.map((hex) => toHex(octets(hex))) };
    const stream = octets(values.join(''));

    it('gives each value once', () => {
      expect(outcome([stream])).toEqual(expected);
    });

    it('gives the same wherever the stream is cut', () => {
      for (let place = 0; place <= stream.length; place++) {
        expect(outcome([stream.slice(0, place), stream.slice(place)])).toEqual(expected);
      }
    });

    it('gives the same octet by octet', () => {
      expect(outcome(Array.from(stream, (octet) => Uint8Array.of(octet)))).toEqual(expected);
    });

    it('gives the same with any chunks', () => {
      fc.assert(
        fc.property(fc.array(fc.nat(2000), { maxLength: 12 }), (places) => {
          expect(outcome(cut(stream, places))).toEqual(expected);
        }),
        { numRuns: 50 },
      );
    });

    it('waits for more at every octet but the last of a value', () => {
      const framer = createBerFramer();
      let start = 0;
      for (const frame of expected.frames) {
        const end = start + frame.length / 2;
        for (let at = start; at < end - 1; at++) {
          expect(framer.push(stream.subarray(at, at + 1))).toEqual([]);
          expect(framer.heldOctets).toBe(at + 1 - start);
        }
        expect(framer.push(stream.subarray(end - 1, end)).map(toHex)).toEqual([frame]);
        expect(framer.heldOctets).toBe(0);
        start = end;
      }
      framer.end();
    });
  });

  it('calls a stream that ends inside a value incomplete', () => {
    const stream = octets(definite + nested);
    for (let end = 0; end <= stream.length; end++) {
      const whole = [0, octets(definite).length, stream.length].includes(end);
      expect(outcome([stream.slice(0, end)]).code).toBe(whole ? undefined : 'incomplete');
    }
  });

  it.each([
    ['a first octet that cannot begin a message', '474554', 'not-a-message', 0],
    ['indefinite length on a primitive value', '0480', 'malformed', 1],
    ['the reserved length octet', '04ff', 'malformed', 1],
    ['a tag number of five octets', '7f8181818181', 'limit', 5],
    ['a length beyond the limit', '6b84 7fffffff', 'limit', 4],
    ['a length of seven octets beyond the limit', '6b87 00000001000000', 'limit', 8],
  ])('refuses %s at once', (_title, hex, code, offset) => {
    const acceptsFirstOctet = (octet: number): boolean => octet !== 0x47;
    const stream = octets(hex);
    for (let place = 0; place <= stream.length; place++) {
      const chunks = [stream.slice(0, place), stream.slice(place)];
      expect(outcome(chunks, { acceptsFirstOctet })).toEqual({ frames: [], code, offset });
    }
  });

  it('gives the values before a mistake, and the mistake with the next call', () => {
    const options = { acceptsFirstOctet: (octet: number) => octet === 0x6b };
    const framer = createBerFramer(options);
    expect(framer.push(octets(`${definite}ff00`)).map(toHex)).toEqual([toHex(octets(definite))]);
    expect(framer.heldOctets).toBe(2);
    expect(decodeFailure(() => framer.push(octets(definite)))).toMatchObject({
      code: 'not-a-message',
      offset: 0,
    });
    expect(decodeFailure(() => framer.end())).toMatchObject({ code: 'not-a-message', offset: 0 });
    const stream = octets(`${definite}ff00`);
    for (let place = 0; place <= stream.length; place++) {
      expect(outcome([stream.slice(0, place), stream.slice(place)], options)).toEqual({
        frames: [toHex(octets(definite))],
        code: 'not-a-message',
        offset: 0,
      });
    }
  });

  it('stays lost after a mistake', () => {
    const framer = createBerFramer({ acceptsFirstOctet: (octet) => octet === 0x6b });
    expect(decodeFailure(() => framer.push(octets('47')))).toMatchObject({ code: 'not-a-message' });
    expect(decodeFailure(() => framer.push(octets(definite)))).toMatchObject({ code: 'not-a-message' });
  });

  it('asks about the first octet of every value', () => {
    const options = { acceptsFirstOctet: (octet: number) => octet === 0x6b };
    expect(outcome([octets(definite + definite)], options).frames).toHaveLength(2);
    expect(outcome([octets(`${definite}0500`)], options)).toMatchObject({ code: 'not-a-message' });
  });

  it('limits the depth of indefinite values', () => {
    const open = (levels: number): Uint8Array => octets('3080'.repeat(levels) + '0000'.repeat(levels));
    expect(outcome([open(64)]).frames).toHaveLength(1);
    expect(outcome([open(65)])).toMatchObject({ code: 'limit', offset: 129 });
    expect(outcome([open(3)], { limits: { depth: 2 } })).toMatchObject({ code: 'limit' });
  });

  it('limits a value of indefinite length however it grows', () => {
    const limits = { messageOctets: 100 };
    expect(outcome([octets(`3080${'0500'.repeat(48)}0000`)], { limits }).frames).toHaveLength(1);
    expect(outcome([octets(`3080${'0500'.repeat(49)}0000`)], { limits })).toMatchObject({
      code: 'limit',
      offset: 100,
    });
    expect(outcome([octets(`3080 0460 ${'00'.repeat(96)}0000`)], { limits })).toMatchObject({
      code: 'limit',
    });
    expect(outcome([octets(`0462 ${'00'.repeat(98)}`)], { limits }).frames).toHaveLength(1);
    expect(outcome([octets('0463')], { limits })).toMatchObject({ code: 'limit', offset: 1 });
  });

  it('does not hold more of an endless stream than the limit', () => {
    const framer = createBerFramer({ limits: { messageOctets: 10_000 } });
    framer.push(octets('3080'));
    let pushed = 0;
    expect(
      decodeFailure(() => {
        for (; pushed < 1000; pushed++) framer.push(octets('0500'.repeat(50)));
      }),
    ).toMatchObject({ code: 'limit' });
    expect(framer.heldOctets).toBeLessThan(10_200);
  });

  it('gives frames of their own, not views of the chunk', () => {
    const chunk = octets(definite);
    const [frame] = createBerFramer().push(chunk);
    chunk.fill(0);
    expect(toHex(frame ?? new Uint8Array())).toBe(toHex(octets(definite)));
  });

  it('ends a value where the reader does', () => {
    fc.assert(
      fc.property(fc.uint8Array({ minLength: 1, maxLength: 40 }), (bytes) => {
        const { frames } = outcome([bytes]);
        const [first] = frames;
        if (first === undefined) return;
        // The framer skips what stands inside a definite length; the reader may find fault with it.
        try {
          readBer(anyValue, octets(first));
        } catch (error) {
          expect(error).toMatchObject({ code: expect.stringMatching(/malformed|limit/) });
        }
      }),
      { numRuns: 2000 },
    );
  });
});
