import type { Connection } from '@interlend/core';
import { CheckFailure } from './checks.js';

/** How messages are handed over on a connection. */
export interface Dialogue {
  /** Takes what the other side hands over, until it is done. */
  receive(connection: Connection, take: (message: Uint8Array) => void): Promise<void>;
  /** Hands one message over; resolves when the other side has taken it. @throws CheckFailure when it has not */
  say(connection: Connection, message: Uint8Array): Promise<void>;
}

/** The lines that come on a connection. A run's own reader: what is under test has another one. */
class Lines {
  readonly #connection: Connection;
  #held = '';

  constructor(connection: Connection) {
    this.#connection = connection;
  }

  async next(): Promise<string | undefined> {
    for (;;) {
      const end = this.#held.indexOf('\r\n');
      if (end >= 0) {
        const line = this.#held.slice(0, end);
        this.#held = this.#held.slice(end + 2);
        return line;
      }
      const chunk = await this.#connection.receive();
      if (chunk === undefined) return undefined;
      this.#held += Buffer.from(chunk).toString('latin1');
    }
  }
}

async function sendLine(connection: Connection, line: string): Promise<void> {
  await connection.send(Buffer.from(`${line}\r\n`, 'latin1'));
}

/** The answer to a command, all its lines, whose first digit must be the one that is expected. */
async function answer(lines: Lines, expected: '2' | '3'): Promise<void> {
  for (;;) {
    const line = await lines.next();
    if (line === undefined || !line.startsWith(expected))
      throw new CheckFailure(`expected an answer of ${expected}xx, came ${line ?? 'the end'}`);
    if (line[3] !== '-') return;
  }
}

const addressIn = (text: string, field: string): string =>
  new RegExp(`^${field}: (?:.*<)?([^<>\\s]+@[^<>\\s]+?)>?\\r$`, 'm').exec(text)?.[1] ?? '';

/** Mails by SMTP, both ways. */
export const smtpDialogue: Dialogue = {
  async receive(connection, take) {
    const lines = new Lines(connection);
    await sendLine(connection, '220 partner.example');
    for (let line = await lines.next(); line !== undefined; line = await lines.next()) {
      const command = line.slice(0, 4).toUpperCase();
      if (command === 'QUIT') {
        await sendLine(connection, '221 bye');
        return;
      }
      if (command !== 'DATA') {
        await sendLine(connection, '250 fine');
        continue;
      }
      await sendLine(connection, '354 go on');
      const body: string[] = [];
      for (let text = await lines.next(); text !== undefined && text !== '.'; text = await lines.next())
        body.push(text.startsWith('.') ? text.slice(1) : text);
      take(Buffer.from(body.map((text) => `${text}\r\n`).join(''), 'latin1'));
      await sendLine(connection, '250 taken');
    }
  },

  async say(connection, message) {
    const lines = new Lines(connection);
    const text = Buffer.from(message).toString('latin1');
    await answer(lines, '2');
    for (const command of [
      'EHLO partner.example',
      `MAIL FROM:<${addressIn(text, 'From')}>`,
      `RCPT TO:<${addressIn(text, 'To')}>`,
    ]) {
      await sendLine(connection, command);
      await answer(lines, '2');
    }
    await sendLine(connection, 'DATA');
    await answer(lines, '3');
    await connection.send(Buffer.from(`${text.replaceAll(/^\./gm, '..')}.\r\n`, 'latin1'));
    await answer(lines, '2');
    await sendLine(connection, 'QUIT');
    await answer(lines, '2');
  },
};
