import type { Gathering } from '@interlend/core';

/** The messages that are due to one peer: one after the other, or several together where the peer's settings want that. */
export class Lane<Entry> {
  /** How many are on their way. */
  running = 0;
  readonly #ready: Entry[] = [];
  readonly #gatheringFor: (entry: Entry) => Gathering | undefined;
  readonly #onDue: () => void;
  #timer: NodeJS.Timeout | undefined;
  #isDue = false;

  /** `onDue` is called when those that waited for company shall go without more of it. */
  constructor(gatheringFor: (entry: Entry) => Gathering | undefined, onDue: () => void) {
    this.#gatheringFor = gatheringFor;
    this.#onDue = onDue;
  }

  push(entry: Entry): void {
    this.#ready.push(entry);
  }

  remove(entry: Entry): void {
    const index = this.#ready.indexOf(entry);
    if (index >= 0) this.#ready.splice(index, 1);
    if (this.#ready.length === 0) this.close();
  }

  /** What goes next. Nothing while company is awaited. */
  take(): readonly Entry[] {
    const [first] = this.#ready;
    if (first === undefined) return [];
    const gathering = this.#gatheringFor(first);
    if (!gathering) return this.#ready.splice(0, 1);
    if (this.#ready.length < gathering.most && !this.#isDue) {
      this.#timer ??= setTimeout(() => {
        this.#isDue = true;
        this.#onDue();
      }, gathering.waitMs);
      return [];
    }
    this.close();
    return this.#ready.splice(0, gathering.most);
  }

  /** Awaits no company any more. */
  close(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    this.#isDue = false;
  }
}
