/** What a reader of lines refuses to go beyond. Every limit turns into a `DecodeError` with the code `limit`. */
export interface LineLimits {
  /** Octets of one line, its end included. */
  readonly lineOctets: number;
  /** Octets of one message, all its lines and their ends included. */
  readonly messageOctets: number;
}

/** 64 KiB hold the longest note that anybody types; 1 MiB holds a message of hundreds of such lines. */
export const defaultLineLimits: LineLimits = { lineOctets: 64 * 1024, messageOctets: 1024 * 1024 };
