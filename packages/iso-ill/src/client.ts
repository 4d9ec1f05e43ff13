import {
  type Connection,
  type Connector,
  EncodeError,
  type InterlendError,
  isInterlendError,
  type PeerAddress,
  TransportError,
} from '@interlend/core';
import type { EncodeOptions } from './codec.js';
import { type OutgoingApdu, octetsOf } from './received.js';

/** How to send on one-way connections. */
export interface OneWayOptions {
  readonly connector: Connector;
  readonly address: PeerAddress;
  /** Stops the attempt. */
  readonly signal?: AbortSignal;
  /** For the whole attempt, from the lookup to the close. The connector's own when absent. */
  readonly timeoutMs?: number;
  /** How long the peer may take to close after the last octet; 5 s when absent. */
  readonly closeWaitMs?: number;
  /** How long to stay before ending this side, for peers that drop what comes on connections closed early. */
  readonly keepOpenMs?: number;
  readonly encode?: EncodeOptions;
}

/** What is known of APDUs sent on a one-way connection. */
export type OneWayDelivery = StrayOctets &
  (
    | { readonly outcome: 'delivered' }
    | {
        readonly outcome: 'maybe-delivered';
        /** The peer left the connection open, or it broke after everything was handed over. */
        readonly why: 'not-closed' | 'broken-off';
        readonly cause?: InterlendError;
      }
  );

/** What comes with every {@link OneWayDelivery}. */
export interface StrayOctets {
  /** What the peer wrote, though on a one-way connection it must not; at most 64 KiB. It may speak two-way here. */
  readonly stray?: Uint8Array;
}

const defaultCloseWaitMs = 5000;
const strayOctets = 64 * 1024;

/**
 * Sends APDUs the way of port 1611: opens a connection, writes them back to back, ends this side and waits for the peer to
 * end its own. That is the only evidence of delivery there is; an answer comes over a connection of the peer's.
 *
 * ```ts
 * import { sendOneWay } from '@interlend/iso-ill';
 * import { createTcpConnector } from '@interlend/transport/tcp';
 *
 * const { outcome } = await sendOneWay(
 *   {
 *     apdu: 'Returned',
 *     protocolVersionNum: 2,
 *     transactionId: { transactionGroupQualifier: 'G-1', transactionQualifier: 'Q-1' },
 *     serviceDateTime: { dateTimeOfThisService: { date: '20240203', time: '101112' } },
 *     requesterId: { personOrInstitutionSymbol: { institutionSymbol: 'TEST:REQ' } },
 *     responderId: { personOrInstitutionSymbol: { institutionSymbol: 'TEST:RSP' } },
 *     dateReturned: '20240203',
 *   },
 *   { connector: createTcpConnector(), address: { host: 'ill.example', port: 1611 }, timeoutMs: 15_000 },
 * );
 * console.log(outcome);
 * ```
 *
 * @throws EncodeError before anything is opened
 * @throws TransportError @throws TimeoutError while not everything was handed over, and on an abort; `maybeDelivered`
 * tells whether a part of it was
 */
export async function sendOneWay(
  apdus: OutgoingApdu | readonly OutgoingApdu[],
  options: OneWayOptions,
): Promise<OneWayDelivery> {
  const { connector, address, signal, timeoutMs } = options;
  const frames = (isList(apdus) ? apdus : [apdus]).map((apdu) => octetsOf(apdu, options.encode));
  if (frames.length === 0) throw new EncodeError('missing', 'expected at least one APDU', '');
  const connection = await connector.open(address, {
    ...(signal && { signal }),
    ...(timeoutMs !== undefined && { timeoutMs }),
  });
  try {
    for (const bytes of frames) await connection.send(bytes, signal ? { signal } : {});
    return await awaitAcknowledgement(connection, options);
  } finally {
    await connection.close();
  }
}

async function awaitAcknowledgement(connection: Connection, options: OneWayOptions): Promise<OneWayDelivery> {
  const { signal, keepOpenMs = 0, closeWaitMs = defaultCloseWaitMs } = options;
  const stray: Uint8Array[] = [];
  const told = (): { readonly stray?: Uint8Array } =>
    stray.length === 0 ? {} : { stray: new Uint8Array(Buffer.concat(stray)).subarray(0, strayOctets) };
  try {
    const isEnded = keepOpenMs > 0 && (await awaitEnd(connection, keepOpenMs, signal, stray));
    await connection.end();
    if (isEnded || (await awaitEnd(connection, closeWaitMs, signal, stray))) {
      return { ...told(), outcome: 'delivered' };
    }
    return { ...told(), outcome: 'maybe-delivered', why: 'not-closed' };
  } catch (error) {
    if (signal?.aborted || !isInterlendError(error)) throw error;
    return { ...told(), outcome: 'maybe-delivered', why: 'broken-off', cause: error };
  }
}

/** Waits until the peer ends its side; false when it does not within `ms`. */
async function awaitEnd(
  connection: Connection,
  ms: number,
  signal: AbortSignal | undefined,
  stray: Uint8Array[],
): Promise<boolean> {
  const late = new AbortController();
  const timer = setTimeout(() => late.abort(), ms);
  try {
    let octets = 0;
    while (octets < strayOctets) {
      const chunk = await connection.receive({
        signal: signal ? AbortSignal.any([signal, late.signal]) : late.signal,
      });
      if (chunk === undefined) return true;
      octets += chunk.length;
      stray.push(chunk);
    }
    return false;
  } catch (error) {
    if (!signal?.aborted && error instanceof TransportError && error.code === 'aborted') return false;
    throw error;
  } finally {
    clearTimeout(timer);
  }
}

function isList(apdus: OutgoingApdu | readonly OutgoingApdu[]): apdus is readonly OutgoingApdu[] {
  return Array.isArray(apdus);
}
