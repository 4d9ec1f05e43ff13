import { Readable } from 'node:stream';
import {
  ConfigError,
  EncodeError,
  isInterlendError,
  PeerError,
  TimeoutError,
  TransportError,
  type TransportErrorCode,
  type TransportPhase,
} from '@interlend/core';
import SMTPConnection, { type SMTPConnectionOptions } from 'nodemailer/lib/smtp-connection';
import { isMailAddress } from '../addresses.js';
import { defaultMailLimits } from '../limits.js';
import { networkCode } from '../network-failure.js';
import { assertSendable } from './octets.js';

/** A mail server that takes mails from us. */
export interface MailServer {
  readonly host: string;
  readonly port: number;
  /** `required` (default): STARTTLS or nothing. `implicit`: TLS from the first octet. `none`: for loopback. */
  readonly security?: 'required' | 'implicit' | 'none';
  readonly login?: { readonly user: string; readonly password: string };
  /** PEM of authorities to trust instead of the usual ones. */
  readonly ca?: string;
  /** Name to present and to expect in the certificate. */
  readonly serverName?: string;
}

/** How a sender works. */
export interface MailSenderOptions {
  readonly server: MailServer;
  /** Name of this machine in EHLO. */
  readonly hostName?: string;
  /** For everything from lookup to the last answer; 60 s when absent. RFC 5321 4.5.3.2 allows minutes, nobody waits so long. */
  readonly timeoutMs?: number;
  readonly messageOctets?: number;
}

/** Who a mail goes to, whatever its header says. */
export interface MailEnvelope {
  /** Where bounces go; `undefined` for a mail that must not bounce. */
  readonly from: string | undefined;
  readonly to: string;
}

/** What became of a mail; `OutboundQueue` takes it as the outcome of an attempt. */
export type MailDelivery =
  /** The server has taken it and answers for it. */
  | { readonly outcome: 'delivered'; readonly response: string }
  /** The connection broke between the last octet and the answer: it may have been taken. */
  | { readonly outcome: 'maybe-delivered'; readonly cause: TransportError | TimeoutError };

interface SmtpFailure {
  readonly code?: string;
  /** Of the platform, where there was one. */
  readonly originalCode?: string;
  readonly responseCode?: number;
  readonly response?: string;
  readonly command?: string;
}

/**
 * Hands one mail to a mail server. The octets go out as they are: nothing is folded, encoded or added.
 *
 * @throws EncodeError when the octets could be changed or misread on the way
 * @throws PeerError when the server refuses: `retryable` for an answer of 4xx
 * @throws TransportError @throws TimeoutError when it cannot be reached, or the connection breaks before the last octet
 */
export async function sendMail(
  raw: Uint8Array,
  envelope: MailEnvelope,
  options: MailSenderOptions & { readonly signal?: AbortSignal },
): Promise<MailDelivery> {
  assertSendable(raw, options.messageOctets ?? defaultMailLimits.messageOctets);
  for (const [path, address] of Object.entries(envelope)) {
    if (address !== undefined && !isMailAddress(address))
      throw new EncodeError('invalid-value', 'expected a mail address', path);
  }
  const { server, timeoutMs = 60_000, signal } = options;
  const peer = `${server.host}:${server.port}`;
  if (signal?.aborted) throw aborted(peer, 'connect', false, signal.reason);
  const connection = new SMTPConnection(connectionOptions(options, timeoutMs));
  const attempt = { phase: 'connect' as TransportPhase, isDataBegun: false };
  let stop = (_error: Error): void => {};
  const stopped = new Promise<never>((_, reject) => {
    stop = reject;
  });
  const fail = (error: unknown): Error => failureOf(error, peer, attempt);
  connection.on('error', (error) => stop(fail(error)));
  connection.on('end', () => stop(fail({ code: 'ECONNECTION' })));
  const timer = setTimeout(() => {
    const { phase, isDataBegun } = attempt;
    stop(
      new TimeoutError(`${peer} did not take the mail within ${timeoutMs} ms`, {
        phase,
        budgetMs: timeoutMs,
        maybeDelivered: isDataBegun,
      }),
    );
  }, timeoutMs);
  const abort = (): void => stop(aborted(peer, attempt.phase, attempt.isDataBegun, signal?.reason));
  signal?.addEventListener('abort', abort, { once: true });
  try {
    const response = await Promise.race([
      stopped,
      converse(connection, raw, envelope, server, attempt, fail),
    ]);
    return { outcome: 'delivered', response };
  } catch (error) {
    const isUnknown =
      (error instanceof TransportError || error instanceof TimeoutError) && error.maybeDelivered;
    if (isUnknown && !signal?.aborted) return { outcome: 'maybe-delivered', cause: error };
    throw error;
  } finally {
    clearTimeout(timer);
    signal?.removeEventListener('abort', abort);
    stopped.catch(() => undefined);
    connection.close();
  }
}

async function converse(
  connection: InstanceType<typeof SMTPConnection>,
  raw: Uint8Array,
  envelope: MailEnvelope,
  server: MailServer,
  attempt: { phase: TransportPhase; isDataBegun: boolean },
  fail: (error: unknown) => Error,
): Promise<string> {
  const step = <Result>(begin: (done: (error?: unknown, result?: Result) => void) => void): Promise<Result> =>
    new Promise((resolve, reject) => {
      begin((error, result) => (error ? reject(fail(error)) : resolve(result as Result)));
    });
  await step<void>((done) => connection.connect((error) => done(error)));
  attempt.phase = 'handshake';
  const { login } = server;
  if (login)
    await step<unknown>((done) =>
      connection.login({ user: login.user, credentials: { user: login.user, pass: login.password } }, done),
    );
  attempt.phase = 'send';
  const body = new Readable({
    read() {
      // Read from when the server has said that it is ready for the mail.
      attempt.isDataBegun = true;
      attempt.phase = 'receive';
      this.push(raw);
      this.push(null);
    },
  });
  const sent = await step<{ readonly response: string }>((done) =>
    connection.send({ from: envelope.from ?? false, to: envelope.to, size: raw.length }, body, done),
  );
  connection.quit();
  return sent.response;
}

function connectionOptions(
  { server, hostName }: MailSenderOptions,
  timeoutMs: number,
): SMTPConnectionOptions {
  const { host, port, security = 'required', ca, serverName } = server;
  if (security === 'none' && server.login !== undefined)
    throw new ConfigError('a password is not sent without TLS', {
      key: 'security',
      accepted: 'required or implicit where there is a login',
    });
  return {
    host,
    port,
    secure: security === 'implicit',
    requireTLS: security === 'required',
    ignoreTLS: security === 'none',
    ...(hostName === undefined ? {} : { name: hostName }),
    ...(serverName === undefined ? {} : { servername: serverName }),
    tls: { minVersion: 'TLSv1.2', ...(ca === undefined ? {} : { ca }) },
    connectionTimeout: timeoutMs,
    greetingTimeout: timeoutMs,
    socketTimeout: timeoutMs,
    dnsTimeout: timeoutMs,
    maxResponseSize: 64 * 1024,
    logger: false,
  };
}

function aborted(
  peer: string,
  phase: TransportPhase,
  maybeDelivered: boolean,
  cause: unknown,
): TransportError {
  return new TransportError(
    'aborted',
    `sending to ${peer} was broken off`,
    { peer, phase, maybeDelivered },
    { cause },
  );
}

const codes: Readonly<Record<string, TransportErrorCode>> = {
  ECONNECTION: 'lost',
  ESOCKET: 'lost',
  EDNS: 'unreachable',
  ETLS: 'tls',
  EMAXLIMIT: 'limit',
};

/** A failure of the library in our words. An answer of the server is a refusal; anything else is the way to it. */
function failureOf(
  error: unknown,
  peer: string,
  { phase, isDataBegun }: { readonly phase: TransportPhase; readonly isDataBegun: boolean },
): Error {
  if (isInterlendError(error)) return error;
  const { code = '', originalCode = '', responseCode, response = '', command } = (error ?? {}) as SmtpFailure;
  if (typeof responseCode === 'number' && responseCode >= 400) {
    const wireCode = response.replaceAll(/\s+/g, ' ').slice(0, 300);
    return new PeerError(
      `${peer} answered ${responseCode} to ${command ?? 'a command'}`,
      { wireCode },
      { cause: error, retryable: responseCode < 500 },
    );
  }
  // The server says in its greeting how much it takes.
  if (code === 'EMESSAGE' && !isDataBegun)
    return new PeerError(`${peer} takes no mail as large as this`, { wireCode: 'SIZE' }, { cause: error });
  if (code === 'ETIMEDOUT')
    return new TimeoutError(
      `${peer} did not answer in time`,
      { phase, budgetMs: 0, maybeDelivered: isDataBegun },
      { cause: error },
    );
  const message = String((error as Error | undefined)?.message);
  // Node says in English which certificate it does not trust; its code is lost on the way.
  if (!isDataBegun && /certificate/i.test(message)) {
    const why = message.replaceAll(/\s+/g, ' ').slice(0, 200);
    return new TransportError(
      'tls',
      `the certificate of ${peer} is not trusted: ${why}`,
      { peer, phase: 'handshake', maybeDelivered: false },
      { cause: error, retryable: true },
    );
  }
  return new TransportError(
    networkCode(originalCode) ?? codes[code] ?? 'lost',
    `connection to ${peer} failed`,
    { peer, phase, maybeDelivered: isDataBegun },
    { cause: error },
  );
}
