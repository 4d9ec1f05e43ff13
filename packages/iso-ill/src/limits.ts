import { type BerLimits, defaultBerLimits } from '@interlend/wire/ber';

/**
 * What a reader of APDUs refuses to go beyond: 1 MiB an APDU, 64 KiB a string, 64 levels, as
 * `BerLimits` explains. A partner that sends more is misled or hostile.
 */
export const illLimits: BerLimits = defaultBerLimits;

/**
 * Octets that something meant as an APDU can begin with: `[APPLICATION 1]` to `[APPLICATION 30]`, constructed. Only twenty
 * of them are APDUs; the others are owed the error report *unrecognized-APDU*. All else is another protocol or noise.
 */
export const firstApduOctets = { least: 0x61, most: 0x7e } as const;

/** What one connection may cost. */
export interface ConversationLimits {
  /**
   * Milliseconds of waiting for the rest of an APDU. The largest one needs about 10 s on a slow line; a sender that lets
   * octets drip must not hold a connection for an hour.
   */
  readonly maxFrameAgeMs: number;
  /**
   * APDUs on one connection to a listener. Peers open one per APDU or send what piled up since yesterday; a stream that
   * never ends must.
   */
  readonly apdusPerConnection: number;
  /** Open connections of one listener; further ones are broken off at once. Each may hold an unfinished APDU. */
  readonly connections: number;
  /** APDUs received and not asked for by the caller of a two-way connection. */
  readonly bufferedApdus: number;
}

/** The limits of a client or server that was given none. */
export const defaultConversationLimits: ConversationLimits = {
  maxFrameAgeMs: 30_000,
  apdusPerConnection: 1000,
  connections: 256,
  bufferedApdus: 1000,
};

/** What a reader of mail refuses to go beyond. Every limit turns into a `DecodeError` with the code `limit`. */
export interface MimeLimits {
  /** Octets of a mail. Base64 makes an APDU of the largest size 1.4 MiB; a few of them fit. */
  readonly entityOctets: number;
  /** Octets of one header. Gateways add trace fields; 64 KiB hold hundreds of them. */
  readonly headerOctets: number;
  /** Entities in one mail, at all levels. Nobody sends a day's traffic in one mail. */
  readonly parts: number;
  /** Levels of multipart. Mailing lists and forwarding add one each. */
  readonly depth: number;
}

/** The limits of a reader of mail that was given none. */
export const defaultMimeLimits: MimeLimits = {
  entityOctets: 8 * 1024 * 1024,
  headerOctets: 64 * 1024,
  parts: 64,
  depth: 8,
};
