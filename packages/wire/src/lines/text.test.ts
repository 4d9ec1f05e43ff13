import { describe, expect, it } from 'vitest';
import { decodeText, encodeText, splitAtColon, splitLines, trimBlanks } from './text.js';

const octets = (text: string): Uint8Array => new TextEncoder().encode(text);

describe('splitLines', () => {
  it('takes LF and CR LF, mixed, and a last line without an end', () => {
    const lines = splitLines(octets('a\r\nb\n\nc\r'));
    expect(lines.map((line) => [line.number, line.offset, new TextDecoder().decode(line.octets)])).toEqual([
      [1, 0, 'a'],
      [2, 3, 'b'],
      [3, 5, ''],
      [4, 6, 'c\r'],
    ]);
  });
});

describe('text of lines', () => {
  it('reads UTF-8 strictly and keeps a byte order mark as text', () => {
    expect(decodeText(octets('\ufeffM\u00fcller'), 'utf-8')).toBe('\ufeffM\u00fcller');
    expect(decodeText(Uint8Array.of(0x4d, 0xfc), 'utf-8')).toBeUndefined();
  });

  it('reads each octet of ISO 8859-1 as the character of the same number', () => {
    const all = Uint8Array.from({ length: 256 }, (_, octet) => octet);
    const text = decodeText(all, 'iso-8859-1') ?? '';
    expect(Array.from(text, (letter) => letter.charCodeAt(0))).toEqual([...all]);
    expect(encodeText(text, 'iso-8859-1')).toEqual(all);
  });

  it('does not write what a character set lacks', () => {
    expect(encodeText('\u0160', 'iso-8859-1')).toBeUndefined();
    expect(encodeText('\ud800', 'utf-8')).toBeUndefined();
    expect(encodeText('\u0160', 'utf-8')).toEqual(octets('\u0160'));
  });
});

describe('splitAtColon', () => {
  it('splits at the first colon only and takes blanks from the ends', () => {
    expect(splitAtColon(' SigelListe : DE-1:DE-2 \t')).toEqual({ name: 'SigelListe', value: 'DE-1:DE-2' });
    expect(splitAtColon('no field')).toBeUndefined();
    expect(trimBlanks('\u00a0 x')).toBe('\u00a0 x');
  });
});
