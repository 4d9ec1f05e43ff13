import { type LibrarySymbol, parseSymbol } from '@interlend/core';

/** The mail addresses among symbols that stand for libraries. */
export function addressesOf(symbols: readonly LibrarySymbol[]): readonly string[] {
  return symbols.map((symbol) => parseSymbol(symbol).code).filter((code) => code.includes('@'));
}
