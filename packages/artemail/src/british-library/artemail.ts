import { type Correlation, DecodeError, type LendingRequest, type Protocol } from '@interlend/core';
import { symbolOfAddress } from '../addresses.js';
import { decideReading } from '../guard/decide.js';
import { beginMail, type MailGuard, pendingOf } from '../guard/guard.js';
import { createMailFramer } from '../guard/mail-framer.js';
import { readCitation } from '../order-file/citation.js';
import { receiveArt, sayArt } from './art-guard.js';
import { capabilities } from './capabilities.js';
import { gatheringOf, namesOfFile } from './gathering.js';
import { type ArtMessage, decodeArt, encodeArt } from './messages.js';
import { readArtPartner } from './partner.js';
import { conceal, seal } from './passwords.js';
import { requestNumbersOf } from './read-mail-of.js';
import { readReplies } from './replies.js';
import { readFileReport } from './reports.js';

function correlateAll(message: ArtMessage): readonly Correlation[] {
  const { mail } = message;
  const symbols = (to: string | undefined, from: string | undefined) => ({
    ...(to === undefined ? {} : { to: symbolOfAddress(to) }),
    ...(from === undefined ? {} : { from: symbolOfAddress(from) }),
  });
  const { to, from } = symbols(mail?.to, mail?.from);
  if (message.kind === 'orders') {
    const sides = {
      ...(from === undefined ? {} : { borrower: from }),
      ...(to === undefined ? {} : { lender: to }),
    };
    return message.file.orders.map(({ requestNumber, keywords }) => ({
      key: requestNumber,
      to: 'lender',
      ...sides,
      isOpening: !keywords.includes('CANCEL'),
    }));
  }
  const sides = {
    ...(to === undefined ? {} : { borrower: to }),
    // A bounce comes from a mail server: whose loan it is says who the partner was.
    ...(from === undefined || message.mail.nature === 'bounce' ? {} : { lender: from }),
  };
  const numbers = requestNumbersOf(message.mail);
  return (numbers.length === 0 ? [''] : numbers).map((key) => ({
    key,
    to: 'borrower',
    ...sides,
    isOpening: false,
  }));
}

/** The one transaction of a message, or the first of several. */
function correlate(message: ArtMessage): Correlation {
  return correlateAll(message)[0] ?? { key: '', isOpening: false };
}

function describe(message: ArtMessage): string {
  if (message.kind === 'orders') {
    const [first] = message.file.orders;
    const isCancel = first?.keywords.includes('CANCEL') === true;
    return message.file.orders.length > 1
      ? `${message.file.orders.length} orders`
      : isCancel
        ? 'Cancellation'
        : 'Order';
  }
  const { nature } = message.mail;
  if (nature !== undefined)
    return nature === 'bounce' ? 'Bounce' : nature === 'loop' ? 'Returned mail' : 'Automatic reply';
  const report = readFileReport(message.mail);
  if (report) return report.isAccepted ? 'File accepted' : 'File rejected';
  const codes = [...new Set(readReplies(message.mail.text).flatMap(({ code }) => code ?? []))];
  return codes.length > 0 ? `Reply ${codes.slice(0, 3).join(', ')}` : 'Mail';
}

function toRequest(message: ArtMessage): LendingRequest {
  if (message.kind !== 'orders') throw new TypeError('expected an order');
  const [order] = message.file.orders;
  const { borrower = '', lender = '' } = correlate(message);
  const isLoan = order?.keywords.some((keyword) => keyword.startsWith('LOAN')) === true;
  return {
    borrower: { symbol: borrower },
    lender: { symbol: lender },
    services: [isLoan ? 'loan' : 'copy'],
    item: readCitation(order?.lines ?? []),
    accountNumber: message.file.account.customerCode,
    ...(order?.keywords.includes('COPYRT') ? { copyrightCompliance: 'COPYRT' } : {}),
  };
}

/** ARTEmail of the British Library as the reference server, the recorder and the tests use it. */
export const artemail: Protocol<ArtMessage, MailGuard> = {
  name: 'artemail',
  capabilities,
  decode(bytes, options = {}) {
    const decoded = decodeArt(bytes);
    const [first] = decoded.deviations;
    if (options.isStrict === true && first)
      throw new DecodeError('deviation', `${first.code}: ${first.message}`, {
        offset: first.offset,
        path: first.path,
      });
    return decoded;
  },
  encode: (message) => encodeArt(message),
  createFramer: createMailFramer,
  correlate,
  correlateAll,
  describe,
  toRequest,
  begin: beginMail,
  receive: receiveArt,
  say: sayArt,
  expire: (guard) => ({ guard, verdict: 'noted', replies: [], warnings: [], wakeAt: null }),
  pending: pendingOf,
  decide: (guard, id, decision) => decideReading<ArtMessage>(guard, id, decision),
  seal,
  conceal,
  gathering: gatheringOf,
  namesOf: namesOfFile,
  assertPartner: (partner) => {
    readArtPartner(partner);
  },
  aliases(partner) {
    const { from, senders } = readArtPartner(partner);
    return { own: [symbolOfAddress(from)], partner: senders.map(symbolOfAddress) };
  },
  // A second order of one number is a second order to whoever does not notice.
  isRepeatHarmless: false,
};
