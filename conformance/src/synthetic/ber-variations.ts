/** How a partner's encoder departs from the shortest definite form. */
export type LengthStyle = 'definite' | 'indefinite' | 'indefinite-outside' | 'long';

/** One element of an encoding whose type does not matter. */
interface Element {
  readonly identifier: Uint8Array;
  readonly contents: Uint8Array | readonly Element[];
}

const constructedBit = 0x20;
const endOfContents = Uint8Array.of(0, 0);

/** Reads definite encodings as our own encoder writes them. */
function readElements(bytes: Uint8Array): readonly Element[] {
  const elements: Element[] = [];
  let at = 0;
  while (at < bytes.length) {
    const start = at;
    const first = octetAt(bytes, at++);
    if ((first & 0x1f) === 0x1f) while ((octetAt(bytes, at++) & 0x80) !== 0);
    const identifier = bytes.slice(start, at);
    const short = octetAt(bytes, at++);
    let length = short;
    if (short > 0x80) {
      length = 0;
      for (let left = short & 0x7f; left > 0; left--) length = length * 256 + octetAt(bytes, at++);
    }
    const contents = bytes.slice(at, at + length);
    at += length;
    elements.push({
      identifier,
      contents: (first & constructedBit) !== 0 ? readElements(contents) : contents,
    });
  }
  return elements;
}

function octetAt(bytes: Uint8Array, at: number): number {
  const octet = bytes[at];
  if (octet === undefined) throw new Error(`encoding ends at offset ${at}`);
  return octet;
}

function writeElement({ identifier, contents }: Element, style: LengthStyle, depth: number): Uint8Array {
  if (contents instanceof Uint8Array) {
    return join([identifier, definite(contents.length, style === 'long'), contents]);
  }
  const inner = join(contents.map((element) => writeElement(element, style, depth + 1)));
  const isIndefinite = style === 'indefinite' || (style === 'indefinite-outside' && depth < 2);
  return isIndefinite
    ? join([identifier, Uint8Array.of(0x80), inner, endOfContents])
    : join([identifier, definite(inner.length, style === 'long'), inner]);
}

/** The long form is written with four octets whatever the length. */
function definite(length: number, isLong: boolean): Uint8Array {
  if (isLong)
    return Uint8Array.of(0x84, length >>> 24, (length >>> 16) & 0xff, (length >>> 8) & 0xff, length & 0xff);
  if (length < 0x80) return Uint8Array.of(length);
  return length < 0x100 ? Uint8Array.of(0x81, length) : Uint8Array.of(0x82, length >>> 8, length & 0xff);
}

function join(parts: readonly Uint8Array[]): Uint8Array {
  const joined = new Uint8Array(parts.reduce((sum, { length }) => sum + length, 0));
  let at = 0;
  for (const part of parts) {
    joined.set(part, at);
    at += part.length;
  }
  return joined;
}

/** The same value with other length octets. */
export function withLengths(bytes: Uint8Array, style: LengthStyle): Uint8Array {
  return style === 'definite'
    ? bytes
    : join(readElements(bytes).map((element) => writeElement(element, style, 0)));
}

/** The same APDU without the SEQUENCE inside its APPLICATION tag, as one Perl module sends it. */
export function withoutInnerSequence(bytes: Uint8Array): Uint8Array {
  return join(
    readElements(bytes).map((apdu) => {
      const [sequence] = apdu.contents instanceof Uint8Array ? [] : apdu.contents;
      return writeElement(sequence ? { ...apdu, contents: sequence.contents } : apdu, 'definite', 0);
    }),
  );
}
