import { TimeoutError, TransportError, type TransportPhase } from '@interlend/core';

/** Why a connection is of no more use. Each call that meets it makes an error of its own, with its own phase. */
export type Failure = (phase: TransportPhase, maybeDelivered: boolean) => TransportError | TimeoutError;

/** This side closed the connection. */
export function closedHere(peer: string): Failure {
  return (phase, maybeDelivered) =>
    new TransportError(
      'closed',
      `connection with ${peer} was closed on this side`,
      { peer, phase, maybeDelivered },
      {
        retryable: false,
      },
    );
}

/** The caller's signal ended the call. */
export function aborted(peer: string, signal: AbortSignal | undefined): Failure {
  return (phase, maybeDelivered) =>
    new TransportError(
      'aborted',
      `${phase} with ${peer} was stopped by the caller`,
      { peer, phase, maybeDelivered },
      {
        cause: signal?.reason,
      },
    );
}

/** The connection broke. */
export function lost(peer: string, how: string, cause?: unknown): Failure {
  return (phase, maybeDelivered) =>
    new TransportError(
      'lost',
      `connection with ${peer} was lost in phase ${phase}: ${how}`,
      { peer, phase, maybeDelivered },
      {
        cause,
      },
    );
}

/** A time limit passed; `what` names it. */
export function timedOut(peer: string, what: string, budgetMs: number): Failure {
  return (phase, maybeDelivered) =>
    new TimeoutError(`${what} of ${budgetMs} ms ended in phase ${phase} with ${peer}`, {
      phase,
      budgetMs,
      maybeDelivered,
    });
}

/** Settles as `promise` does, or rejects as soon as `signal` is aborted. */
export function unlessAborted<Value>(
  promise: Promise<Value>,
  signal: AbortSignal | undefined,
  onAbort: () => Error,
): Promise<Value> {
  if (!signal) return promise;
  return new Promise((resolve, reject) => {
    const stop = (): void => reject(onAbort());
    if (signal.aborted) stop();
    else signal.addEventListener('abort', stop, { once: true });
    promise.then(resolve, reject).finally(() => signal.removeEventListener('abort', stop));
  });
}
