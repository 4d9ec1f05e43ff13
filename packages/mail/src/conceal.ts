const softBreak = '(?:=[ \\t]*\\r?\\n)?';

/** What finds a secret as a word of its own, also where quoted-printable breaks it over two lines. */
function wordPattern(secret: string): RegExp {
  const octets = [...Buffer.from(secret, 'utf8').toString('latin1')].map((octet) =>
    octet.replace(/[^A-Za-z0-9]/, '\\$&'),
  );
  return new RegExp(`(?<![A-Za-z0-9])${octets.join(softBreak)}(?![A-Za-z0-9])`, 'g');
}

/** The same number of characters; line ends and soft breaks stay where they are. */
function starred(found: string): string {
  return found.replaceAll(/=[ \t]*\r?\n|./gs, (piece) => (piece.length > 1 ? piece : '*'));
}

/** Lines of base64, as a mail holds an attachment or an encoded text. */
const base64Lines = /(?:^[A-Za-z0-9+/]{4,}={0,2}[ \t]*\r?\n?)+/gm;

function concealedIn(text: string, patterns: readonly RegExp[]): string {
  return patterns.reduce((before, pattern) => before.replaceAll(pattern, starred), text);
}

/** Base64 keeps its length and its line ends when what it holds keeps its length. */
function concealedInBase64(block: string, patterns: readonly RegExp[]): string {
  const held = Buffer.from(block, 'base64').toString('latin1');
  const clean = concealedIn(held, patterns);
  if (clean === held) return block;
  const digits = Buffer.from(clean, 'latin1').toString('base64');
  let at = 0;
  return block.replaceAll(/[A-Za-z0-9+/=]/g, () => digits[at++] ?? '=');
}

/**
 * The octets of a mail with secrets replaced by asterisks, wherever they stand as a word: in the open, in quoted-printable
 * or in base64. Nothing else changes, and the octets are as many as before. Mails that come back, and those that quote what
 * was sent, hold whatever was in it.
 */
export function concealInMail(raw: Uint8Array, secrets: readonly string[]): Uint8Array {
  const patterns = secrets.filter((secret) => secret !== '').map(wordPattern);
  if (patterns.length === 0) return raw;
  const text = Buffer.from(raw.buffer, raw.byteOffset, raw.length).toString('latin1');
  const clean = concealedIn(text, patterns).replaceAll(base64Lines, (block) =>
    concealedInBase64(block, patterns),
  );
  return clean === text ? raw : new Uint8Array(Buffer.from(clean, 'latin1'));
}
