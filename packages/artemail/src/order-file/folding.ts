import { Letters, Signs } from '../tables/transliteration.js';

/** A character that order files cannot carry, and what stands for it. */
export interface Transliteration {
  readonly character: string;
  readonly as: string;
  readonly rule: 'letter' | 'sign' | 'without-marks' | 'unknown' | 'control';
}

function isPrintableAscii(text: string): boolean {
  return /^[\x20-\x7e]+$/.test(text);
}

function transliterate(character: string): Transliteration {
  const letter = Letters[character];
  if (letter !== undefined) return { character, as: letter, rule: 'letter' };
  const sign = Signs[character];
  if (sign !== undefined) return { character, as: sign, rule: 'sign' };
  if (/^[\p{Zs}\t\r\n]$/u.test(character)) return { character, as: ' ', rule: 'sign' };
  if (/^[\p{Cc}\p{Cf}]$/u.test(character)) return { character, as: '', rule: 'control' };
  const base = character.normalize('NFKD').replaceAll(/\p{M}/gu, '');
  if (base === '' && character !== '') return { character, as: '', rule: 'without-marks' };
  const plain = [...base].map((part) => Letters[part] ?? Signs[part] ?? part).join('');
  return isPrintableAscii(plain)
    ? { character, as: plain, rule: 'without-marks' }
    : { character, as: '?', rule: 'unknown' };
}

/**
 * A text in the characters of order files, on one line: accents go, letters and signs are written out, what has no
 * counterpart becomes `?`. Each character that was changed is listed once.
 */
export function fold(text: string): { readonly text: string; readonly changes: readonly Transliteration[] } {
  const changes = new Map<string, Transliteration>();
  const folded = [...text].map((character) => {
    if (isPrintableAscii(character)) return character;
    const change = transliterate(character);
    changes.set(character, change);
    return change.as;
  });
  return { text: folded.join('').replaceAll(/ +/g, ' ').trim(), changes: [...changes.values()] };
}
