/** What a reader refuses to go beyond. Every limit turns into a `DecodeError` with the code `limit`. */
export interface BerLimits {
  /**
   * Levels of constructed values. No message of ISO 10161 nests deeper than 20; a bomb of nested headers must not reach
   * the end of the stack.
   */
  readonly depth: number;
  /** Octets of one message. The largest known real message has less than 10 KiB; a peer must not fill the memory. */
  readonly messageOctets: number;
  /** Octets of one string. A note of a few pages fits. */
  readonly stringOctets: number;
  /** Members of one list. No list of the standard has a use for more. */
  readonly listMembers: number;
  /** Deviations that are listed. The worst known sender makes a dozen; half a million of them would fill the memory. */
  readonly deviations: number;
}

/** The limits of a reader that was given none. */
export const defaultBerLimits: BerLimits = {
  depth: 64,
  messageOctets: 1024 * 1024,
  stringOctets: 64 * 1024,
  listMembers: 4096,
  deviations: 1000,
};
