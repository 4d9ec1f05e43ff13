/** A Content-Type: media type and names of parameters in lower case, values as they came. */
export interface ContentType {
  readonly mediaType: string;
  readonly parameters: ReadonlyMap<string, string>;
  /** Whether something of the field could not be read; what was read stands. */
  readonly isDamaged: boolean;
}

const tokenCharacter = /[!#$%&'*+\-.^_`|~0-9A-Za-z]/;

/**
 * Reads the value of a Content-Type field, RFC 2045 5.1: comments, quoted strings and blanks wherever a sender put them.
 * A parameter that comes twice keeps its first value. `undefined` when there is no media type.
 */
export function parseContentType(value: string): ContentType | undefined {
  let at = 0;
  let isDamaged = false;

  const skipBlanks = (): void => {
    let depth = 0;
    while (at < value.length) {
      const character = value[at];
      if (character === '(') depth++;
      else if (character === ')' && depth > 0) depth--;
      else if (character === '\\' && depth > 0) at++;
      else if (depth === 0 && character !== ' ' && character !== '\t') break;
      at++;
    }
    if (depth > 0) isDamaged = true;
  };
  const readToken = (): string => {
    skipBlanks();
    const start = at;
    while (at < value.length && tokenCharacter.test(value[at] as string)) at++;
    return value.slice(start, at);
  };
  const readQuoted = (): string => {
    let text = '';
    for (at++; at < value.length && value[at] !== '"'; at++) {
      if (value[at] === '\\' && at + 1 < value.length) at++;
      text += value[at];
    }
    if (at >= value.length) isDamaged = true;
    at++;
    return text;
  };
  const take = (character: string): boolean => {
    skipBlanks();
    if (value[at] !== character) return false;
    at++;
    return true;
  };

  const type = readToken();
  const subtype = take('/') ? readToken() : '';
  if (type === '' || subtype === '') return undefined;
  const parameters = new Map<string, string>();
  for (;;) {
    skipBlanks();
    if (at >= value.length) break;
    if (!take(';')) {
      isDamaged = true;
      while (at < value.length && value[at] !== ';') at++;
      continue;
    }
    const name = readToken().toLowerCase();
    if (name === '' || !take('=')) {
      skipBlanks();
      if (name !== '' || at < value.length) isDamaged = true;
      continue;
    }
    skipBlanks();
    const text = value[at] === '"' ? readQuoted() : readToken();
    if (parameters.has(name)) isDamaged = true;
    else parameters.set(name, text);
  }
  return { mediaType: `${type}/${subtype}`.toLowerCase(), parameters, isDamaged };
}
