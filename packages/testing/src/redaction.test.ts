import { describe, expect, it } from 'vitest';
import { redact } from './redaction.js';

const encoder = new TextEncoder();

describe('redact', () => {
  it('replaces every occurrence by as many octets', () => {
    const bytes = encoder.encode('for Müller, by Müller');
    const hidden = redact(bytes, ['Müller']);
    expect(new TextDecoder().decode(hidden)).toBe('for xxxxxxx, by xxxxxxx');
    expect(hidden.length).toBe(bytes.length);
  });

  it('leaves what is not named', () => {
    expect(redact(encoder.encode('On examples'), ['Müller'])).toEqual(encoder.encode('On examples'));
  });

  it('does not begin in the middle of an octet', () => {
    expect(redact(Uint8Array.of(0x16, 0x16, 0x20), ['aa'])).toEqual(Uint8Array.of(0x16, 0x16, 0x20));
  });

  it('replaces the longer of two texts first', () => {
    expect(new TextDecoder().decode(redact(encoder.encode('Anna, Annabel'), ['Anna', 'Annabel']))).toBe(
      'xxxx, xxxxxxx',
    );
  });

  it('leaves single characters, which would hit the encoding', () => {
    expect(redact(encoder.encode('a b'), ['a'])).toEqual(encoder.encode('a b'));
  });
});
