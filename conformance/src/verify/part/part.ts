import type { Role } from '@interlend/core';
import type { DeskTurn, MessageTurn } from '@interlend/testing';
import type { Checklist } from '../../run/checks.js';
import type { ActOfStaff } from '../../run/side-under-test.js';
import type { Parties } from '../live-values.js';

/** What a message of the partner should be. Its octets are those of the exchange, where that has any for it. */
export type Heard = Pick<MessageTurn, 'means' | 'verdict' | 'state'> & Partial<Pick<MessageTurn, 'hex'>>;

/** Who the harness is in a conversation: what it says there, and how it judges what it hears. */
export interface Part {
  /** The two libraries in this run. */
  readonly parties: Parties;
  /** Whose messages it says. */
  readonly role: Role;
  /** Which transactions a message may belong to: what comes late of them is of no later conversation. */
  readonly keys: ReadonlySet<string>;
  /** What the desk of the exchange does: done here, or what the partner's staff has to do. */
  atDesk(turn: DeskTurn, check: string, list: Checklist): Promise<ActOfStaff | undefined>;
  /** A timer of the exchange rings. @throws CheckFailure */
  ring(): void;
  /** The octets to say at a turn. @throws CheckFailure when there is nothing to say */
  say(turn: MessageTurn | undefined): Uint8Array;
  /** What should come, as the exchange has it. */
  expected(turn: Heard): unknown;
  /** What the partner's staff has to do, so that a message comes; nothing where it comes by itself. */
  asks(turn: Heard): ActOfStaff | undefined;
  /** Judges a message of the partner; gives the evidence. @throws CheckFailure */
  judge(turn: Heard, message: unknown): string;
  /** Hears a message that comes unasked and changes nothing. */
  overhear(message: unknown): void;
  /** Looks where the loan stands after a turn that is no message. @throws CheckFailure */
  assertStands(turn: DeskTurn): void;
  /** Looks at the end; `stands` is where the partner's desk says that the loan stands, if it does. @throws CheckFailure */
  assertEnd(stands: string | undefined): string;
}
