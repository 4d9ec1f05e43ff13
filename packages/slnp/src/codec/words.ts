/** How the name of a command looks. */
export const commandName = /^SLNP[A-Za-z0-9_]+$/;

/** Words that look like commands and are not. */
export const reservedWords: ReadonlySet<string> = new Set(['SLNPBegin', 'SLNPEnd', 'SLNPEndCommand']);

/** Whether a text can be the name of a parameter or field. */
export function isWord(text: string): boolean {
  return /^[A-Za-z0-9_]+$/.test(text);
}

/** The name of the command that octets are, whatever follows; `undefined` when they do not begin with one. */
export function commandWord(bytes: Uint8Array): string | undefined {
  // The longest name that matters is shorter.
  const beginning = String.fromCharCode(...bytes.subarray(0, 64));
  return /^\s*(SLNP[A-Za-z0-9_]+)[ \t]*\r?\n/.exec(beginning)?.[1];
}
