import type { TransactionRecord } from '../store.js';

/** What every message of a loan has in common, across protocols. */
export const shelfKey = (protocol: string, key: string): string => `${protocol}\n${key}`;

/**
 * The transactions used lately, as they are on disk. A loan is written by one process only, so what lies here cannot be
 * out of date; after a failed write it is emptied all the same.
 */
export class Shelf {
  readonly #size: number;
  readonly #byId = new Map<string, TransactionRecord>();
  /** Only keys of which every transaction is known. */
  readonly #idsByKey = new Map<string, readonly string[]>();

  constructor(size: number) {
    this.#size = size;
  }

  byId(id: string): TransactionRecord | undefined {
    const record = this.#byId.get(id);
    if (record) {
      // The map keeps its order of insertion: what was used last goes last.
      this.#byId.delete(id);
      this.#byId.set(id, record);
    }
    return record;
  }

  /** All transactions with a key, or `undefined` when that is not known here. */
  byKey(key: string): readonly TransactionRecord[] | undefined {
    return this.#idsByKey
      .get(key)
      ?.map((id) => this.byId(id))
      .filter((record) => record !== undefined);
  }

  put(record: TransactionRecord): void {
    this.#byId.delete(record.id);
    this.#byId.set(record.id, record);
    const key = shelfKey(record.protocol, record.key);
    const ids = this.#idsByKey.get(key);
    if (ids && !ids.includes(record.id)) this.#idsByKey.set(key, [...ids, record.id]);
    for (const [id, oldest] of this.#byId) {
      if (this.#byId.size <= this.#size) break;
      this.#byId.delete(id);
      this.#idsByKey.delete(shelfKey(oldest.protocol, oldest.key));
    }
  }

  /** Takes note that these are all transactions with a key. All of them must have been put here. */
  complete(key: string, records: readonly TransactionRecord[]): void {
    if (records.length > 0 && records.every(({ id }) => this.#byId.has(id))) {
      this.#idsByKey.set(
        key,
        records.map(({ id }) => id),
      );
    }
  }

  clear(): void {
    this.#byId.clear();
    this.#idsByKey.clear();
  }
}
