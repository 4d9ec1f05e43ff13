import { symbolOfAddress } from '@interlend/artemail';
import { DecodeError, isSameSymbol } from '@interlend/core';
import { type PlainMail, parsePlainMail, toPlainForm } from '@interlend/mail';
import type { ProtocolBinding } from '../bindings/binding.js';
import type { Arrivals } from './arrivals.js';
import { StaffError } from './desk.js';
import type { LoanBook, ProcessParts } from './loan-book.js';

/** A mail that lies in the mailbox of the institution. */
export interface KeptMail {
  readonly id: string;
  readonly at: Date;
  readonly octets: Uint8Array;
  readonly mail: PlainMail;
  /** Whether staff have keyed in what it says. */
  readonly isEntered: boolean;
}

const keptMails = 1000;

/** The mailbox of the institution. Alma does not read it: staff do, and key in what a mail says. */
export class Mailbox {
  readonly #parts: ProcessParts;
  readonly #book: LoanBook;
  readonly #arrivals: Arrivals;
  readonly #mails = new Map<string, KeptMail>();
  #count = 0;

  constructor(parts: ProcessParts, book: LoanBook, arrivals: Arrivals) {
    this.#parts = parts;
    this.#book = book;
    this.#arrivals = arrivals;
  }

  get mails(): readonly KeptMail[] {
    return [...this.#mails.values()];
  }

  /** A mail came. The oldest one goes when there are a thousand. @throws DecodeError for octets that are no mail */
  async put(raw: Uint8Array): Promise<void> {
    const octets = await toPlainForm(raw, { own: [this.#parts.mail.address] });
    const id = String(++this.#count);
    const mail = parsePlainMail(octets);
    this.#mails.set(id, { id, at: this.#parts.clock.now(), octets, mail, isEntered: false });
    const [oldest] = this.#mails.keys();
    if (this.#mails.size > keptMails && oldest !== undefined) this.#mails.delete(oldest);
    this.#book.changed();
  }

  /** Staff key in what a mail says. @throws StaffError */
  async enter(id: string): Promise<void> {
    const kept = this.#mails.get(id);
    if (!kept) throw new StaffError(404, `there is no mail ${id}`);
    if (kept.isEntered) throw new StaffError(409, `mail ${id} was keyed in already`);
    const binding = this.#bindingFor(kept.mail.from);
    if (!binding) throw new StaffError(409, `no active partner writes from ${kept.mail.from}`);
    const { protocol } = binding;
    let message: unknown;
    try {
      ({ message } = protocol.decode(kept.octets));
    } catch (error) {
      if (!(error instanceof DecodeError)) throw error;
      throw new StaffError(409, `mail ${id} cannot be read: ${error.message}`);
    }
    const about = protocol.correlateAll?.(message) ?? [protocol.correlate(message)];
    for (const { key } of about) await this.#arrivals.hear(binding, message, key);
    this.#mails.set(id, { ...kept, isEntered: true });
  }

  #bindingFor(address: string): ProtocolBinding | undefined {
    const symbol = symbolOfAddress(address);
    for (const partner of this.#parts.state.partners.values()) {
      const binding = this.#book.bindingOf(partner);
      const own = binding?.symbolOf(partner);
      const isActive = partner.partner_details.status !== 'INACTIVE';
      if (own !== undefined && isActive && isSameSymbol(own, symbol)) return binding;
    }
    return undefined;
  }
}
