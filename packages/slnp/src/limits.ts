import { defaultLineLimits, type LineLimits } from '@interlend/wire/lines';

/** What a reader of SLNP refuses to go beyond. Every limit turns into a `DecodeError` with the code `limit`. */
export interface SlnpLimits extends LineLimits {
  /** Records inside records. No command or reply known nests at all; a reader must not be sent down without end. */
  readonly depth: number;
}

/** 64 KiB a line, 1 MiB a command or reply, 16 levels. */
export const slnpLimits: SlnpLimits = { ...defaultLineLimits, depth: 16 };

/** What one session may cost. */
export interface SessionLimits {
  /** Milliseconds of waiting for the rest of a command that was begun. */
  readonly maxFrameAgeMs: number;
  /** Commands on one connection of a listener. Central servers keep connections open; a stream that never ends must. */
  readonly commandsPerConnection: number;
  /** How long a client waits for the answer to `SLNPQuit`; Koha gives none and closes. */
  readonly quitWaitMs: number;
}

/** The limits of a client or server that was given none. */
export const defaultSessionLimits: SessionLimits = {
  maxFrameAgeMs: 30_000,
  commandsPerConnection: 10_000,
  quitWaitMs: 1_000,
};
