/** How the name of a command looks. */
export const commandName = /^SLNP[A-Za-z0-9_]+$/;

/** Words that look like commands and are not. */
export const reservedWords: ReadonlySet<string> = new Set(['SLNPBegin', 'SLNPEnd', 'SLNPEndCommand']);

/** Whether a text can be the name of a parameter or field. */
export function isWord(text: string): boolean {
  return /^[A-Za-z0-9_]+$/.test(text);
}
