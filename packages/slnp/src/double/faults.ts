import type { SlnpReply } from '../messages/message.js';

/** A command by the name that `describe` gives it, and which time it is said, counted from 1 and per double. */
interface FaultAt {
  readonly command: string;
  readonly occurrence?: number;
}

/** What the double does wrong when it says a command. It says the command again, whole, where it got no reply. */
export type OutgoingFault = FaultAt &
  (
    | { readonly say: 'twice' }
    /** Breaks off in the middle of the command. */
    | { readonly say: 'half' }
    /** Goes away before the reply. */
    | { readonly say: 'and-leave' }
    /** In ISO 8859-1, whatever the rules say. */
    | { readonly say: 'latin-1' }
    | { readonly say: 'without'; readonly parameter: string }
  );

/** What the double does wrong when it hears a command. */
export type IncomingFault = FaultAt &
  /** Takes note and goes away without a reply. */
  (
    | { readonly answer: 'not' }
    /** Takes no note. */
    | { readonly answer: SlnpReply }
  );

/** Something that goes wrong, once unless said otherwise. */
export type HubFault = OutgoingFault | IncomingFault;

/** Counts commands, and finds what goes wrong with the next one. */
export class FaultPlan {
  readonly #faults: readonly HubFault[];
  readonly #counts = new Map<string, number>();

  constructor(faults: readonly HubFault[]) {
    this.#faults = faults;
  }

  nextOutgoing(command: string): OutgoingFault | undefined {
    const fault = this.#next('out', command);
    return fault && 'say' in fault ? fault : undefined;
  }

  nextIncoming(command: string): IncomingFault | undefined {
    const fault = this.#next('in', command);
    return fault && 'answer' in fault ? fault : undefined;
  }

  #next(direction: 'in' | 'out', command: string): HubFault | undefined {
    const key = `${direction} ${command}`;
    const occurrence = (this.#counts.get(key) ?? 0) + 1;
    this.#counts.set(key, occurrence);
    return this.#faults.find(
      (fault) =>
        fault.command === command &&
        (fault.occurrence ?? 1) === occurrence &&
        'say' in fault === (direction === 'out'),
    );
  }
}
