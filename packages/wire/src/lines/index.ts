/**
 * Protocols of lines: cutting a stream into messages octet by octet, before anything is decoded, and the text of a line.
 *
 * ```ts
 * import { createLineFramer, decodeText, splitAtColon, splitLines } from '@interlend/wire/lines';
 *
 * const framer = createLineFramer({
 *   judge: (line) => (line.length === 0 ? 'noise' : line[0] === 0x2e ? 'last' : 'inside'),
 * });
 * const octets = new TextEncoder().encode('\nTo: Example Library\r\nSubject: parcel: two books\n.\n');
 * for (const message of [octets.subarray(0, 9), octets.subarray(9)].flatMap((chunk) => framer.push(chunk))) {
 *   for (const line of splitLines(message)) console.log(splitAtColon(decodeText(line.octets, 'utf-8') ?? ''));
 * }
 * ```
 *
 * @packageDocumentation
 */
export { createLineFramer, type LineFramerOptions, type LinePlace } from './framer.js';
export { defaultLineLimits, type LineLimits } from './limits.js';
export {
  decodeText,
  encodeText,
  type Line,
  type LineCharset,
  splitAtColon,
  splitLines,
  trimBlanks,
} from './text.js';
