import type { PeerSettings } from '../settings.js';

/** A partner of Alma as a peer of this server: what its record says, without secrets. */
export interface ImportedPeer {
  /** Code of the partner in Alma. */
  readonly code: string;
  readonly peer: PeerSettings;
}

/** A partner that could not become a peer, and why. */
export interface SkippedPartner {
  readonly code: string;
  readonly why: string;
}

/** What a look at the partners brought. */
export interface Import {
  readonly peers: readonly ImportedPeer[];
  readonly skipped: readonly SkippedPartner[];
}
