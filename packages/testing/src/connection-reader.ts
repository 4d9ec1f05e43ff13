import { type Framer, isInterlendError } from '@interlend/core';

/** The two ends of a connection: who opened it, and who listened. */
export type ConnectionEnd = 'client' | 'server';

/** A message that passed, and who said it. */
export interface PassedMessage {
  readonly from: ConnectionEnd;
  readonly bytes: Uint8Array;
}

/** What becomes of octets that came from one end. */
export interface Passage {
  /** What goes on to the other end. */
  readonly onward: Uint8Array;
  /** What is said to whoever spoke, where the other end does not hear of it. */
  readonly back?: Uint8Array;
  /** Messages that are complete now. */
  readonly messages: readonly PassedMessage[];
  /** What is passed on and not kept from here, and why; nothing of its text. */
  readonly problems: readonly string[];
}

/** Reads one connection while it is passed on. */
export interface ConnectionReader {
  read(from: ConnectionEnd, octets: Uint8Array): Passage;
  /** One end has said everything. */
  end(from: ConnectionEnd): Passage;
}

/** Why something failed, without anything of the message. */
export function reasonOf(error: unknown): string {
  return isInterlendError(error) ? error.code : error instanceof Error ? error.name : 'unknown';
}

/** Reads a wire whose messages are found by a framer in each direction. Everything goes on unchanged. */
export function framedReader(createFramer: (from: ConnectionEnd) => Framer): ConnectionReader {
  const framers = new Map((['client', 'server'] as const).map((end) => [end, createFramer(end)]));
  const attempt = <Result>(
    from: ConnectionEnd,
    cut: (framer: Framer) => Result,
  ): Result | string | undefined => {
    const framer = framers.get(from);
    if (!framer) return undefined;
    try {
      return cut(framer);
    } catch (error) {
      framers.delete(from);
      return `what the ${from} says from here on is passed on and not kept: ${reasonOf(error)}`;
    }
  };
  return {
    read(from, octets) {
      const found = attempt(from, (framer) => framer.push(octets)) ?? [];
      const messages = typeof found === 'string' ? [] : found.map((bytes) => ({ from, bytes }));
      return { onward: octets, messages, problems: typeof found === 'string' ? [found] : [] };
    },
    end(from) {
      const problem = attempt(from, (framer) => framer.end());
      return {
        onward: new Uint8Array(),
        messages: [],
        problems: typeof problem === 'string' ? [problem] : [],
      };
    },
  };
}
