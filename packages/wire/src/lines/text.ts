/** How the octets of a line become text. */
export type LineCharset = 'utf-8' | 'iso-8859-1';

/** A line of a message, without its end. */
export interface Line {
  /** Where it begins, in octets from the start of the message. */
  readonly offset: number;
  /** Counted from 1. */
  readonly number: number;
  readonly octets: Uint8Array;
}

/** The lines of a message. They end with LF or CR LF; the last one may have no end. */
export function splitLines(bytes: Uint8Array): readonly Line[] {
  const lines: Line[] = [];
  let from = 0;
  while (from < bytes.length) {
    const found = bytes.indexOf(0x0a, from);
    const end = found < 0 ? bytes.length : found;
    const hasCr = end > from && bytes[end - 1] === 0x0d && found >= 0;
    lines.push({
      offset: from,
      number: lines.length + 1,
      octets: bytes.subarray(from, hasCr ? end - 1 : end),
    });
    from = end + 1;
  }
  return lines;
}

const utf8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

/** The text of octets; `undefined` when they are not of this character set. */
export function decodeText(octets: Uint8Array, charset: LineCharset): string | undefined {
  if (charset === 'iso-8859-1') return decodeLatin1(octets);
  try {
    return utf8.decode(octets);
  } catch {
    return undefined;
  }
}

/** The decoder of the platform takes this name for Windows-1252, which is another set from 80 to 9F. */
function decodeLatin1(octets: Uint8Array): string {
  let text = '';
  for (let from = 0; from < octets.length; from += 8192) {
    text += String.fromCharCode(...octets.subarray(from, from + 8192));
  }
  return text;
}

/** The octets of a text; `undefined` when the character set lacks one of its characters. */
export function encodeText(text: string, charset: LineCharset): Uint8Array | undefined {
  if (charset === 'utf-8') return text.isWellFormed() ? new TextEncoder().encode(text) : undefined;
  const octets = new Uint8Array(text.length);
  for (let at = 0; at < text.length; at++) {
    const code = text.charCodeAt(at);
    if (code > 0xff) return undefined;
    octets[at] = code;
  }
  return octets;
}

/** The text without spaces and tabs at its ends; other kinds of white space are text. */
export function trimBlanks(text: string): string {
  let from = 0;
  let end = text.length;
  while (from < end && isBlank(text.charCodeAt(from))) from++;
  while (end > from && isBlank(text.charCodeAt(end - 1))) end--;
  return text.slice(from, end);
}

function isBlank(code: number): boolean {
  return code === 0x20 || code === 0x09;
}

/** Name and value around the first colon, both without blanks at their ends; `undefined` without a colon. */
export function splitAtColon(text: string): { readonly name: string; readonly value: string } | undefined {
  const colon = text.indexOf(':');
  if (colon < 0) return undefined;
  return { name: trimBlanks(text.slice(0, colon)), value: trimBlanks(text.slice(colon + 1)) };
}
