/**
 * APDUs in mail, RFC 2503: one entity per APDU, `application/iso-10161-ill-1` in base64, several of them in a multipart.
 * Document delivery instructions, `application/ill-ddi`, are carried and not read. Addresses, subject and the way of the
 * mail are somebody else's: `fields` takes them, the reader passes over them.
 *
 * ```ts
 * import { decode, encode } from '@interlend/iso-ill';
 * import { decodeMime, encodeMime, formatEntity } from '@interlend/iso-ill/mime';
 *
 * const apdu = encode({
 *   apdu: 'Message',
 *   protocolVersionNum: 2,
 *   transactionId: { transactionGroupQualifier: 'G-1', transactionQualifier: 'Q-1' },
 *   serviceDateTime: { dateTimeOfThisService: { date: '20240203', time: '101112' } },
 *   requesterId: { personOrInstitutionSymbol: { institutionSymbol: 'TEST:REQ' } },
 *   responderId: { personOrInstitutionSymbol: { institutionSymbol: 'TEST:RSP' } },
 *   note: 'The volume is on its way',
 * });
 * const { fields, body } = encodeMime([{ kind: 'apdu', bytes: apdu }]);
 * const mail = formatEntity({ fields: [{ name: 'Subject', value: 'ILL' }, ...fields], body });
 *
 * for (const part of decodeMime(mail).parts) {
 *   if (part.kind === 'apdu') console.log(decode(part.bytes).message.apdu);
 * }
 * ```
 *
 * @packageDocumentation
 */

export { defaultMimeLimits, type MimeLimits } from './limits.js';
export { formatEntity, type MimeEntity, type MimeField } from './mime/entity.js';
export {
  type DecodedMime,
  type DecodeMimeOptions,
  decodeMime,
  type MimePart,
} from './mime/read.js';
export { type EncodeMimeOptions, encodeMime, type OutgoingMimePart } from './mime/write.js';
