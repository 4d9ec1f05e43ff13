/**
 * ARTEmail of the British Library, and partners that are written to by mail: order files, reply codes, letters, and what
 * becomes of a mail that came in.
 *
 * ```ts
 * import { encodeOrderFile, parseOrderFile } from '@interlend/artemail';
 *
 * const octets = encodeOrderFile({
 *   account: { customerCode: '00-0000' },
 *   orders: [
 *     { requestNumber: 'EX-1001', keywords: ['S', 'LOAN'], lines: ['AN INTRODUCTION TO EXAMPLES', 'JONES A B'] },
 *   ],
 * });
 * const { file } = parseOrderFile(new TextDecoder().decode(octets));
 * console.log(file.orders[0]?.requestNumber);
 * ```
 *
 * @packageDocumentation
 */
export { symbolOfAddress } from './addresses.js';
export { artemail } from './british-library/artemail.js';
export { capabilities } from './british-library/capabilities.js';
export {
  type ArtDecodeOptions,
  type ArtMessage,
  decodeArt,
  encodeArt,
  type OrderMail,
  type ReplyMail,
} from './british-library/messages.js';
export { type ArtAccount, type ArtPartner, readArtPartner } from './british-library/partner.js';
export { redactPassword } from './british-library/passwords.js';
export { formatReplyLine, type ReplyLine, readReplies } from './british-library/replies.js';
export {
  type FileErrorCode,
  FileErrors,
  type FileReport,
  formatFileReport,
  readFileReport,
} from './british-library/reports.js';
export type { MailGuard, ReadingRules } from './guard/guard.js';
export { emailCapabilities } from './letters/capabilities.js';
export { email } from './letters/email.js';
export { type EmailPartner, readEmailPartner } from './letters/partner.js';
export { type ReadLetter, readLetter } from './letters/read-letter.js';
export {
  type Citation,
  type CitationRules,
  citationLines,
  publicationTypeOf,
  readCitation,
} from './order-file/citation.js';
export { fold, type Transliteration } from './order-file/folding.js';
export { encodeOrderFile, formatOrderFile } from './order-file/format-order-file.js';
export type { Account, Order, OrderAddress, OrderFile } from './order-file/order-file.js';
export { decodeOrderFile, type OrderFileRule, parseOrderFile } from './order-file/parse-order-file.js';
export { personalFields } from './personal-fields.js';
export {
  almaEmail,
  britishLibrary,
  type MailPartnerProfile,
  type MailPartnerRules,
  people,
  profiles,
} from './profiles.js';
export { type ArtField, FieldOrders, type PublicationType } from './tables/field-orders.js';
export { type KeywordGroup, Keywords, keywordRow } from './tables/keywords.js';
export {
  type AnswerKey,
  DefaultAnswers,
  DefaultLabels,
  type Letter,
  Letters,
  type RowKey,
} from './tables/letters.js';
export { type ReplyArgument, type ReplyCode, ReplyCodes, type ReplyMeaning } from './tables/reply-codes.js';
export { Letters as TransliteratedLetters, Signs as TransliteratedSigns } from './tables/transliteration.js';
