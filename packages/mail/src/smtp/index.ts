/**
 * Mail by SMTP: handing exact octets to a mail server, and taking mails from one.
 *
 * @packageDocumentation
 */
export { type ArrivedMail, type HandleMail, listenForMail, type MailListenerOptions } from './listen.js';
export { assertSendable } from './octets.js';
export {
  type MailDelivery,
  type MailEnvelope,
  type MailSenderOptions,
  type MailServer,
  sendMail,
} from './send.js';
