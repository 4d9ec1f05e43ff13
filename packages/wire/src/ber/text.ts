/** Reads octets `start` to `end` as ISO 8859-1. */
export function latin1(bytes: Uint8Array, start: number, end: number): string {
  let text = '';
  for (let at = start; at < end; at += 4096) {
    text += String.fromCharCode(...bytes.subarray(at, Math.min(end, at + 4096)));
  }
  return text;
}

const utf8Decoder = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

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
