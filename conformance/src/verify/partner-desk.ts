import type { Role } from '@interlend/core';
import { NotTried } from '../run/checks.js';
import type { ActOfStaff } from '../run/side-under-test.js';
import type { Parties } from './live-values.js';

/** What the partner's staff is asked to do in one loan. */
export interface LoanDesk {
  /**
   * Has the partner's staff do something. `requested` begins the loan, with the request.
   *
   * @returns a signal that aborts when staff give up; its reason says why
   * @throws CheckFailure when the partner does not let its staff do it
   * @throws NotTried when there is nobody to do it
   */
  act(event: ActOfStaff, about: AboutAct): Promise<AbortSignal | undefined>;
  /** Where the loan stands at the partner's, where the desk can tell. */
  stands?(): Promise<string | undefined>;
}

/** What a desk may need to know beside the act itself. */
export interface AboutAct {
  /** What the harness said in this loan so far: it must have reached the desk first. */
  readonly said: readonly Uint8Array[];
  /** The message that should come of the act, as the exchange has it, and its name. */
  readonly expected?: { readonly message: unknown; readonly name: string };
}

/** Whoever works at the partner's desk while it is verified. */
export interface PartnerDesk {
  /** For reports. */
  readonly name: string;
  /**
   * Whether days, notes and reasons reach the wire as the scenario has them. People enter what their system takes; then
   * only their presence is looked at.
   */
  readonly isExact: boolean;
  /** @param role what the partner does in the loan */
  begin(parties: Parties, role: Role): LoanDesk;
}

const words: Readonly<Record<string, string>> = {
  requested: 'ask for the item',
  willSupply: 'answer that the item will be supplied later',
  holdPlaced: 'place a hold',
  conditional: 'answer that the item is supplied on a condition only',
  conditionAnswered: 'answer the condition',
  retryLater: 'answer that the request may be made again later',
  unfilled: 'answer that the request cannot be filled',
  locationsProvided: 'name other libraries that may have the item',
  estimated: 'name the cost',
  expired: 'let the request expire',
  shipped: 'ship the item',
  cancelRequested: 'cancel the request',
  cancelAnswered: 'answer the cancellation',
  received: 'receive the item',
  returned: 'return the item',
  checkedIn: 'check the item in',
  renewRequested: 'ask for a renewal',
  renewAnswered: 'answer the renewal',
  recalled: 'recall the item',
  overdue: 'say that the item is overdue',
  lost: 'say that the item is lost',
  damaged: 'say that the item is damaged',
  message: 'write a message to the other library',
  statusQueried: 'ask where the loan stands',
};

/** What staff has to do, in one sentence with its particulars. */
export function instruction({ type, from: _, ...particulars }: ActOfStaff): string {
  const shown = flat(particulars).map(([path, value]) => `${path} ${value}`);
  return [words[type] ?? type, ...(shown.length > 0 ? [shown.join(', ')] : [])].join(': ');
}

function flat(value: unknown, path = ''): readonly (readonly [string, string])[] {
  if (typeof value !== 'object' || value === null) {
    const shown = value === true ? 'yes' : value === false ? 'no' : JSON.stringify(value);
    return [[path, shown]];
  }
  return Object.entries(value).flatMap(([key, member]) => flat(member, path === '' ? key : `${path}.${key}`));
}

/** Nobody: whatever needs an act of the partner's staff is not tried, and the act is named. */
export const emptyDesk: PartnerDesk = {
  name: 'nobody',
  isExact: false,
  begin: () => ({
    act: (event) => {
      throw new NotTried(
        `nobody at the partner's desk, who would have to ${instruction(event)}; give --operator, or --desk URL for a reference server`,
      );
    },
  }),
};
