import { fromHex, toHex } from '@interlend/wire/ber';

const encoder = new TextEncoder();

/** What replaces a text: as many octets, so that no length on a binary wire changes. */
function filler(octets: number): Uint8Array {
  return Uint8Array.from({ length: octets }, () => 'x'.charCodeAt(0));
}

/**
 * Replaces every occurrence of the given texts in `bytes` by as many octets. Texts of fewer than two octets are left:
 * they identify nobody, and replacing them would hit the encoding itself.
 */
export function redact(bytes: Uint8Array, texts: readonly string[]): Uint8Array {
  let hex = toHex(bytes);
  const longestFirst = [...texts].sort((one, other) => other.length - one.length);
  for (const text of longestFirst) {
    const octets = encoder.encode(text);
    if (octets.length < 2) continue;
    hex = replaceAligned(hex, toHex(octets), toHex(filler(octets.length)));
  }
  return fromHex(hex) ?? bytes;
}

/** Replaces `needle` where it begins at a whole octet. */
function replaceAligned(hex: string, needle: string, replacement: string): string {
  let result = hex;
  for (let at = result.indexOf(needle); at >= 0; at = result.indexOf(needle, at + 1)) {
    if (at % 2 === 0) result = result.slice(0, at) + replacement + result.slice(at + needle.length);
  }
  return result;
}
