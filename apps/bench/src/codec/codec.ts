import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { decode, encode } from '@interlend/iso-ill';
import { fromBER } from 'asn1js';
import { do_not_optimize, measure } from 'mitata';
import { type Finding, median } from '../measurement.js';
import { root } from '../workspace.js';
import { type CallTimes, prepareLibyaz } from './libyaz.js';

const subjects = [
  { name: 'ILL-Request', file: '01-ill-request-full-utf8.ber' },
  { name: 'Shipped', file: '03-shipped-loan.ber' },
] as const;

/** Times that each contender is measured, in turn, so that a slow moment of the machine meets all of them. */
const turns = 9;

interface Turn {
  readonly ours: CallTimes;
  readonly libyaz: CallTimes | undefined;
  readonly asn1js: number;
}

/** Decoding and encoding beside libyaz, and decoding beside asn1js, in one run. */
export async function measureCodec(say: (text: string) => void): Promise<readonly Finding[]> {
  const libyaz = prepareLibyaz();
  if (libyaz.missing !== undefined) say(`libyaz is not measured: ${libyaz.missing}`);
  const findings: Finding[] = [];
  for (const { name, file } of subjects) {
    const path = join(root, 'packages', 'iso-ill', 'vectors', 'definite-length', file);
    const bytes = new Uint8Array(readFileSync(path));
    const all: Turn[] = [];
    for (let turn = 1; turn <= turns; turn++) {
      say(`${name}, ${bytes.length} octets: turn ${turn} of ${turns}`);
      all.push({
        libyaz: libyaz.measure?.(path),
        ours: await measureOurs(bytes),
        asn1js: await nanoseconds(() => fromBER(bytes)),
      });
    }
    findings.push(...compare(name, bytes.length, all, libyaz.missing));
  }
  return findings;
}

async function measureOurs(bytes: Uint8Array): Promise<CallTimes> {
  const { message } = decode(bytes);
  return {
    decode: await nanoseconds(() => decode(bytes)),
    encode: await nanoseconds(() => encode(message)),
  };
}

/** A series this long stays within a time slice, as those of libyaz do, so that a busy machine does not move the median. */
const callsInSeries = 64;
const warmUpCalls = 5000;
const warmUpMs = 100;
const measuredNs = 300_000_000;

async function nanoseconds(call: () => unknown): Promise<number> {
  const end = performance.now() + warmUpMs;
  for (let count = 0; count < warmUpCalls && performance.now() < end; count++) do_not_optimize(call());
  const { p50 } = await measure(
    () => {
      do_not_optimize(call());
    },
    { batch_samples: callsInSeries, min_cpu_time: measuredNs },
  );
  return p50;
}

function compare(
  name: string,
  octets: number,
  all: readonly Turn[],
  missing: string | undefined,
): readonly Finding[] {
  const size = `${octets} octets`;
  const besideLibyaz = (direction: keyof CallTimes): Finding => {
    const pairs = all.map(({ ours, libyaz }) => ({ value: ours[direction], baseline: libyaz?.[direction] }));
    return {
      name: `${name}: ${direction}, beside libyaz`,
      unit: 'ns',
      ...middle(pairs, (value, baseline) => value / baseline),
      note: missing === undefined ? size : `${size}; baseline not available: ${missing}`,
    };
  };
  return [
    besideLibyaz('decode'),
    besideLibyaz('encode'),
    {
      name: `${name}: decode, beside asn1js`,
      unit: 'ns',
      ...middle(
        all.map(({ ours, asn1js }) => ({ value: ours.decode, baseline: asn1js })),
        (value, baseline) => baseline / value,
      ),
      note: `${size}; the ratio says how many times faster, and asn1js only parses, it checks nothing`,
    },
  ];
}

/** The turn with the median ratio, so that its three figures belong together; the median value where there is no baseline. */
function middle(
  pairs: readonly { readonly value: number; readonly baseline: number | undefined }[],
  ratioOf: (value: number, baseline: number) => number,
): Pick<Finding, 'value' | 'baseline' | 'ratio'> {
  const turns = pairs
    .flatMap(({ value, baseline }) =>
      baseline === undefined ? [] : [{ value, baseline, ratio: ratioOf(value, baseline) }],
    )
    .toSorted((one, other) => one.ratio - other.ratio);
  return turns[Math.floor(turns.length / 2)] ?? { value: median(pairs.map(({ value }) => value)) };
}
