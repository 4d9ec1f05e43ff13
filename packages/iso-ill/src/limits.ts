import { type BerLimits, defaultBerLimits } from '@interlend/wire/ber';

/**
 * What a reader of APDUs refuses to go beyond: 1 MiB an APDU, 64 KiB a string, 64 levels, as
 * `BerLimits` explains. A partner that sends more is misled or hostile.
 */
export const illLimits: BerLimits = defaultBerLimits;

/** Octets that an APDU can begin with: `[APPLICATION 1]` to `[APPLICATION 20]`, constructed. */
export const firstApduOctets = { least: 0x61, most: 0x74 } as const;
