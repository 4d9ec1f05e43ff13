import type { LibrarySymbol } from '@interlend/core';

const authority = 'MAIL';

/** A mail address as a symbol, for mails that name no library otherwise. */
export function symbolOfAddress(address: string): LibrarySymbol {
  return `${authority}:${address.toLowerCase()}`;
}
