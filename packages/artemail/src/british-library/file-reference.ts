import { createHash } from 'node:crypto';

/** A number for the subject, which the British Library quotes when it writes about the file. */
export function fileReference(...parts: readonly string[]): string {
  const digest = createHash('sha256').update(parts.join(' ')).digest();
  return String(digest.readUInt32BE(0) % 100_000_000).padStart(8, '0');
}

/** The subject of a file, and the name under which a mail about it finds the orders that were in it. */
export function subjectOfFile(reference: string): string {
  return `FILEREFNO ${reference}`;
}

/** The number that a subject asks to be quoted, or that a text quotes. */
export function fileReferenceIn(text: string): string | undefined {
  return /\bFILEREFNO[ \t]+(\d{1,20})\b/i.exec(text)?.[1];
}
