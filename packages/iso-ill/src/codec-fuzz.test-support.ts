import { DecodeError, EncodeError, type RandomSource } from '@interlend/core';
import { toHex } from '@interlend/wire/ber';
import { seededRandom } from '@interlend/wire/ber/random';
import { createFramer, decode, encode } from './codec.js';
import { sampleOctets, samples } from './codec.test-support.js';
import { randomApduWithExtensions, rewrite } from './codec-random.test-support.js';

/** What a run over many inputs showed. */
export interface FuzzReport {
  readonly inputs: number;
  readonly octets: number;
  /** How often each outcome was met: `value`, `value with deviations`, or the code of the error. */
  readonly lenient: Readonly<Record<string, number>>;
  readonly strict: Readonly<Record<string, number>>;
  readonly framer: Readonly<Record<string, number>>;
  /** What became of the values that were read: written and read again, or not sayable. */
  readonly written: Readonly<Record<string, number>>;
  /** Inputs that led to something else, in hex, with what it was. */
  readonly faults: readonly string[];
  /** The input that took longest to read and cut, and the time it takes when repeated. */
  readonly slowest: { readonly milliseconds: number; readonly octets: number };
}

type Mutation = (octets: number[], random: RandomSource) => number[];

const below = (random: RandomSource, most: number): number => Math.floor(random() * most);
const pick = <Value>(random: RandomSource, values: readonly Value[]): Value =>
  values[below(random, values.length)] as Value;

/** Octets that mean something in a header. */
const meaningful = [
  0x00, 0x01, 0x7f, 0x80, 0x81, 0x82, 0x84, 0x88, 0xff, 0x1f, 0x24, 0x30, 0x28, 0x1b, 0x3b, 0xa0, 0xbf,
];

const mutations: readonly Mutation[] = [
  function flipBits(octets, random) {
    for (let times = 1 + below(random, 3); times > 0; times--) {
      const at = below(random, octets.length);
      octets[at] = (octets[at] ?? 0) ^ (1 << below(random, 8));
    }
    return octets;
  },
  function truncate(octets, random) {
    return octets.slice(0, below(random, octets.length + 1));
  },
  function setOctet(octets, random) {
    octets[below(random, octets.length)] = pick(random, meaningful);
    return octets;
  },
  function changeLength(octets, random) {
    const at = below(random, octets.length);
    octets[at] = ((octets[at] ?? 0) + below(random, 5) - 2) & 0xff;
    return octets;
  },
  function insertOctets(octets, random) {
    const inserted = Array.from({ length: 1 + below(random, 4) }, () => pick(random, meaningful));
    octets.splice(below(random, octets.length), 0, ...inserted);
    return octets;
  },
  function removeOctets(octets, random) {
    octets.splice(below(random, octets.length), 1 + below(random, 6));
    return octets;
  },
  function repeatOctets(octets, random) {
    const start = below(random, octets.length);
    octets.splice(start, 0, ...octets.slice(start, start + below(random, 40)));
    return octets;
  },
  function nest(octets, random) {
    const levels = 1 + below(random, 100);
    const header = pick(random, [
      [0x30, 0x80],
      [0xa0, 0x80],
      [0x3b, 0x80],
      [0x24, 0x80],
      [0x30, 0x82, 0x01, 0x00],
    ]);
    octets.splice(below(random, octets.length), 0, ...Array.from({ length: levels }, () => header).flat());
    return octets;
  },
  function hugeLength(octets, random) {
    const length = pick(random, [
      [0x84, 0x7f, 0xff, 0xff, 0xff],
      [0x83, 0x0f, 0xff, 0xff],
      [0x82, 0xff, 0xff],
      [0x88, 0, 0, 0, 0, 0, 0, 0, 9],
    ]);
    octets.splice(below(random, octets.length), 1, ...length);
    return octets;
  },
];

/** Messages to mutate: the samples, and random values of the tables in different forms, of which new ones keep coming. */
function baseSource(random: RandomSource): () => Uint8Array {
  const made = (): Uint8Array => {
    const bytes = encode(randomApduWithExtensions(random));
    return random() < 0.5
      ? bytes
      : rewrite(bytes, {
          constructed: pick(random, ['definite', 'indefinite']),
          lengthOctets: pick(random, [0, 1, 2, 4]),
          isSegmented: random() < 0.3,
        });
  };
  const fixed = samples.map(({ file }) => sampleOctets(file));
  const changing = Array.from({ length: 200 }, made);
  return () => {
    if (random() < 0.1) changing[below(random, changing.length)] = made();
    return pick(random, random() < 0.3 ? fixed : changing);
  };
}

/** Makes inputs by mutation. */
function inputSource(random: RandomSource): () => Uint8Array {
  const base = baseSource(random);
  return () => {
    const kind = random();
    if (kind < 0.02) return Uint8Array.from({ length: below(random, 80) }, () => below(random, 256));
    if (kind < 0.04)
      return Uint8Array.from([
        0x61 + below(random, 20),
        0x80,
        ...Array.from({ length: below(random, 60) }, () => pick(random, meaningful)),
      ]);
    let octets = [...base()];
    if (kind < 0.1) {
      const other = [...base()];
      octets = [
        ...octets.slice(0, below(random, octets.length)),
        ...other.slice(below(random, other.length)),
      ];
    }
    for (let times = 1 + below(random, 3); times > 0 && octets.length > 0; times--) {
      octets = pick(random, mutations)(octets, random);
    }
    return Uint8Array.from(octets);
  };
}

const count = (counts: Record<string, number>, outcome: string): void => {
  counts[outcome] = (counts[outcome] ?? 0) + 1;
};

/** Reads `inputs` mutated messages in every way; whatever is neither a value nor the codec's own error is a fault. */
export function fuzz(inputs: number, seed: number): FuzzReport {
  const random = seededRandom(seed);
  const next = inputSource(random);
  const lenient: Record<string, number> = {};
  const strict: Record<string, number> = {};
  const framer: Record<string, number> = {};
  const written: Record<string, number> = {};
  const faults: string[] = [];
  const slow: { milliseconds: number; readonly bytes: Uint8Array }[] = [];
  let octets = 0;
  const readAll = (bytes: Uint8Array): void => {
    count(lenient, readAndWrite(bytes, written));
    count(
      strict,
      outcomeOf(() => decode(bytes, { isStrict: true })),
    );
    count(framer, frame(bytes, random));
  };
  // Nearly every input makes errors, whose stacks would take most of the time.
  const { stackTraceLimit } = Error;
  Error.stackTraceLimit = 0;
  for (let index = 0; index < inputs; index++) {
    const bytes = next();
    octets += bytes.length;
    const start = performance.now();
    try {
      readAll(bytes);
    } catch (error) {
      faults.push(`${String(error)}: ${toHex(bytes)}`);
    }
    const milliseconds = performance.now() - start;
    if (slow.length < 20 || milliseconds > (slow.at(-1)?.milliseconds ?? 0)) {
      slow.push({ milliseconds, bytes });
      slow.sort((left, right) => right.milliseconds - left.milliseconds);
      slow.length = Math.min(slow.length, 20);
    }
  }
  const slowest = slow
    .map(({ bytes }) => fastestOf(bytes))
    .toSorted((left, right) => right.milliseconds - left.milliseconds);
  Error.stackTraceLimit = stackTraceLimit;
  return {
    inputs,
    octets,
    lenient,
    strict,
    framer,
    written,
    faults,
    slowest: slowest[0] ?? { milliseconds: 0, octets: 0 },
  };
}

/** The time that an input takes when nothing else does: the best of a few tries. */
function fastestOf(bytes: Uint8Array): FuzzReport['slowest'] {
  let milliseconds = Number.POSITIVE_INFINITY;
  for (let round = 0; round < 5; round++) {
    const start = performance.now();
    outcomeOf(() => decode(bytes));
    framesOf([bytes]);
    milliseconds = Math.min(milliseconds, performance.now() - start);
  }
  return { milliseconds, octets: bytes.length };
}

function outcomeOf(read: () => { readonly deviations: readonly unknown[] }): string {
  try {
    return read().deviations.length > 0 ? 'value with deviations' : 'value';
  } catch (error) {
    if (error instanceof DecodeError) return error.code;
    throw error;
  }
}

/** Reads leniently; a value that can be written must read the same again. */
function readAndWrite(bytes: Uint8Array, written: Record<string, number>): string {
  return outcomeOf(() => {
    const decoded = decode(bytes);
    let again: Uint8Array;
    try {
      again = encode(decoded.message);
    } catch (error) {
      if (!(error instanceof EncodeError)) throw error;
      count(written, error.code);
      return decoded;
    }
    count(written, 'written');
    const same = encode(decode(again).message);
    if (!isSame(same, again)) throw new Error(`is written as ${toHex(again)}, then as ${toHex(same)}`);
    return decoded;
  });
}

const isSame = (left: Uint8Array, right: Uint8Array): boolean =>
  left.length === right.length && left.every((octet, at) => octet === right[at]);

/** Cuts the input into frames, whole and in chunks; both must give the same. */
function frame(bytes: Uint8Array, random: RandomSource): string {
  const chunks: Uint8Array[] = [];
  for (let at = 0; at < bytes.length; ) {
    const end = Math.min(bytes.length, at + 1 + below(random, 24));
    chunks.push(bytes.subarray(at, end));
    at = end;
  }
  const whole = framesOf([bytes]);
  const cut = framesOf(chunks);
  if (whole !== cut) throw new Error(`frames depend on chunks: ${whole} and ${cut}`);
  return whole.replace(/ .*/, '');
}

function framesOf(chunks: readonly Uint8Array[]): string {
  const framer = createFramer();
  const lengths: number[] = [];
  try {
    for (const chunk of chunks) for (const { length } of framer.push(chunk)) lengths.push(length);
    framer.end();
    return `frames ${lengths.join(' ')}`;
  } catch (error) {
    if (error instanceof DecodeError) return `${error.code} at ${error.offset} behind ${lengths.join(' ')}`;
    throw error;
  }
}
