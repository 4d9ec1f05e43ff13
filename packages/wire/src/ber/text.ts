/** Reads Windows-1252 under its other name, which differs from ISO 8859-1 in octets 80 to 9F only. */
const latin1Decoder = new TextDecoder('latin1');
const utf8Decoder = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

/** Up to here characters are put together one by one; beyond, calling a decoder is cheaper. */
const fewOctets = 16;

/** Most octets that {@link textByOctet} takes. */
export const mostOctetsByOctet = 16 * 1024;
const sevenBits = new Uint8Array(mostOctetsByOctet);

/**
 * Text with one character for each octet, so that a place in it is an offset in `bytes`. Only octets below 80 become
 * the right character: clearing the eighth bit of the others lets the engine take its fastest path.
 */
export function textByOctet(bytes: Uint8Array): string {
  const { length } = bytes;
  for (let at = 0; at < length; at++) sevenBits[at] = (bytes[at] as number) & 0x7f;
  return utf8Decoder.decode(sevenBits.subarray(0, length));
}

/** Reads octets `start` to `end` as ISO 8859-1. */
export function latin1(bytes: Uint8Array, start: number, end: number): string {
  const differs = (octet: number): boolean => octet >= 0x80 && octet < 0xa0;
  if (end - start > fewOctets && !bytes.subarray(start, end).some(differs)) {
    return latin1Decoder.decode(bytes.subarray(start, end));
  }
  let text = '';
  for (let at = start; at < end; at++) text += String.fromCharCode(bytes[at] as number);
  return text;
}

/** Reads octets `start` to `end` as ASCII, or gives `undefined` when one of them is something else. */
export function ascii(bytes: Uint8Array, start: number, end: number): string | undefined {
  for (let at = start; at < end; at++) if ((bytes[at] as number) > 0x7f) return undefined;
  return latin1(bytes, start, end);
}

/** Reads octets `start` to `end` as UTF-8, or gives `undefined` when they are not UTF-8. */
export function utf8(bytes: Uint8Array, start: number, end: number): string | undefined {
  try {
    return utf8Decoder.decode(bytes.subarray(start, end));
  } catch {
    return undefined;
  }
}

const hexDigits: readonly string[] = Array.from({ length: 256 }, (_, octet) =>
  octet.toString(16).padStart(2, '0'),
);

/** Octets as hexadecimal digits in lower case. */
export function toHex(bytes: Uint8Array): string {
  let hex = '';
  for (const octet of bytes) hex += hexDigits[octet];
  return hex;
}

/** Hexadecimal digits as octets; white space is skipped. `undefined` when the text is something else. */
export function fromHex(text: string): Uint8Array | undefined {
  const digits = text.replace(/\s+/g, '');
  if (digits.length % 2 !== 0 || !/^[0-9a-fA-F]*$/.test(digits)) return undefined;
  const bytes = new Uint8Array(digits.length / 2);
  for (let index = 0; index < bytes.length; index++)
    bytes[index] = Number.parseInt(digits.slice(index * 2, index * 2 + 2), 16);
  return bytes;
}
