import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { type Finding, median, quantile } from '../measurement.js';
import { type Pair, startPair } from './pair.js';
import { connectionsPerPeer, type Figures } from './side-protocol.js';
import { measureStartUp } from './start-up.js';
import { multiplyLoans } from './stock.js';

interface Options {
  readonly isLarge: boolean;
  readonly say: (text: string) => void;
}

/** Loans under way at the same time when the pace is measured. */
const busy = 64;
/** The same when the time of single steps is measured: enough to share commits, not enough to queue. */
const calm = 8;
const warmUp = 500;
const turns = 5;
const loansPerTurn = 1000;
const few = 1000;
const many = 100_000;
const million = 1_000_000;
const idleMs = 3000;
const megabyte = 1_000_000;

/** What two servers reach together. */
export async function measureServer({ isLarge, say }: Options): Promise<readonly Finding[]> {
  const folder = mkdtempSync(join(tmpdir(), 'interlend-bench-'));
  try {
    say('server: start');
    const { readyMs, residentOctets } = await measureStartUp(folder);
    return [
      ...(await measurePace(folder, say)),
      {
        name: 'start to ready',
        value: readyMs,
        unit: 'ms',
        note: 'from the second start on, with its data file and compile cache in place',
      },
      ...(residentOctets === undefined
        ? []
        : [{ name: 'resident memory, idle', value: residentOctets / megabyte, unit: 'MB' }]),
      ...(isLarge ? [...(await measureGrowth(folder, say)), ...(await measureMillion(folder, say))] : []),
    ];
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

async function measurePace(folder: string, say: Options['say']): Promise<readonly Finding[]> {
  const pair = await startPair(mkdtempSync(join(folder, 'pace-')));
  try {
    say(`server: ${warmUp} loans to warm up`);
    await pair.lend(warmUp, busy);
    await pair.figures();
    const paces: number[] = [];
    for (let turn = 1; turn <= turns; turn++) {
      const seconds = await pair.lend(loansPerTurn, busy);
      paces.push(loansPerTurn / seconds);
      say(`server: turn ${turn} of ${turns}, ${Math.round(loansPerTurn / seconds)} loans a second`);
    }
    const underLoad = statementsOf(await pair.figures()) / (turns * loansPerTurn);
    const alone = 200;
    await pair.lend(alone, 1);
    const one = statementsOf(await pair.figures()) / alone;
    return [
      {
        name: 'complete loans',
        value: median(paces),
        unit: 'a second',
        note: `${busy} under way at the same time, both sides on this machine, delivery.perPeer ${connectionsPerPeer}, all else by default`,
      },
      {
        name: 'SQL statements of a loan',
        value: underLoad,
        unit: 'statements',
        note: `both sides, BEGIN and COMMIT among them, ${busy} loans under way: writes asked for at the same time share statements`,
      },
      {
        name: 'SQL statements of a loan that is alone',
        value: one,
        unit: 'statements',
        note: 'both sides, nothing to share with',
      },
    ];
  } finally {
    await pair.stop();
  }
}

/** The same servers with few loans and with many, in turn. */
async function measureGrowth(folder: string, say: Options['say']): Promise<readonly Finding[]> {
  const small = await startPair(mkdtempSync(join(folder, 'few-')));
  const large = await startPair(mkdtempSync(join(folder, 'many-')));
  try {
    await small.lend(few, busy);
    await large.lend(few, busy);
    const memoryBefore = await residentWhenIdle(large);
    for (let stored = few; stored < many; stored += 10_000) {
      say(`server: ${stored} of ${many} loans stored`);
      await large.lend(Math.min(10_000, many - stored), busy);
    }
    const memoryAfter = await residentWhenIdle(large);
    return [
      {
        name: 'p99 of a step with 100 000 loans stored',
        ...(await compareSteps(small, large, say)),
        note: `compared with ${few} loans stored; ${calm} under way at the same time`,
      },
      {
        name: 'resident memory after 100 000 loans',
        value: memoryAfter / megabyte,
        unit: 'MB',
        baseline: memoryBefore / megabyte,
        ratio: memoryAfter / memoryBefore,
        note: `compared with ${few} loans; the larger of the two sides`,
      },
    ];
  } finally {
    await small.stop();
    await large.stop();
  }
}

/** Servers with few loans and with a million, which are copies of some real ones: to lend them takes too long. */
async function measureMillion(folder: string, say: Options['say']): Promise<readonly Finding[]> {
  const home = mkdtempSync(join(folder, 'million-'));
  const stocked = await startPair(home);
  try {
    await stocked.lend(few, busy);
  } finally {
    await stocked.stop();
  }
  for (const file of readdirSync(home).filter((name) => name.endsWith('.sqlite'))) {
    say(`server: ${million} loans into ${file}`);
    multiplyLoans(join(home, file), million);
  }
  const small = await startPair(mkdtempSync(join(folder, 'few-')));
  const large = await startPair(home);
  try {
    await small.lend(few, busy);
    await large.lend(few, busy);
    return [
      {
        name: 'p99 of a step with 1 000 000 loans stored',
        ...(await compareSteps(small, large, say)),
        note: `compared with ${few} loans stored; ${calm} under way at the same time; the million are copies of ${few} loans under other identifiers`,
      },
    ];
  } finally {
    await small.stop();
    await large.stop();
    rmSync(home, { recursive: true, force: true });
  }
}

/** p99 of a step with few and with many loans stored, taken in turn. */
async function compareSteps(
  small: Pair,
  large: Pair,
  say: Options['say'],
): Promise<Pick<Finding, 'value' | 'unit' | 'baseline' | 'ratio'>> {
  await small.figures();
  await large.figures();
  const withFew: number[] = [];
  const withMany: number[] = [];
  for (let turn = 1; turn <= turns; turn++) {
    say(`server: steps with few and with many loans stored, turn ${turn} of ${turns}`);
    withFew.push(await ninetyNinth(small));
    withMany.push(await ninetyNinth(large));
  }
  return {
    value: median(withMany),
    unit: 'ms',
    baseline: median(withFew),
    ratio: median(withMany.map((value, turn) => value / (withFew[turn] ?? Number.NaN))),
  };
}

/** p99 of the time until an act of the desk is on disk, over both sides. */
async function ninetyNinth(pair: Pair): Promise<number> {
  await pair.lend(300, calm);
  const figures = await pair.figures();
  return quantile(
    figures.flatMap(({ stepMs }) => stepMs),
    0.99,
  );
}

async function residentWhenIdle(pair: Pair): Promise<number> {
  await pause(idleMs);
  const figures = await pair.figures();
  return Math.max(...figures.map(({ residentOctets }) => residentOctets));
}

function statementsOf(figures: readonly Figures[]): number {
  return figures.reduce((sum, { statements }) => sum + statements, 0);
}
