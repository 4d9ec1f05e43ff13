import { setTimeout as pause } from 'node:timers/promises';
import type { Connection } from '@interlend/core';

/** What a line does with one connection. A rejection breaks the caller's side off. */
type Carry = (
  caller: Connection,
  openTarget: () => Promise<Connection>,
  signal: AbortSignal,
) => Promise<void>;

/** A way in which a network goes wrong between two systems that lend to each other. */
export interface LineFault {
  /** What the network does, for the page. */
  readonly does: string;
  /** What lending does about it, for the page. */
  readonly answer: string;
  /** Whether the sender cannot take the message for delivered, so that it must try again. */
  readonly isRetried: boolean;
  /** Whether the message had come all the same, so that the receiver must know the repeat. */
  readonly isRepeated: boolean;
  readonly carry: Carry;
}

const delayMs = 150;
const betweenOctetsMs = 1;

/** Every fault, by its name. */
export const LineFaults = {
  delay: {
    does: `Everything comes ${delayMs} ms late`,
    answer: 'The sender waits',
    isRetried: false,
    isRepeated: false,
    carry: async (caller, openTarget, signal) => {
      await pause(delayMs, undefined, { signal });
      await passOn(caller, openTarget, signal);
    },
  },
  slow: {
    does: 'Octets come one at a time',
    answer: 'The receiver waits for the whole message',
    isRetried: false,
    isRepeated: false,
    carry: async (caller, openTarget, signal) => {
      await passOn(caller, openTarget, signal, betweenOctetsMs);
    },
  },
  refused: {
    does: 'The connection is reset before anything passes',
    answer: 'The message is tried again',
    isRetried: true,
    isRepeated: false,
    carry: async () => {
      throw new LineBroken();
    },
  },
  cut: {
    does: 'The connection breaks off in the middle of the message',
    answer: 'The message is tried again; its first half has no effect',
    isRetried: true,
    isRepeated: false,
    carry: async (caller, openTarget, signal) => {
      const octets = await caller.receive({ signal });
      const target = await openTarget();
      try {
        await target.send((octets ?? new Uint8Array()).subarray(0, (octets?.length ?? 0) >> 1));
        await target.end();
        await takeAll(target, signal);
      } finally {
        await target.close();
      }
      throw new LineBroken();
    },
  },
  reset: {
    does: 'The connection is reset after the message, before the receiver’s end of it arrives',
    answer: 'The message is tried again; the receiver knows the repeat',
    isRetried: true,
    isRepeated: true,
    carry: async (caller, openTarget, signal) => {
      await deliver(caller, openTarget, signal);
      throw new LineBroken();
    },
  },
  unanswered: {
    does: 'The message passes, the receiver’s end of the connection never arrives',
    answer: 'The message is tried again when the sender’s patience ends; the receiver knows the repeat',
    isRetried: true,
    isRepeated: true,
    carry: async (caller, openTarget, signal) => {
      await deliver(caller, openTarget, signal);
      await pause(foreverMs, undefined, { signal });
    },
  },
  'half-open': {
    does: 'The connection opens, and whoever was behind it is gone',
    answer: 'The message is tried again when the sender’s patience ends',
    isRetried: true,
    isRepeated: false,
    carry: async (caller, _openTarget, signal) => {
      await takeAll(caller, signal);
      await pause(foreverMs, undefined, { signal });
    },
  },
} as const satisfies Readonly<Record<string, LineFault>>;

export type LineFaultName = keyof typeof LineFaults;

/** The longest that a timer can be set; the line's end cuts it short. */
const foreverMs = 2 ** 31 - 1;

/** Why a line broke a connection off; nobody needs to know more. */
class LineBroken extends Error {
  override readonly name = 'LineBroken';
}

/** A line without a fault, or one that sends octet by octet. */
export async function passOn(
  caller: Connection,
  openTarget: () => Promise<Connection>,
  signal: AbortSignal,
  octetEveryMs?: number,
): Promise<void> {
  const target = await openTarget();
  try {
    await Promise.all([
      forward(caller, target, signal, octetEveryMs),
      forward(target, caller, signal, octetEveryMs),
    ]);
  } finally {
    await target.close();
  }
}

async function forward(
  from: Connection,
  to: Connection,
  signal: AbortSignal,
  octetEveryMs?: number,
): Promise<void> {
  for (;;) {
    const octets = await from.receive({ signal });
    if (!octets) break;
    if (octetEveryMs === undefined) await to.send(octets, { signal });
    else {
      for (const octet of octets) {
        await to.send(Uint8Array.of(octet), { signal });
        await pause(octetEveryMs, undefined, { signal });
      }
    }
  }
  await to.end();
}

/** Brings everything to the target and waits for its end, which the caller does not hear of. */
async function deliver(
  caller: Connection,
  openTarget: () => Promise<Connection>,
  signal: AbortSignal,
): Promise<void> {
  const target = await openTarget();
  try {
    await forward(caller, target, signal);
    await takeAll(target, signal);
  } finally {
    await target.close();
  }
}

async function takeAll(from: Connection, signal: AbortSignal): Promise<void> {
  while (await from.receive({ signal }));
}

/** The faults as a table of the page. */
export function formatLineFaults(): string {
  const rows = Object.entries(LineFaults).map(([name, { does, answer }]) => [`\`${name}\``, does, answer]);
  return [['fault', 'what the network does', 'what lending does'], ['---', '---', '---'], ...rows]
    .map((cells) => `| ${cells.join(' | ')} |`)
    .join('\n');
}
