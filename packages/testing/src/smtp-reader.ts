import type { ConnectionEnd, ConnectionReader, Passage, PassedMessage } from './connection-reader.js';

/** What a client is told of that a recorder could not read, or not as one mail. */
const hiddenOffers: ReadonlySet<string> = new Set(['STARTTLS', 'CHUNKING', 'BINARYMIME']);
/** 4xx: a sender keeps the mail and tries again, instead of giving it back. */
const noTls = '454 4.7.0 TLS is not available: this connection is recorded\r\n';
/** Command and reply lines have at most 512 octets, RFC 5321 4.5.3.1; a login may be longer. */
const longestLine = 64 * 1024;
const lineEnd = Buffer.from('\r\n');
const longestMail = 32 * 1024 * 1024;

interface Waiting {
  readonly verb: string;
  /** Said in place of the server's answer. */
  readonly ownAnswer?: string;
  /** The mail that is to be taken. */
  readonly mail?: Buffer;
}

/**
 * Reads an SMTP connection: its messages are the mails that the server has taken, without the dots that SMTP adds. What
 * envelopes and logins say is passed on and never kept. Nobody can read what comes after STARTTLS, so that its offer is
 * left out of what the client hears, and a client that asks for it all the same is told that there is none.
 */
export class SmtpReader implements ConnectionReader {
  /** Commands that the server has not answered, the oldest first. The first answer is its greeting. */
  readonly #waiting: Waiting[] = [{ verb: 'greeting' }];
  readonly #held: Record<ConnectionEnd, Buffer> = { client: Buffer.alloc(0), server: Buffer.alloc(0) };
  readonly #reply: string[] = [];
  #mode: 'commands' | 'login' | 'mail' | 'unread' = 'commands';
  #mail: readonly Buffer[] = [];
  /** The last octets of the mail under way: its end may stand across two chunks. */
  #mailEnd = lineEnd;
  #mailOctets = 0;

  read(from: ConnectionEnd, octets: Uint8Array): Passage {
    if (this.#mode === 'unread')
      return { onward: Buffer.concat([this.#rest(from), octets]), messages: [], problems: [] };
    this.#held[from] = Buffer.concat([this.#held[from], octets]);
    return from === 'client' ? this.#readClient() : this.#readServer();
  }

  end(from: ConnectionEnd): Passage {
    const rest = this.#rest(from);
    const isCut = this.#mode === 'mail' || (this.#mode !== 'unread' && rest.length > 0);
    const problems = from === 'client' && isCut ? ['the client ended in the middle of a line or a mail'] : [];
    return { onward: rest, messages: [], problems };
  }

  /** What of one side was not passed on yet. */
  #rest(from: ConnectionEnd): Buffer {
    const held = this.#held[from];
    this.#held[from] = Buffer.alloc(0);
    if (from === 'client') return held;
    return Buffer.concat([Buffer.from(this.#reply.splice(0).join(''), 'latin1'), held]);
  }

  #readClient(): Passage {
    const onward: Buffer[] = [];
    const back: string[] = [];
    for (;;) {
      if (this.#mode === 'mail') {
        const taken = this.#takeMail();
        onward.push(taken);
        if (this.#isMode('mail')) break;
        continue;
      }
      const line = this.#takeLine('client');
      if (line === undefined) break;
      if (this.#mode === 'login') {
        // A login goes on in lines that are no commands; the next answer is still the one to AUTH.
        this.#mode = 'commands';
        onward.push(line);
        continue;
      }
      const verb = /^[A-Za-z]*/.exec(line.toString('latin1'))?.[0].toUpperCase() ?? '';
      if (verb === 'BDAT') {
        return this.#giveUp(
          'client',
          Buffer.concat([...onward, line]),
          'BDAT, which was not offered, was used',
        );
      }
      if (verb !== 'STARTTLS') {
        this.#waiting.push({ verb });
        onward.push(line);
      } else if (this.#waiting.length === 0) back.push(noTls);
      else this.#waiting.push({ verb, ownAnswer: noTls });
    }
    const whole = Buffer.concat(onward);
    if (this.#mode === 'commands' && this.#held.client.length > longestLine)
      return this.#giveUp('client', whole, 'a line is too long');
    return {
      onward: whole,
      ...(back.length > 0 ? { back: Buffer.from(back.join(''), 'latin1') } : {}),
      messages: [],
      problems: [],
    };
  }

  #readServer(): Passage {
    const onward: Buffer[] = [];
    const messages: PassedMessage[] = [];
    const problems: string[] = [];
    for (;;) {
      const line = this.#takeLine('server');
      if (line === undefined) break;
      const text = line.toString('latin1');
      this.#reply.push(text);
      if (/^\d{3}-/.test(text)) continue;
      const lines = this.#reply.splice(0);
      const [waiting] = this.#waiting;
      onward.push(Buffer.from(waiting?.verb === 'EHLO' ? withoutHidden(lines) : lines.join(''), 'latin1'));
      if (waiting?.verb === 'AUTH' && text.startsWith('334')) {
        this.#mode = 'login';
        continue;
      }
      this.#waiting.shift();
      if (waiting?.verb === 'DATA' && text.startsWith('354')) this.#mode = 'mail';
      if (waiting?.mail) {
        if (text.startsWith('2')) messages.push({ from: 'client', bytes: withoutDots(waiting.mail) });
        else problems.push(`a mail was not taken, and is not kept: ${text.slice(0, 3)}`);
      } else if (waiting?.verb === 'too large') problems.push('a mail is too large to be kept');
      for (let next = this.#waiting[0]; next?.ownAnswer !== undefined; next = this.#waiting[0]) {
        onward.push(Buffer.from(next.ownAnswer, 'latin1'));
        this.#waiting.shift();
      }
    }
    const whole = Buffer.concat(onward);
    if (this.#held.server.length > longestLine) return this.#giveUp('server', whole, 'a line is too long');
    return { onward: whole, messages, problems };
  }

  #isMode(mode: 'mail'): boolean {
    return this.#mode === mode;
  }

  /** Takes octets of the mail under way, as far as it goes. */
  #takeMail(): Buffer {
    const held = this.#held.client;
    const seam = Buffer.concat([this.#mailEnd, held]);
    const offset = seam.length - held.length;
    const at = seam.indexOf('\r\n.\r\n');
    const taken = at < 0 ? held : held.subarray(0, at + 5 - offset);
    this.#held.client = held.subarray(taken.length);
    this.#mailEnd = seam.subarray(0, offset + taken.length).subarray(-4);
    this.#mailOctets += taken.length;
    this.#mail = this.#mailOctets <= longestMail ? [...this.#mail, taken] : [];
    if (at < 0) return taken;
    const mail = Buffer.concat(this.#mail);
    this.#waiting.push(
      this.#mailOctets > longestMail ? { verb: 'too large' } : { verb: 'mail', mail: mail.subarray(0, -3) },
    );
    this.#mail = [];
    this.#mailEnd = lineEnd;
    this.#mailOctets = 0;
    this.#mode = 'commands';
    return taken;
  }

  #takeLine(from: ConnectionEnd): Buffer | undefined {
    const held = this.#held[from];
    const end = held.indexOf('\n');
    if (end < 0) return undefined;
    this.#held[from] = held.subarray(end + 1);
    return held.subarray(0, end + 1);
  }

  /** From here on everything is passed on, and nothing is read. */
  #giveUp(from: ConnectionEnd, onward: Buffer, why: string): Passage {
    this.#mode = 'unread';
    return {
      onward: Buffer.concat([onward, this.#rest(from)]),
      messages: [],
      problems: [`nothing more of this connection is kept: ${why}`],
    };
  }
}

/** The answer to EHLO without the offers that a recorder cannot follow. */
function withoutHidden(lines: readonly string[]): string {
  const shown = lines.filter(
    (line, index) =>
      index === 0 || !hiddenOffers.has(line.slice(4).trim().split(' ')[0]?.toUpperCase() ?? ''),
  );
  return shown
    .map((line, index) => `${line.slice(0, 3)}${index === shown.length - 1 ? ' ' : '-'}${line.slice(4)}`)
    .join('');
}

/** RFC 5321 4.5.2: a line that begins with a dot has one more on the way. */
function withoutDots(mail: Buffer): Uint8Array {
  return new Uint8Array(Buffer.from(mail.toString('latin1').replaceAll(/(^|\r\n)\./g, '$1'), 'latin1'));
}
