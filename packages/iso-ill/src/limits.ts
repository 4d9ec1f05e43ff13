import { type BerLimits, defaultBerLimits } from '@interlend/wire/ber';

/**
 * What a reader of APDUs refuses to go beyond: 1 MiB an APDU, 64 KiB a string, 64 levels, as
 * `BerLimits` explains. A partner that sends more is misled or hostile.
 */
export const illLimits: BerLimits = defaultBerLimits;

/** Octets that an APDU can begin with: `[APPLICATION 1]` to `[APPLICATION 20]`, constructed. */
export const firstApduOctets = { least: 0x61, most: 0x74 } as const;

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
