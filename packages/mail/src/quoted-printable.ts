const lineLength = 76;
const space = 0x20;
const tab = 0x09;

/** RFC 2045 6.7, for lines that end in `\n`. */
export function toQuotedPrintable(text: string): string {
  return text
    .split('\n')
    .map((line) => softWrapped(quoted(line)))
    .join('\r\n');
}

function quoted(line: string): readonly string[] {
  const octets = Buffer.from(line, 'utf8');
  return [...octets].map((octet, index) => {
    const isBlank = octet === space || octet === tab;
    const isLast = index === octets.length - 1;
    const isPlain = (octet > space && octet < 0x7f && octet !== 0x3d) || (isBlank && !isLast);
    return isPlain ? String.fromCharCode(octet) : `=${octet.toString(16).toUpperCase().padStart(2, '0')}`;
  });
}

function softWrapped(tokens: readonly string[]): string {
  let wrapped = '';
  let length = 0;
  for (const [index, token] of tokens.entries()) {
    const isLast = index === tokens.length - 1;
    if (length + token.length > lineLength - (isLast ? 0 : 1)) {
      wrapped += '=\r\n';
      length = 0;
    }
    wrapped += token;
    length += token.length;
  }
  return wrapped;
}

/** The octets behind quoted-printable text. What is no escape stays as it is. */
export function fromQuotedPrintable(text: string): Uint8Array {
  const joined = text.replaceAll(/=[ \t]*\r\n/g, '');
  const octets = joined.replaceAll(/=([0-9A-Fa-f]{2})/g, (_, hex: string) =>
    String.fromCharCode(Number.parseInt(hex, 16)),
  );
  return Buffer.from(octets, 'latin1');
}
