import { once } from 'node:events';
import { connect as connectPlain } from 'node:net';
import { connect as connectTls, type TLSSocket } from 'node:tls';
import type { PeerAddress } from '@interlend/core';

/** A connection on which one side says a line and the other answers. Octets are kept as Latin-1 text. */
class Dialogue {
  readonly #socket: TLSSocket;
  #heard = '';
  #wake: () => void = () => undefined;

  constructor(socket: TLSSocket) {
    this.#socket = socket;
    socket.setEncoding('latin1');
    socket.on('data', (text: string) => {
      this.#heard += text;
      this.#wake();
    });
    for (const event of ['close', 'error'])
      socket.on(event, () => {
        this.#heard += '\r\nconnection closed\r\n';
        this.#wake();
      });
  }

  /** Says something, if there is something to say, and takes everything up to the line that the pattern finds. */
  async say(text: string | undefined, expected: RegExp): Promise<string> {
    if (text !== undefined) this.#socket.write(text, 'latin1');
    for (;;) {
      const found = expected.exec(this.#heard);
      if (found) {
        const end = found.index + found[0].length;
        const taken = this.#heard.slice(0, end);
        this.#heard = this.#heard.slice(end);
        return taken;
      }
      if (/^(?:[45]\d\d|\S+ (?:NO|BAD)) .*\r\n|connection closed/m.test(this.#heard)) {
        throw new Error(`expected ${expected}, came ${this.#heard}`);
      }
      await new Promise<void>((resolve) => {
        this.#wake = resolve;
      });
    }
  }

  close(): void {
    this.#socket.destroy();
  }
}

/** Upgrades a plain connection after its side has agreed. */
async function openSubmission(address: PeerAddress, ca: string): Promise<Dialogue> {
  const plain = connectPlain(address);
  await once(plain, 'connect');
  const hear = async (line?: string): Promise<void> => {
    if (line !== undefined) plain.write(`${line}\r\n`);
    for (let text = ''; !/^\d{3} .*\r\n$/m.test(text); ) text += String((await once(plain, 'data'))[0]);
  };
  await hear();
  await hear('EHLO client.example');
  await hear('STARTTLS');
  const socket = connectTls({ socket: plain, ca, host: address.host });
  await once(socket, 'secureConnect');
  return new Dialogue(socket);
}

/** Hands a message in as somebody who has a mailbox. @throws Error with the answer when it is refused */
export async function handIn(
  address: PeerAddress,
  ca: string,
  user: { readonly mailbox: string; readonly password: string },
  recipient: string,
  message: string,
): Promise<void> {
  const dialogue = await openSubmission(address, ca);
  const token = Buffer.from(`\0${user.mailbox}\0${user.password}`).toString('base64');
  try {
    await dialogue.say('EHLO client.example\r\n', /^250 .*\r\n/m);
    await dialogue.say(`AUTH PLAIN ${token}\r\n`, /^235 .*\r\n/m);
    await dialogue.say(`MAIL FROM:<${user.mailbox}>\r\n`, /^250 .*\r\n/m);
    await dialogue.say(`RCPT TO:<${recipient}>\r\n`, /^250 .*\r\n/m);
    await dialogue.say('DATA\r\n', /^354 .*\r\n/m);
    await dialogue.say(`${message.replace(/^\./gm, '..')}.\r\n`, /^250 .*\r\n/m);
    await dialogue.say('QUIT\r\n', /^221 .*\r\n/m);
  } finally {
    dialogue.close();
  }
}

/** Waits for the first message of a mailbox and takes it octet by octet. */
export async function fetchFirst(
  address: PeerAddress,
  ca: string,
  user: { readonly mailbox: string; readonly password: string },
): Promise<string> {
  const socket = connectTls({ ...address, ca });
  await once(socket, 'secureConnect');
  const dialogue = new Dialogue(socket);
  try {
    await dialogue.say(undefined, /^\* OK .*\r\n/m);
    await dialogue.say(`a LOGIN ${user.mailbox} ${user.password}\r\n`, /^a OK .*\r\n/m);
    const selected = await dialogue.say('b SELECT INBOX\r\n', /^b OK .*\r\n/m);
    if (!/^\* [1-9]\d* EXISTS\r\n/m.test(selected)) {
      await dialogue.say('c IDLE\r\n', /^\* [1-9]\d* EXISTS\r\n/m);
      await dialogue.say('DONE\r\n', /^c OK .*\r\n/m);
    }
    const head = await dialogue.say('d FETCH 1 BODY.PEEK[]\r\n', /^\* 1 FETCH .*\{\d+\}\r\n/m);
    const length = Number(/\{(\d+)\}\r\n$/.exec(head)?.[1]);
    const rest = await dialogue.say(undefined, /^d OK .*\r\n/m);
    return rest.slice(0, length);
  } finally {
    dialogue.close();
  }
}
