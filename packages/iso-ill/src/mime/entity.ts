import { DecodeError, type Deviation, EncodeError } from '@interlend/core';
import { latin1 } from '@interlend/wire/ber';
import { fromLatin1 } from './transfer-encoding.js';

/** One field of a header; the value is unfolded. */
export interface MimeField {
  readonly name: string;
  readonly value: string;
}

/** Fields and body of a MIME entity, RFC 2045 2.4. */
export interface MimeEntity {
  readonly fields: readonly MimeField[];
  readonly body: Uint8Array;
}

/** Collects what is odd about an entity, or stops at the first when reading strictly. */
export class MimeReader {
  readonly bytes: Uint8Array;
  readonly deviations: Deviation[] = [];
  readonly #isStrict: boolean;

  constructor(bytes: Uint8Array, isStrict: boolean) {
    this.bytes = bytes;
    this.#isStrict = isStrict;
  }

  deviate(
    code: string,
    message: string,
    place: { readonly path: string; readonly offset: number; readonly clause: string },
  ): void {
    const { path, offset, clause } = place;
    if (this.#isStrict)
      throw new DecodeError('deviation', `${message} (${code}, ${clause})`, { offset, path });
    this.deviations.push({ code, offset, path, message, clause });
  }

  fail(code: 'limit' | 'badly-structured', message: string, path: string, offset: number): never {
    throw new DecodeError(code, message, { offset, path });
  }

  /** The line that begins at `from`, without its line end, and where the next one begins. */
  line(
    from: number,
    end: number,
  ): { readonly end: number; readonly next: number; readonly isBareFeed: boolean } {
    const feed = this.bytes.indexOf(0x0a, from);
    if (feed < 0 || feed >= end) return { end, next: end, isBareFeed: false };
    const isBareFeed = feed === from || this.bytes[feed - 1] !== 0x0d;
    return { end: isBareFeed ? feed : feed - 1, next: feed + 1, isBareFeed };
  }

  text(start: number, end: number): string {
    return latin1(this.bytes, start, end);
  }
}

const clause = 'RFC 822 3.1';

/** Reads the fields from `start` on, up to the empty line or `end`; tells where the body begins. */
export function readFields(
  reader: MimeReader,
  start: number,
  end: number,
  path: string,
  headerOctets: number,
): { readonly fields: readonly MimeField[]; readonly bodyStart: number } {
  const lines: { name: string; parts: string[] }[] = [];
  let at = start;
  let hasBareFeed = false;
  while (at < end) {
    const line = reader.line(at, end);
    hasBareFeed ||= line.isBareFeed;
    if (line.next - start > headerOctets) {
      reader.fail('limit', `header larger than the limit of ${headerOctets} octets`, path, at);
    }
    if (line.end === at) {
      at = line.next;
      break;
    }
    const text = reader.text(at, line.end);
    const last = lines.at(-1);
    if (text.startsWith(' ') || text.startsWith('\t')) {
      if (last) last.parts.push(text);
      else
        reader.deviate('field-without-name', 'a header begins with a continuation line', {
          path,
          offset: at,
          clause,
        });
    } else {
      const [, name, value] = /^([!-9;-~]+)[ \t]*:(.*)$/s.exec(text) ?? [];
      if (name !== undefined && value !== undefined) {
        lines.push({ name, parts: [value] });
      } else {
        reader.deviate('field-without-name', 'a line of a header has no field name', {
          path,
          offset: at,
          clause,
        });
      }
    }
    at = line.next;
  }
  if (hasBareFeed) {
    reader.deviate('line-end', 'lines end in LF instead of CR LF', {
      path,
      offset: start,
      clause: 'RFC 2045 2.1',
    });
  }
  const fields = lines.map(({ name, parts }) => ({ name, value: parts.join('').trim() }));
  return { fields, bodyStart: at };
}

/** The bodies between the delimiters of a multipart, RFC 2046 5.1.1: start and end of each. */
export function splitMultipart(
  reader: MimeReader,
  start: number,
  end: number,
  boundary: string,
  path: string,
): readonly (readonly [start: number, end: number])[] {
  const delimiter = fromLatin1(`--${boundary}`);
  const parts: (readonly [number, number])[] = [];
  const place = { path, offset: start, clause: 'RFC 2046 5.1.1' };
  let open: number | undefined;
  let isClosed = false;
  let endOfLineBefore = start;
  for (let at = start; at < end && !isClosed; ) {
    const line = reader.line(at, end);
    const kind = delimiterKind(reader.bytes, at, line.end, delimiter);
    if (kind !== undefined) {
      if (open !== undefined) parts.push([open, Math.max(open, endOfLineBefore)]);
      open = line.next;
      isClosed = kind === 'close';
    }
    endOfLineBefore = line.end;
    at = line.next;
  }
  if (open === undefined) reader.deviate('multipart-without-parts', 'no delimiter in a multipart', place);
  else if (!isClosed) {
    reader.deviate('multipart-not-closed', 'a multipart without its closing delimiter', place);
    parts.push([open, end]);
  }
  return parts;
}

function delimiterKind(
  bytes: Uint8Array,
  start: number,
  end: number,
  delimiter: Uint8Array,
): 'next' | 'close' | undefined {
  if (end - start < delimiter.length) return undefined;
  for (let at = 0; at < delimiter.length; at++) if (bytes[start + at] !== delimiter[at]) return undefined;
  let at = start + delimiter.length;
  const isClose = at + 1 < end && bytes[at] === 0x2d && bytes[at + 1] === 0x2d;
  if (isClose) at += 2;
  while (at < end) {
    const octet = bytes[at++];
    if (octet !== 0x20 && octet !== 0x09) return undefined;
  }
  return isClose ? 'close' : 'next';
}

/** The longest line that a mail server must take, without its line end; RFC 5322 2.1.1. */
const longestLine = 998;
/** Where lines are folded. */
const columns = 76;

/**
 * Writes an entity: fields folded at 76 columns, an empty line, the body as it is. Fields of the mail itself, such as
 * `From` and `Subject`, may stand among the fields.
 *
 * @throws EncodeError `unsayable-character` when a name or value could be read as more than this field, `too-long` when
 * a value cannot be folded
 */
export function formatEntity(entity: MimeEntity): Uint8Array {
  const header = fromLatin1(`${entity.fields.map(formatField).join('')}\r\n`);
  const bytes = new Uint8Array(header.length + entity.body.length);
  bytes.set(header);
  bytes.set(entity.body, header.length);
  return bytes;
}

function formatField({ name, value }: MimeField): string {
  if (!/^[!-9;-~]{1,70}$/.test(name)) {
    throw new EncodeError(
      'unsayable-character',
      `expected a field name in ASCII, found ${JSON.stringify(name)}`,
      'fields',
    );
  }
  if (!/^[\x20-\x7e]*$/.test(value)) {
    throw new EncodeError('unsayable-character', 'a field can say printable ASCII only', `fields.${name}`);
  }
  let line = `${name}:`;
  let text = '';
  for (const word of value.trim().split(/ (?=[^ ])/)) {
    if (line.length + 1 + word.length > columns && line !== `${name}:`) {
      text += `${line}\r\n`;
      line = '';
    }
    line += ` ${word}`;
    if (line.length > longestLine) {
      throw new EncodeError(
        'too-long',
        `a word of ${word.length} characters does not fit a line`,
        `fields.${name}`,
      );
    }
  }
  return `${text}${line}\r\n`;
}
