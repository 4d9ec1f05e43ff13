import { EncodeError, isInterlendError } from '@interlend/core';
import { decode } from '../codec.js';
import { defaultMimeLimits } from '../limits.js';
import type { MimeEntity, MimeField } from './entity.js';
import { MediaTypes, transferEncoding } from './media-types.js';
import { encodeBase64, fromLatin1 } from './transfer-encoding.js';

/** What {@link encodeMime} puts into one entity. */
export type OutgoingMimePart =
  /** Exactly one APDU. */
  | { readonly kind: 'apdu'; readonly bytes: Uint8Array }
  /** Document delivery instructions, carried as they are. */
  | { readonly kind: 'delivery-instructions'; readonly bytes: Uint8Array };

/** How to write mail. */
export interface EncodeMimeOptions {
  /**
   * The boundary of a multipart: 1 to 70 letters, digits and `'()+_,-./:=?`. Made from the contents when absent, so that
   * the same parts give the same octets.
   */
  readonly boundary?: string;
}

/**
 * Puts APDUs and delivery instructions into a MIME entity: a single one is the entity, several are a multipart.
 *
 * @throws EncodeError `invalid-value` when the octets are not exactly one APDU, `missing` when an APDU lacks an id that
 * store-and-forward transport needs, `too-long` for more parts than a reader takes
 */
export function encodeMime(parts: readonly OutgoingMimePart[], options: EncodeMimeOptions = {}): MimeEntity {
  const entities = parts.map(encodePart);
  const [first] = entities;
  if (!first) throw new EncodeError('missing', 'expected at least one part', 'parts');
  const version: MimeField = { name: 'MIME-Version', value: '1.0' };
  if (entities.length === 1) return { fields: [version, ...first.fields], body: fromLatin1(first.text) };
  if (entities.length >= defaultMimeLimits.parts) {
    throw new EncodeError(
      'too-long',
      `expected less than ${defaultMimeLimits.parts} parts, found ${entities.length}`,
      'parts',
    );
  }
  const boundary = options.boundary ?? `=_ill_${checksum(entities.map(({ text }) => text).join(''))}`;
  if (!/^[0-9A-Za-z'()+_,\-./:=?]{1,70}$/.test(boundary)) {
    throw new EncodeError(
      'invalid-value',
      `expected a boundary of RFC 2046, found ${JSON.stringify(boundary)}`,
      'boundary',
    );
  }
  const body = entities
    .map(({ fields, text }) => {
      const header = fields.map(({ name, value }) => `${name}: ${value}\r\n`).join('');
      return `--${boundary}\r\n${header}\r\n${text}`;
    })
    .join('\r\n');
  return {
    fields: [version, { name: 'Content-Type', value: `multipart/mixed; boundary="${boundary}"` }],
    body: fromLatin1(`${body}\r\n--${boundary}--\r\n`),
  };
}

function encodePart(
  part: OutgoingMimePart,
  index: number,
): { readonly fields: readonly MimeField[]; readonly text: string } {
  if (part.kind === 'apdu') requireMailable(part.bytes, `parts[${index}]`);
  const mediaType = part.kind === 'apdu' ? MediaTypes.apdu : MediaTypes.deliveryInstructions;
  return {
    fields: [
      { name: 'Content-Type', value: `${mediaType}; ${transferEncoding.name}=${transferEncoding.value}` },
      { name: 'Content-Transfer-Encoding', value: 'base64' },
    ],
    text: encodeBase64(part.bytes),
  };
}

function requireMailable(bytes: Uint8Array, path: string): void {
  const message = readOne(bytes, path);
  for (const key of ['requesterId', 'responderId'] as const) {
    if (message[key] === undefined) {
      throw new EncodeError('missing', `${key} is mandatory in an APDU that goes by mail`, `${path}.${key}`);
    }
  }
}

function readOne(bytes: Uint8Array, path: string): ReturnType<typeof decode>['message'] {
  try {
    return decode(bytes).message;
  } catch (error) {
    if (!isInterlendError(error)) throw error;
    throw new EncodeError('invalid-value', `expected the octets of one APDU, found ${error.message}`, path, {
      cause: error,
    });
  }
}

/** FNV-1a in 32 bits: tells the boundaries of different mails apart. Base64 has no `_`, so that no line can be one. */
function checksum(text: string): string {
  let sum = 0x811c9dc5;
  for (let at = 0; at < text.length; at++) sum = Math.imul(sum ^ text.charCodeAt(at), 0x01000193);
  return (sum >>> 0).toString(16).padStart(8, '0');
}
