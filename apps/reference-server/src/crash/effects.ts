import type { AnyProtocol } from '../any-protocol.js';
import { SqliteStore } from '../store/sqlite/sqlite-store.js';
import type { MessageRecord } from '../store/store.js';
import type { Acknowledged } from './trial.js';

/** What became of acknowledged messages. */
export interface Effects {
  /** Acknowledged messages of which nothing is there. */
  readonly lost: number;
  /** Acknowledged messages that are there and had no effect. */
  readonly withoutEffect: number;
  /** Messages with more than one effect, and loans that exist twice. */
  readonly doubled: number;
  /** Copies of acknowledged messages in the journal: repeats that were recognised. */
  readonly copies: number;
}

/** Counts effects in the data file of a server that is down. */
export async function countEffects(
  file: string,
  protocol: AnyProtocol,
  acknowledged: readonly Acknowledged[],
): Promise<Effects> {
  const store = new SqliteStore({ file });
  let lost = 0;
  let withoutEffect = 0;
  let doubled = 0;
  let copies = 0;
  try {
    for (const { key, raw } of acknowledged) {
      const { result: loans } = await store.step({ protocol: protocol.name, key }, (found) => ({
        writes: {},
        result: found,
      }));
      const [loan] = loans;
      if (!loan) {
        lost += 1;
        continue;
      }
      const same = (await store.messages(loan.id)).filter((message) => isCopy(message, raw));
      if (same.length === 0) {
        lost += 1;
        continue;
      }
      const numbers = new Set(same.map(({ id }) => id));
      const effects = (await store.events(loan.id)).filter(
        ({ messageId }) => messageId !== undefined && numbers.has(messageId),
      );
      if (effects.length === 0) withoutEffect += 1;
      if (effects.length > 1 || loans.length > 1) doubled += 1;
      copies += same.length - 1;
    }
  } finally {
    await store.close();
  }
  return { lost, withoutEffect, doubled, copies };
}

function isCopy(message: MessageRecord, raw: Uint8Array): boolean {
  return message.direction === 'in' && Buffer.from(message.raw).equals(raw);
}
