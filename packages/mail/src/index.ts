/**
 * Mails for lending protocols: the octets of a mail and back, which transaction a mail is about, and what is no message
 * at all. `@interlend/mail/smtp` sends and takes them, `@interlend/mail/imap` watches a mailbox.
 *
 * ```ts
 * import { formatMail, keyOfMessageId, messageIdFor, parsePlainMail } from '@interlend/mail';
 *
 * const messageId = messageIdFor({ key: 'LOAN-1', serial: 1, domain: 'library.example' });
 * const octets = formatMail({
 *   from: 'desk@library.example',
 *   to: 'ill@partner.example',
 *   subject: 'Request LOAN-1',
 *   messageId,
 *   text: 'Title: On Examples\n',
 * });
 * console.log(parsePlainMail(octets).subject, keyOfMessageId(messageId));
 * ```
 *
 * @packageDocumentation
 */
export { domainOf, isMailAddress, isSameAddress } from './addresses.js';
export { concealInMail } from './conceal.js';
export { isMessageId, keyOfMessageId, mailIdentity, messageIdFor, relatedKeys } from './correlation.js';
export { formatMail } from './format-mail.js';
export { defaultMailLimits, type MailLimits } from './limits.js';
export { looksLikeMail, parsePlainMail } from './parse-plain-mail.js';
export { toPlainForm } from './plain-form.js';
export type { Bounce, MailNature, PlainMail, SenderProof } from './plain-mail.js';
export { type ReadMailOptions, readMail } from './read-mail.js';
