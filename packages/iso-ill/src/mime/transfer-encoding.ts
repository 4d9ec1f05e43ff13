import { latin1 } from '@interlend/wire/ber';

/** What a Content-Transfer-Encoding hid, and what was odd about it. */
export interface TransferDecoded {
  readonly bytes: Uint8Array;
  readonly oddity?: string;
}

/** Columns of a line of base64, RFC 2045 6.8. */
const columns = 76;

/** Octets as base64 in lines of 76 columns, each with its line end. */
export function encodeBase64(bytes: Uint8Array): string {
  const text = btoa(latin1(bytes, 0, bytes.length));
  let lines = '';
  for (let at = 0; at < text.length; at += columns) lines += `${text.slice(at, at + columns)}\r\n`;
  return lines;
}

/** Reads base64, RFC 2045 6.8: line ends and blanks do not count; other foreign characters are skipped, and told. */
export function decodeBase64(bytes: Uint8Array): TransferDecoded {
  const text = latin1(bytes, 0, bytes.length).replace(/[\t\n\r ]/g, '');
  const [, plain, padding] = /^([A-Za-z0-9+/]*)(=*)$/.exec(text) ?? [];
  const data = plain ?? text.split('=', 1)[0]?.replace(/[^A-Za-z0-9+/]/g, '') ?? '';
  const isCut = data.length % 4 === 1;
  const decoded = fromLatin1(atob(isCut ? data.slice(0, -1) : data));
  if (plain === undefined) return { bytes: decoded, oddity: 'characters that are not base64' };
  if (isCut) return { bytes: decoded, oddity: 'a lone character at the end of the base64' };
  if (padding?.length !== (4 - (data.length % 4)) % 4)
    return { bytes: decoded, oddity: 'wrong padding of the base64' };
  return { bytes: decoded };
}

/** Whether octets consist of base64 and nothing else; an APDU never does, since its tags are not ASCII. */
export function isBase64(bytes: Uint8Array): boolean {
  return bytes.length > 0 && decodeBase64(bytes).oddity === undefined;
}

/** Reads quoted-printable, RFC 2045 6.7. What is no escape stands for itself, and is told. */
export function decodeQuotedPrintable(bytes: Uint8Array): TransferDecoded {
  const lines = latin1(bytes, 0, bytes.length).split('\n');
  let text = '';
  lines.forEach((line, index) => {
    const written = withoutBlanksAtEnd(line);
    if (written.endsWith('=')) text += written.slice(0, -1);
    else if (index === lines.length - 1) text += written;
    else text += line.endsWith('\r') ? `${written}\r\n` : `${written}\n`;
  });
  let isOdd = false;
  const plain = text.replace(/=([0-9A-Fa-f]{2})?/g, (sequence, digits?: string) => {
    if (digits !== undefined) return String.fromCharCode(Number.parseInt(digits, 16));
    isOdd = true;
    return sequence;
  });
  const decoded = fromLatin1(plain);
  return isOdd ? { bytes: decoded, oddity: '= without two hexadecimal digits' } : { bytes: decoded };
}

/** Blanks at the end of a line of quoted-printable were added on the way. */
function withoutBlanksAtEnd(line: string): string {
  let end = line.length;
  while (end > 0 && ' \t\r'.includes(line[end - 1] as string)) end--;
  return line.slice(0, end);
}

/** Characters up to U+00FF as octets. */
export function fromLatin1(text: string): Uint8Array {
  const bytes = new Uint8Array(text.length);
  for (let at = 0; at < text.length; at++) bytes[at] = text.charCodeAt(at);
  return bytes;
}
