import type { Gathering, JoinedMessage } from '@interlend/core';
import { domainOf, messageIdFor, type PlainMail } from '@interlend/mail';
import type { Order } from '../order-file/order-file.js';
import { fileReference, fileReferenceIn, subjectOfFile } from './file-reference.js';
import { decodeArt, encodeArt } from './messages.js';
import { readArtPartner } from './partner.js';

/** A file that is being filled. */
interface OpenFile {
  readonly mail: Omit<PlainMail, 'text'>;
  readonly customerCode: string;
  readonly orders: Order[];
  readonly of: number[];
}

/** How orders to the British Library travel together, where the partner's settings want that. */
export function gatheringOf(partner: unknown): Gathering | undefined {
  const { collectSeconds, ordersPerFile } = readArtPartner(partner);
  return collectSeconds === 0
    ? undefined
    : {
        waitMs: collectSeconds * 1000,
        most: ordersPerFile,
        join: (messages) => joinOrders(messages, ordersPerFile),
      };
}

/** One file for the orders of each account, and another one beyond the cap or where a number would stand twice. */
function joinOrders(messages: readonly Uint8Array[], most: number): readonly JoinedMessage[] {
  const files: OpenFile[] = [];
  const alone: JoinedMessage[] = [];
  for (const [index, bytes] of messages.entries()) {
    const { message } = decodeArt(bytes);
    if (message.kind !== 'orders' || message.mail === undefined) {
      alone.push({ bytes, of: [index] });
      continue;
    }
    const { mail, file } = message;
    const { customerCode } = file.account;
    const numbers = file.orders.map(({ requestNumber }) => requestNumber);
    const open = files.find(
      (each) =>
        each.customerCode === customerCode &&
        each.mail.from === mail.from &&
        each.mail.to === mail.to &&
        each.orders.length + numbers.length <= most &&
        !each.orders.some(({ requestNumber }) => numbers.includes(requestNumber)),
    );
    if (open) {
      open.orders.push(...file.orders);
      open.of.push(index);
    } else files.push({ mail, customerCode, orders: [...file.orders], of: [index] });
  }
  return [...files.map((file) => closed(file, messages)), ...alone];
}

/** A file of one order is the mail that it was; one of several is a mail of its own. */
function closed(
  { mail, customerCode, orders, of }: OpenFile,
  messages: readonly Uint8Array[],
): JoinedMessage {
  const [first = 0] = of;
  const only = messages[first];
  if (of.length === 1 && only !== undefined) return { bytes: only, of };
  const numbers = orders.map(({ requestNumber, keywords }) => [requestNumber, ...keywords].join(' '));
  const subject = subjectOfFile(fileReference(mail.messageId ?? '', ...numbers));
  const bytes = encodeArt({
    kind: 'orders',
    mail: {
      ...mail,
      subject,
      messageId: messageIdFor({ key: subject, serial: 1, domain: domainOf(mail.from) }),
    },
    file: { account: { customerCode }, orders },
  });
  return { bytes, of };
}

/** Under what name the British Library may speak of a file: the number in its subject. */
export function namesOfFile(bytes: Uint8Array): readonly string[] {
  const { message } = decodeArt(bytes);
  const reference = message.kind === 'orders' ? fileReferenceIn(message.mail?.subject ?? '') : undefined;
  return reference === undefined ? [] : [subjectOfFile(reference)];
}
