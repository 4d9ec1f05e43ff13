/** How much of a mail is read and written. */
export interface MailLimits {
  /** Octets of a whole mail. */
  readonly messageOctets: number;
  /** Lines of a whole mail. */
  readonly lines: number;
  /** Octets of all header blocks together. */
  readonly headerOctets: number;
  /** Parts within parts. */
  readonly nesting: number;
  /** Characters of HTML that are looked at where a mail has no plain text. */
  readonly htmlCharacters: number;
  /** Characters of the text that is kept of a mail. */
  readonly textCharacters: number;
  /** Earlier mails that one mail names. */
  readonly references: number;
  /** Servers that a mail has passed. */
  readonly hops: number;
}

/**
 * - `messageOctets`: a letter with a logo has some hundred kilobytes, an order file of 50 orders some thirty.
 * - `lines`: so many has a mail of the largest size that is encoded in base64. Reading costs a fixed time for each.
 * - `headerOctets`: what common servers accept in one header block.
 * - `nesting`: a forwarded letter in a signed mail has five levels.
 * - `htmlCharacters`: form letters have some fifty thousand; elements within elements cost more the deeper they are.
 * - `textCharacters`: far beyond any letter; what is longer is somebody's attachment.
 * - `references`: a long exchange; clients shorten the list themselves.
 * - `hops`: RFC 5321 6.3 asks for at least 100 to be allowed before a loop is assumed.
 */
export const defaultMailLimits: MailLimits = {
  messageOctets: 4 * 1024 * 1024,
  lines: 60_000,
  headerOctets: 128 * 1024,
  nesting: 16,
  htmlCharacters: 512 * 1024,
  textCharacters: 512 * 1024,
  references: 64,
  hops: 100,
};

/** RFC 5321 4.5.3.1.6: octets of a text line without its end. */
export const lineOctets = 998;

/** RFC 5322 2.1.1: characters that a line should not exceed. */
export const foldedAt = 78;

/** RFC 5321 4.5.3.1: octets before the `@`, of the domain, and of the path without its brackets. */
export const addressOctets = { local: 64, domain: 255, whole: 254 } as const;
