import type { Difference, Exchange } from '@interlend/testing';
import type { WireEntry } from './wire-trace.js';

/** What is wrong, in words for the person who runs the system. */
export interface Problem {
  /** What was expected and what came. */
  readonly text: string;
  readonly differences: readonly Difference[];
  /** The clause or rule that says so. */
  readonly clause?: string;
}

/** One thing that was looked at. The id is the same whether it passes or fails. */
export interface Check {
  readonly id: string;
  readonly outcome: 'pass' | 'fail' | 'not-applicable' | 'not-tried' | 'harness-error';
  readonly problem?: Problem;
  /** Of a check that passed: what was seen. */
  readonly evidence?: string;
  /** When the look began, and how long it took; absent where there was nothing to look at. */
  readonly startedAt?: Date;
  readonly durationMs?: number;
}

/** What tells the time of day, and how much of it went by. */
export interface Watch {
  now(): Date;
  elapsedMs(): number;
}

const machineWatch: Watch = { now: () => new Date(), elapsedMs: () => performance.now() };

/** What one way of looking at an exchange found. */
export interface WayResult {
  readonly checks: readonly Check[];
  readonly trace: readonly WireEntry[];
}

/** What all ways of looking at an exchange found. */
export interface ExchangeResult {
  readonly exchange: Exchange;
  readonly checks: readonly Check[];
  readonly trace: readonly WireEntry[];
}

/** A check fails by throwing this. */
export class CheckFailure extends Error {
  override readonly name = 'CheckFailure';
  readonly problem: Problem;

  constructor(text: string, more: Partial<Omit<Problem, 'text'>> = {}) {
    super(text);
    this.problem = { differences: [], ...more, text };
  }
}

/** @throws CheckFailure when there are differences */
export function assertNone(text: string, differences: readonly Difference[], clause?: string): void {
  if (differences.length === 0) return;
  throw new CheckFailure(text, { differences, ...(clause === undefined ? {} : { clause }) });
}

/** What a checklist needs of its surroundings. */
export interface ChecklistOptions {
  /** Takes out of a text what must not be shown. */
  readonly hide?: (text: string) => string;
  readonly watch?: Watch;
}

/** Collects the checks of one way. */
export class Checklist {
  readonly #checks: Check[] = [];
  readonly #hide: (text: string) => string;
  readonly #watch: Watch;

  constructor({ hide = (text) => text, watch = machineWatch }: ChecklistOptions = {}) {
    this.#hide = hide;
    this.#watch = watch;
  }

  get checks(): readonly Check[] {
    return this.#checks;
  }

  /** Whether something failed, so that what comes after it means nothing. */
  get isBroken(): boolean {
    return this.#checks.some(({ outcome }) => outcome !== 'pass' && outcome !== 'not-applicable');
  }

  /** Notes what the wire has no message for, with the reason that the protocol's capabilities give. */
  skip(id: string, why: string): void {
    this.#checks.push({ id, outcome: 'not-applicable', problem: { text: why, differences: [] } });
  }

  /** Looks at one thing; what `look` gives, if it is text, is the evidence. A failure of the product is any error but {@link HarnessError}. */
  async check(id: string, look: () => unknown): Promise<void> {
    const startedAt = this.#watch.now();
    const began = this.#watch.elapsedMs();
    const found = await finding(look);
    const durationMs = this.#watch.elapsedMs() - began;
    this.#checks.push({ id, ...this.#shown(found), startedAt, durationMs });
  }

  #shown({ problem, evidence, ...found }: Finding): Finding {
    return {
      ...found,
      ...(problem === undefined ? {} : { problem: { ...problem, text: this.#hide(problem.text) } }),
      ...(evidence === undefined ? {} : { evidence: this.#hide(evidence) }),
    };
  }
}

type Finding = Pick<Check, 'outcome' | 'problem' | 'evidence'>;

async function finding(look: () => unknown): Promise<Finding> {
  try {
    const seen = await look();
    return { outcome: 'pass', ...(typeof seen === 'string' ? { evidence: seen } : {}) };
  } catch (error) {
    if (error instanceof CheckFailure) return { outcome: 'fail', problem: error.problem };
    const text =
      error instanceof NotTried
        ? error.message
        : error instanceof Error
          ? `${error.name}: ${error.message}`
          : String(error);
    const outcome =
      error instanceof HarnessError ? 'harness-error' : error instanceof NotTried ? 'not-tried' : 'fail';
    const code = error instanceof Error && 'code' in error ? ` (${String(error.code)})` : '';
    return { outcome, problem: { text: text + code, differences: [] } };
  }
}

/** The harness itself could not do its work. */
export class HarnessError extends Error {
  override readonly name = 'HarnessError';
}

/** Something that a look at a live partner needs is missing. The message names it. */
export class NotTried extends Error {
  override readonly name = 'NotTried';
}
