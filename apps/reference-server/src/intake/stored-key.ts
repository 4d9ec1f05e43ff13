import type { Correlation, LibrarySymbol } from '@interlend/core';

/** The key under which a transaction is kept: numbers that a peer gives are unique among those of the peer only. */
export function storedKey(
  { key, scope }: Pick<Correlation, 'key' | 'scope'>,
  peer: LibrarySymbol | undefined,
): string {
  return scope === undefined || key === '' ? key : JSON.stringify([(peer ?? '').toLowerCase(), key]);
}
