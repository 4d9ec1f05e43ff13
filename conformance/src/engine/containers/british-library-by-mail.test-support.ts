import { BritishLibrary } from '@interlend/artemail/double';
import type { PeerAddress } from '@interlend/core';
import { type MailboxWatch, watchMailbox } from '@interlend/mail/imap';
import { sendMail } from '@interlend/mail/smtp';
import type { MailPeer } from './mail-peer.js';

/** The simulator of the British Library at a mailbox of a mail server, as the real one is: it reads there and writes from there. */
export class BritishLibraryByMail {
  /** Every file that came, as the mail server gave it. */
  readonly arrived: Uint8Array[] = [];
  readonly library: BritishLibrary;
  readonly #post: MailPeer;
  readonly #mailbox: string;
  readonly #customer: string;
  readonly #ca: string;
  #watch: MailboxWatch | undefined;

  constructor(
    post: MailPeer,
    ca: string,
    account: { readonly customerCode: string; readonly password: string },
    addresses: { readonly own: string; readonly customer: string },
  ) {
    this.#post = post;
    this.#ca = ca;
    this.#mailbox = addresses.own;
    this.#customer = addresses.customer;
    this.library = new BritishLibrary({
      address: addresses.own,
      accounts: [account],
      clock: { now: () => new Date() },
    });
  }

  get #login(): { readonly user: string; readonly password: string } {
    return { user: this.#mailbox, password: this.#post.passwords.get(this.#mailbox) ?? '' };
  }

  /** Where the doors of the mail server are now. */
  #door(name: 'imaps' | 'submission'): PeerAddress {
    return this.#post.address(name);
  }

  /** Takes files as they come. */
  open(): void {
    this.#watch = watchMailbox(
      { ...this.#door('imaps'), login: this.#login, ca: this.#ca, pausesMs: [100] },
      async ({ raw }) => {
        await this.library.receive(raw);
        this.arrived.push(raw);
      },
    );
  }

  async close(): Promise<void> {
    await this.#watch?.close();
    this.#watch = undefined;
  }

  /** Replies about orders; resolves to the octets when the mail server has taken them. */
  async reply(
    lines: readonly { readonly requestNumber: string; readonly code: string }[],
  ): Promise<Uint8Array> {
    const raw = this.library.reply(lines);
    const server = { ...this.#door('submission'), login: this.#login, ca: this.#ca };
    await sendMail(raw, { from: this.#mailbox, to: this.#customer }, { server });
    return raw;
  }
}
