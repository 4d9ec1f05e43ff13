import type { AddressInfo } from 'node:net';
import { type Listening, type PeerAddress, TimeoutError, TransportError } from '@interlend/core';
import { SMTPServer, type SMTPServerDataStream, type SMTPServerSession } from 'smtp-server';
import { defaultMailLimits } from '../limits.js';
import { bareLineEnd } from './octets.js';

/** A mail that a mail server hands over. */
export interface ArrivedMail {
  /** As it came, without the dots that SMTP adds. */
  readonly raw: Uint8Array;
  /** Sender of the envelope: anybody can write anything there. `undefined` for a bounce. */
  readonly envelopeFrom: string | undefined;
  readonly envelopeTo: readonly string[];
  /** `host:port` of the mail server. */
  readonly peer: string;
  readonly isEncrypted: boolean;
}

/** Takes a mail. It is acknowledged when the promise resolves, and refused for the time being when it rejects. */
export type HandleMail = (mail: ArrivedMail) => Promise<void>;

/** How mails are taken. */
export interface MailListenerOptions {
  /** Whether there is such a mailbox here; mails to others are refused before they are sent. */
  readonly isRecipient: (address: string) => boolean;
  /** Certificate and key in PEM; STARTTLS is offered with them. */
  readonly tls?: { readonly cert: string; readonly key: string; readonly isRequired?: boolean };
  /** Mail servers that may hand over mails, by IP address; any when absent. */
  readonly isAllowed?: (address: string) => boolean;
  readonly hostName?: string;
  readonly messageOctets?: number;
  /** Connections open at the same time; 100 when absent, as many as common mail servers take. */
  readonly connections?: number;
  /** Of one address; 10 when absent. */
  readonly connectionsPerAddress?: number;
  /** Recipients of one mail; 10 when absent: there are few mailboxes here. */
  readonly recipients?: number;
  /** A connection on which nothing moves for so long is closed; 60 s when absent. */
  readonly idleMs?: number;
  /**
   * A mail that was begun must be complete within this time, however its octets drip; 5 minutes when absent. The
   * connection is closed with 421 then. The time that `handle` takes does not count.
   */
  readonly messageMs?: number;
  readonly onError?: (error: Error, peer: string) => void;
}

/** An answer of SMTP that refuses. */
class Refusal extends Error {
  override readonly name = 'Refusal';
  readonly responseCode: number;

  constructor(responseCode: number, message: string) {
    super(message);
    this.responseCode = responseCode;
  }
}

const peerOf = ({ remoteAddress, remotePort }: SMTPServerSession): string =>
  remoteAddress.includes(':') ? `[${remoteAddress}]:${remotePort}` : `${remoteAddress}:${remotePort}`;

/**
 * Listens for mails by SMTP. `250` is said when `handle` resolves, so whoever commits in it loses nothing; a mail is
 * never passed on to anybody else.
 *
 * @throws TransportError `address-in-use`
 */
export async function listenForMail(
  address: PeerAddress,
  options: MailListenerOptions,
  handle: HandleMail,
): Promise<Listening> {
  /** Addresses of the connections that were let in, by the number of the session. */
  const admitted = new Map<string, string>();
  const clocks = new Map<string, NodeJS.Timeout>();
  const late = new Set<string>();
  const underWay = new Set<Promise<void>>();
  const { tls, messageOctets = defaultMailLimits.messageOctets, messageMs = 300_000, onError } = options;
  const server = new SMTPServer({
    name: options.hostName ?? 'interlend',
    banner: 'ready',
    size: messageOctets,
    logger: false,
    disableReverseLookup: true,
    authOptional: true,
    disabledCommands: tls ? ['AUTH'] : ['AUTH', 'STARTTLS'],
    ...(tls ? { cert: tls.cert, key: tls.key, minVersion: 'TLSv1.2' } : {}),
    maxClients: options.connections ?? 100,
    socketTimeout: options.idleMs ?? 60_000,
    closeTimeout: 2000,
    onConnect({ id, remoteAddress }, done) {
      if (options.isAllowed && !options.isAllowed(remoteAddress))
        return done(new Refusal(554, 'not from here'));
      const open = [...admitted.values()].filter((each) => each === remoteAddress).length;
      if (open >= (options.connectionsPerAddress ?? 10))
        return done(new Refusal(421, 'too many connections'));
      admitted.set(id, remoteAddress);
      return done();
    },
    onClose({ id }) {
      // Also told of connections that were never let in.
      admitted.delete(id);
      stopClock(id);
      late.delete(id);
    },
    onMailFrom(_sender, session, done) {
      if (tls?.isRequired && !session.secure) return done(new Refusal(530, '5.7.0 STARTTLS first'));
      startClock(session);
      return done();
    },
    onRcptTo({ address: recipient }, session, done) {
      if (!options.isRecipient(recipient)) return done(new Refusal(550, '5.1.1 no such mailbox here'));
      if (session.envelope.rcptTo.length >= (options.recipients ?? 10))
        return done(new Refusal(452, '4.5.3 too many recipients'));
      return done();
    },
    onData(stream, session, done) {
      const run = take(stream, session).then(
        () => done(null, '2.0.0 kept'),
        (error: unknown) => {
          if (!(error instanceof Refusal)) onError?.(faultOf(error, session), peerOf(session));
          done(error instanceof Refusal ? error : new Refusal(451, '4.3.0 not kept, try again'));
        },
      );
      underWay.add(run);
      void run.finally(() => underWay.delete(run));
    },
  });

  function startClock(session: SMTPServerSession): void {
    stopClock(session.id);
    const timer = setTimeout(() => {
      // A mail that was taken back is none.
      if (session.envelope.mailFrom === false) return;
      late.add(session.id);
      const open = [...server.connections].find(({ id }) => id === session.id);
      open?.send(421, '4.4.2 the mail took too long');
    }, messageMs);
    clocks.set(session.id, timer);
  }

  function stopClock(id: string): void {
    clearTimeout(clocks.get(id));
    clocks.delete(id);
  }

  function faultOf(error: unknown, { id }: SMTPServerSession): Error {
    if (late.has(id))
      return new TimeoutError(
        `a mail was not complete within ${messageMs} ms`,
        { phase: 'receive', budgetMs: messageMs },
        { cause: error },
      );
    return error instanceof Error ? error : new Error(String(error));
  }

  async function take(stream: SMTPServerDataStream, session: SMTPServerSession): Promise<void> {
    const chunks: Buffer[] = [];
    // What is too large is read to its end and thrown away: only then does the other side listen to the answer.
    for await (const chunk of stream) if (!stream.sizeExceeded) chunks.push(chunk as Buffer);
    stopClock(session.id);
    if (stream.sizeExceeded) throw new Refusal(552, `5.3.4 at most ${messageOctets} octets`);
    const raw = new Uint8Array(Buffer.concat(chunks));
    if (bareLineEnd(raw) >= 0) throw new Refusal(554, '5.6.0 lines must end in CR and LF');
    const { mailFrom, rcptTo } = session.envelope;
    await handle({
      raw,
      envelopeFrom: mailFrom === false || mailFrom.address === '' ? undefined : mailFrom.address,
      envelopeTo: rcptTo.map(({ address: recipient }) => recipient),
      peer: peerOf(session),
      isEncrypted: session.secure,
    });
  }

  server.on('error', (error) => onError?.(error, 'a mail server'));
  await new Promise<void>((resolve, reject) => {
    const refuse = (cause: Error): void => {
      const where = { peer: `${address.host}:${address.port}`, phase: 'listen' } as const;
      const isTaken = 'code' in cause && cause.code === 'EADDRINUSE';
      reject(
        new TransportError(
          isTaken ? 'address-in-use' : 'unreachable',
          `cannot listen on ${where.peer}`,
          where,
          { cause },
        ),
      );
    };
    server.once('error', refuse);
    server.listen(address.port, address.host, () => {
      server.off('error', refuse);
      resolve();
    });
  });
  const bound = server.server.address() as AddressInfo;
  return {
    address: { host: bound.address, port: bound.port },
    async close() {
      await new Promise<void>((resolve) => server.close(resolve));
      await Promise.all(underWay);
    },
  };
}
