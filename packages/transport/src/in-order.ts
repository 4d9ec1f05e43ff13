/** Runs tasks one after the other, in the order in which they were given. */
export class InOrder {
  #last: Promise<void> = Promise.resolve();
  #pending = 0;

  /** Whether a task runs or waits. */
  get isBusy(): boolean {
    return this.#pending > 0;
  }

  /** Settles as the task does; a task that fails does not stop the next. */
  run<Value>(task: () => Promise<Value>): Promise<Value> {
    this.#pending++;
    const turn = this.#last.then(task).finally(() => {
      this.#pending--;
    });
    this.#last = turn.then(
      () => {},
      () => {},
    );
    return turn;
  }
}
