import type { LendingEventType, Role } from './event.js';
import type { Evidence } from './evidence.js';

/** Whether a wire can say something, and if not, why. */
export type Ability =
  | { readonly can: 'yes'; readonly evidence: Evidence; readonly by: string }
  /** There is no such message: the step is recorded on this side and never faked on the wire. */
  | { readonly can: 'local-only'; readonly why: string; readonly evidence: Evidence };

/** What a protocol's wire can say, per event and speaker. */
export interface Capabilities {
  readonly protocol: string;
  /** A pair of event and speaker that is not listed cannot be said by that side at all. */
  readonly events: readonly {
    readonly event: LendingEventType;
    readonly from: Role;
    readonly ability: Ability;
  }[];
}

/** The ability for one event and speaker, or `undefined` when that side never says it. */
export function abilityFor(
  capabilities: Capabilities,
  event: LendingEventType,
  from: Role,
): Ability | undefined {
  return capabilities.events.find((row) => row.event === event && row.from === from)?.ability;
}
