import type { Clock } from '@interlend/core';
import { DecodeError, isInterlendError } from '@interlend/core';
import {
  domainOf,
  formatMail,
  isSameAddress,
  messageIdFor,
  type PlainMail,
  parsePlainMail,
  toPlainForm,
} from '@interlend/mail';
import { fileReferenceIn } from '../british-library/file-reference.js';
import { decodeArt } from '../british-library/messages.js';
import type { ArtAccount } from '../british-library/partner.js';
import { formatReplyLine } from '../british-library/replies.js';
import { type FileErrorCode, formatFileReport } from '../british-library/reports.js';
import type { Order } from '../order-file/order-file.js';
import { refuseOrders } from './refuse-orders.js';

/** An order as the simulator keeps it. */
export interface SimulatedOrder {
  readonly order: Order;
  readonly customer: string;
  /** Where replies go: where the order came from. */
  readonly from: string;
  state: 'open' | 'cancelled';
}

/** How the simulator behaves. */
export interface BritishLibraryOptions {
  /** Its address; mails to `artemail-test` at the same domain are answered without effect. */
  readonly address: string;
  readonly accounts: readonly (ArtAccount & { readonly allowsAddresses?: boolean })[];
  readonly clock: Clock;
}

/** What broke a file, as the errors of `sim/1` name it. */
const errorOfRule: Readonly<Record<string, FileErrorCode>> = {
  'account-missing': 'A01',
  'customer-code': 'A02',
  'no-order': 'A04',
  'no-end': 'A05',
  'request-number': 'A06',
  'duplicate-request-number': 'A07',
  'no-citation': 'A08',
  address: 'A09',
  'not-ascii': 'A10',
};

/**
 * The British Library's side of ARTEmail, as far as it can be known: it accepts files, or refuses them with reasons, and
 * sends the replies that it is told to. Layouts of its mails that are not published are ours, version `sim/1`.
 */
export class BritishLibrary {
  readonly orders = new Map<string, SimulatedOrder>();
  readonly #options: BritishLibraryOptions;
  #mails = 0;

  constructor(options: BritishLibraryOptions) {
    this.#options = options;
  }

  /** Takes a mail and gives the one that answers it. @throws DecodeError for octets that are no mail */
  async receive(raw: Uint8Array): Promise<Uint8Array> {
    const plain = parsePlainMail(await toPlainForm(raw));
    const isTest = /^artemail-test@/i.test(plain.to);
    const fileReference = fileReferenceIn(plain.subject);
    const reference = fileReference === undefined ? {} : { fileReference };
    const report = this.#judge(plain, isTest);
    return this.#write(plain.from, {
      ...formatFileReport({ ...reference, ...report }),
      ...(plain.messageId === undefined ? {} : { inReplyTo: plain.messageId }),
    });
  }

  #judge(
    plain: PlainMail,
    isTest: boolean,
  ): {
    readonly isAccepted: boolean;
    readonly accepted: readonly string[];
    readonly errors: readonly { readonly code: string; readonly requestNumber?: string }[];
  } {
    const refused = (code: FileErrorCode) => ({ isAccepted: false, accepted: [], errors: [{ code }] });
    if (/[^\n\x20-\x7e]/.test(plain.text)) return refused('A10');
    if ((plain.leftOut ?? []).length > 0) return refused('A11');
    let file: ReturnType<typeof decodeArt>['message'];
    try {
      const { nature: _, bounce: __, ...asSent } = plain;
      file = decodeArt(formatMail(asSent), { withPassword: true }).message;
    } catch (error) {
      if (!isInterlendError(error) || !(error instanceof DecodeError)) throw error;
      return refused(errorOfRule[String(error.cause)] ?? 'A04');
    }
    if (file.kind !== 'orders') return refused(/^\s*\S+\n\S+\n/.test(plain.text) ? 'A02' : 'A01');
    const { account, orders } = file.file;
    const known = this.#options.accounts.find(({ customerCode }) => customerCode === account.customerCode);
    if (known === undefined || known.password !== account.password) return refused('A03');
    const errors = refuseOrders(orders, this.orders, known.allowsAddresses === true);
    const accepted = orders.filter(
      ({ requestNumber }) => !errors.some((error) => error.requestNumber === requestNumber),
    );
    if (!isTest) for (const order of accepted) this.#keep(order, account.customerCode, plain.from);
    return {
      isAccepted: accepted.length > 0,
      accepted: accepted.map(({ requestNumber }) => requestNumber),
      errors,
    };
  }

  #keep(order: Order, customer: string, from: string): void {
    const before = this.orders.get(order.requestNumber);
    // An action is about the order of its number.
    if (before === undefined) this.orders.set(order.requestNumber, { order, customer, from, state: 'open' });
    else if (order.keywords.includes('CANCEL')) before.state = 'cancelled';
  }

  /** A mail of the replies intray. Codes are written as they are given, so that unknown ones can be tried. */
  reply(
    lines: readonly {
      readonly requestNumber: string;
      readonly code: string;
      readonly argument?: string;
      readonly remark?: string;
    }[],
  ): Uint8Array {
    const [first] = lines;
    const to = first === undefined ? undefined : this.orders.get(first.requestNumber)?.from;
    if (to === undefined) throw new RangeError('expected the number of an order that was accepted');
    return this.#write(to, {
      subject: 'ARTEMAIL REPLIES INTRAY',
      text: `${lines.map(formatReplyLine).join('\n')}\n`,
    });
  }

  #write(to: string, mail: Pick<PlainMail, 'subject' | 'text' | 'inReplyTo'>): Uint8Array {
    const { address, clock } = this.#options;
    if (isSameAddress(to, address)) throw new RangeError('a mail to itself would go in circles');
    return formatMail({
      from: address,
      to,
      date: clock
        .now()
        .toISOString()
        .replace(/\.\d{3}Z$/, 'Z'),
      messageId: messageIdFor({ key: 'sim/1', serial: ++this.#mails, domain: domainOf(address) }),
      autoSubmitted: 'auto-generated',
      ...mail,
    });
  }
}
