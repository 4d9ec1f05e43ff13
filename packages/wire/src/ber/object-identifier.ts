import { primitive, requirePrimitive } from './primitive.js';
import { Universal } from './tag.js';
import type { BerType } from './type.js';

/** OBJECT IDENTIFIER in dotted notation, X.690 8.19. */
export const objectIdentifier: BerType<string> = primitive({
  name: 'OBJECT IDENTIFIER',
  tag: Universal.objectIdentifier,
  read(reader, length, isConstructed) {
    requirePrimitive(reader, 'OBJECT IDENTIFIER', isConstructed);
    const { bytes } = reader;
    const end = reader.position + length;
    if (length === 0 || (bytes[end - 1] as number) & 0x80)
      reader.fail('malformed', 'OBJECT IDENTIFIER ends within an arc');
    let text = '';
    let arc = 0;
    for (let at = reader.position; at < end; at++) {
      const octet = bytes[at] as number;
      arc = arc * 128 + (octet & 0x7f);
      if (arc > Number.MAX_SAFE_INTEGER) reader.fail('limit', 'arc of an OBJECT IDENTIFIER beyond 2^53');
      if (octet & 0x80) continue;
      if (text === '') {
        const root = Math.min(2, Math.floor(arc / 40));
        text = `${root}.${arc - root * 40}`;
      } else {
        text += `.${arc}`;
      }
      arc = 0;
    }
    reader.position = end;
    return text;
  },
  write(writer, value) {
    if (typeof value !== 'string' || !/^[0-2](\.(0|[1-9]\d{0,14}))+$/.test(value)) {
      writer.fail(
        'invalid-value',
        `expected an object identifier in dotted notation, found ${JSON.stringify(value)}`,
      );
    }
    const arcs = value.split('.').map(Number);
    const [root = 0, second = 0] = arcs;
    if (root < 2 && second > 39) writer.fail('invalid-value', `second arc of ${value} is larger than 39`);
    for (const arc of [root * 40 + second, ...arcs.slice(2)].reverse()) {
      writer.prependOctet(arc % 128);
      for (let rest = Math.floor(arc / 128); rest > 0; rest = Math.floor(rest / 128))
        writer.prependOctet(0x80 | (rest % 128));
    }
  },
  sample: (random) => `1.0.10161.${Math.floor(random() * 300)}.${Math.floor(random() * 20000)}`,
});
