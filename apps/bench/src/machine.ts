import { availableParallelism, cpus, totalmem } from 'node:os';

/** Where and when figures were taken. */
export interface Machine {
  readonly processor: string;
  readonly cores: number;
  readonly memoryGib: number;
  readonly system: string;
  readonly node: string;
  /** `YYYY-MM-DD`. */
  readonly date: string;
}

/** This machine, now. */
export function describeMachine(now: Date): Machine {
  return {
    processor: cpus()[0]?.model.trim() ?? 'unknown',
    cores: availableParallelism(),
    memoryGib: Math.round(totalmem() / 2 ** 30),
    system: `${process.platform} ${process.arch}`,
    node: process.versions.node,
    date: now.toISOString().slice(0, 10),
  };
}
