/** How time passes for whoever waits: real in a program, made up in a test. */
export interface Pacing {
  /** Milliseconds from some fixed point; never goes back. */
  nowMs(): number;
  /** Resolves after a time. Rejects with the reason of the signal when that comes first. */
  wait(ms: number, options?: { readonly signal?: AbortSignal | undefined }): Promise<void>;
}

/** The time of the machine. */
export const systemPacing: Pacing = {
  nowMs: () => performance.now(),
  wait: (ms, { signal } = {}) =>
    new Promise((resolve, reject) => {
      const stop = (): void => {
        clearTimeout(timer);
        reject(signal?.reason);
      };
      const timer = setTimeout(() => {
        signal?.removeEventListener('abort', stop);
        resolve();
      }, ms);
      if (signal?.aborted) stop();
      else signal?.addEventListener('abort', stop, { once: true });
    }),
};
