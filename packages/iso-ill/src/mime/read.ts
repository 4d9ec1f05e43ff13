import { DecodeError, type Deviation } from '@interlend/core';
import { createFramer } from '../codec.js';
import { defaultMimeLimits, type MimeLimits } from '../limits.js';
import { type ContentType, parseContentType } from './content-type.js';
import { type MimeField, MimeReader, readFields, splitMultipart } from './entity.js';
import { MediaTypes, transferEncoding } from './media-types.js';
import { decodeBase64, decodeQuotedPrintable, isBase64, type TransferDecoded } from './transfer-encoding.js';

/** What {@link decodeMime} finds in a mail, in its order. */
export type MimePart =
  /** The octets of exactly one APDU. */
  | { readonly kind: 'apdu'; readonly bytes: Uint8Array }
  /** Document delivery instructions, as they are. */
  | { readonly kind: 'delivery-instructions'; readonly bytes: Uint8Array }
  /** An entity that says it is an APDU and is none. Offsets of `error` count in `bytes`. */
  | { readonly kind: 'unreadable'; readonly bytes: Uint8Array; readonly error: DecodeError }
  /** Anything else, for instance a covering note. */
  | { readonly kind: 'other'; readonly mediaType: string; readonly bytes: Uint8Array };

/** How to read mail. */
export interface DecodeMimeOptions {
  /** Turns the first deviation into a `DecodeError`. */
  readonly isStrict?: boolean;
  readonly limits?: Partial<MimeLimits>;
}

/** The parts of a mail, with what was odd about it. Offsets count in the mail. */
export interface DecodedMime {
  readonly parts: readonly MimePart[];
  readonly deviations: readonly Deviation[];
}

/**
 * Reads a mail or a MIME entity: fields, an empty line, the body. Fields whose names are not about MIME are passed over.
 * A part that cannot be read does not hide the others.
 *
 * @throws DecodeError `limit` when a limit is passed, `badly-structured` for a multipart without a boundary,
 * `deviation` when reading strictly
 */
export function decodeMime(bytes: Uint8Array, options: DecodeMimeOptions = {}): DecodedMime {
  const limits = { ...defaultMimeLimits, ...options.limits };
  const reader = new MimeReader(bytes, options.isStrict ?? false);
  if (bytes.length > limits.entityOctets) {
    reader.fail(
      'limit',
      `mail of ${bytes.length} octets is larger than the limit of ${limits.entityOctets}`,
      '',
      0,
    );
  }
  const parts: MimePart[] = [];
  let entities = 0;

  const readEntity = (start: number, end: number, path: string, depth: number): void => {
    if (++entities > limits.parts)
      reader.fail('limit', `more than ${limits.parts} entities in a mail`, path, start);
    const { fields, bodyStart } = readFields(reader, start, end, path, limits.headerOctets);
    const field = (name: string): string | undefined => oneField(reader, fields, name, path, start);
    if (depth === 0 && field('MIME-Version') === undefined) {
      reader.deviate('mime-version-absent', 'no MIME-Version', { path, offset: start, clause: 'RFC 2045 4' });
    }
    const type = readType(reader, field('Content-Type'), path, start);
    if (type.mediaType.startsWith('multipart/')) {
      if (depth >= limits.depth)
        reader.fail('limit', `multipart nested deeper than ${limits.depth} levels`, path, start);
      const boundary = type.parameters.get('boundary') ?? '';
      if (boundary === '') reader.fail('badly-structured', 'multipart without a boundary', path, start);
      splitMultipart(reader, bodyStart, end, boundary, path).forEach(([partStart, partEnd], index) => {
        readEntity(
          partStart,
          partEnd,
          path === '' ? `parts[${index}]` : `${path}.parts[${index}]`,
          depth + 1,
        );
      });
      return;
    }
    const isIll = type.mediaType === MediaTypes.apdu || type.mediaType === MediaTypes.deliveryInstructions;
    const contents = readContents(reader, bodyStart, end, field('Content-Transfer-Encoding'), {
      path,
      isIll,
    });
    if (!isIll) {
      parts.push({ kind: 'other', mediaType: type.mediaType, bytes: contents });
      return;
    }
    noteTransferEncoding(reader, type, path, start);
    if (type.mediaType === MediaTypes.apdu) parts.push(...readApdus(reader, contents, path, bodyStart));
    else parts.push({ kind: 'delivery-instructions', bytes: contents });
  };

  readEntity(0, bytes.length, '', 0);
  return { parts, deviations: reader.deviations };
}

function oneField(
  reader: MimeReader,
  fields: readonly MimeField[],
  name: string,
  path: string,
  offset: number,
): string | undefined {
  const found = fields.filter((field) => field.name.toLowerCase() === name.toLowerCase());
  if (found.length > 1) {
    reader.deviate('repeated-field', `${name} stands ${found.length} times, the first counts`, {
      path,
      offset,
      clause: 'RFC 2045 3',
    });
  }
  return found[0]?.value;
}

const plainText: ContentType = { mediaType: 'text/plain', parameters: new Map(), isDamaged: false };

function readType(reader: MimeReader, value: string | undefined, path: string, offset: number): ContentType {
  if (value === undefined) return plainText;
  const type = parseContentType(value);
  if (type === undefined || type.isDamaged) {
    reader.deviate('content-type', 'Content-Type departs from its grammar', {
      path,
      offset,
      clause: 'RFC 2045 5.1',
    });
  }
  return type ?? plainText;
}

function noteTransferEncoding(reader: MimeReader, type: ContentType, path: string, offset: number): void {
  const value = type.parameters.get(transferEncoding.name);
  if (value?.toLowerCase() === transferEncoding.value) return;
  const found = value === undefined ? 'none' : JSON.stringify(value);
  const message = `expected the parameter ${transferEncoding.name}=${transferEncoding.value}, found ${found}`;
  reader.deviate('transfer-encoding', message, { path, offset, clause: 'RFC 2503' });
}

/** The octets of a body behind its Content-Transfer-Encoding. */
function readContents(
  reader: MimeReader,
  start: number,
  end: number,
  encoding: string | undefined,
  about: { readonly path: string; readonly isIll: boolean },
): Uint8Array {
  const { path, isIll } = about;
  const body = reader.bytes.subarray(start, end);
  const word = encoding?.split('(', 1)[0]?.trim().toLowerCase() ?? '';
  const isHiddenBase64 = isIll && word !== 'base64' && word !== 'quoted-printable' && isBase64(body);
  if (isIll && word !== 'base64') {
    const found = word === '' ? 'none' : JSON.stringify(word);
    reader.deviate('not-base64', `expected Content-Transfer-Encoding base64, found ${found}`, {
      path,
      offset: start,
      clause: 'RFC 2503',
    });
  }
  const decoded = decodeBody(body, isHiddenBase64 ? 'base64' : word);
  if (decoded.oddity !== undefined) {
    reader.deviate('transfer-damage', decoded.oddity, { path, offset: start, clause: 'RFC 2045 6' });
  }
  return decoded.bytes;
}

function decodeBody(body: Uint8Array, encoding: string): TransferDecoded {
  if (encoding === 'base64') return decodeBase64(body);
  return encoding === 'quoted-printable' ? decodeQuotedPrintable(body) : { bytes: body.slice() };
}

function readApdus(
  reader: MimeReader,
  contents: Uint8Array,
  path: string,
  offset: number,
): readonly MimePart[] {
  const place = { path, offset, clause: 'RFC 2503' };
  const framer = createFramer();
  const parts: MimePart[] = [];
  let framed = 0;
  try {
    for (const bytes of framer.push(contents)) {
      parts.push({ kind: 'apdu', bytes });
      framed += bytes.length;
    }
    framer.end();
    if (framed === 0) throw new DecodeError('incomplete', 'expected an APDU, found no octets', { offset: 0 });
  } catch (error) {
    if (!(error instanceof DecodeError)) throw error;
    const rest = contents.subarray(framed);
    // A body that is not base64 may carry the line end that stands before the next delimiter, or padding.
    if (framed > 0 && isBlank(rest)) {
      reader.deviate('blanks-after-apdu', 'blanks or line ends behind an APDU', place);
    } else {
      parts.push({ kind: 'unreadable', bytes: rest, error });
    }
  }
  if (parts.length > 1) {
    reader.deviate('several-apdus', `more than one APDU in an entity, ${parts.length} pieces`, place);
  }
  return parts;
}

function isBlank(octets: Uint8Array): boolean {
  return octets.every((octet) => [0x00, 0x09, 0x0a, 0x0d, 0x20].includes(octet));
}
