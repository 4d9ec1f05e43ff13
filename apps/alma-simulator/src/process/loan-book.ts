import type { Partner, ResourceSharingRequest } from '@interlend/alma';
import type { AlmaState } from '@interlend/alma/double';
import { eventKey, type GuardContext, type LendingEvent } from '@interlend/core';
import type { MailSettings, OpenBinding, ProtocolBinding } from '../bindings/binding.js';
import type { SimulatorClock } from '../clock.js';
import { isCopy, type SimulatedLoan, type Spoken } from './loan.js';
import { statusAfter } from './steps.js';

/** The institution that the simulator is. */
export interface Institution {
  readonly code: string;
  readonly name: string;
  /** By which partners name it. */
  readonly symbol: string;
  /** Code of the resource-sharing library. */
  readonly library: string;
}

/** What the parts of the process work with. */
export interface ProcessParts {
  readonly state: AlmaState;
  readonly clock: SimulatorClock;
  readonly institution: Institution;
  readonly mail: MailSettings;
  /** "Checked In Message" of the workflow profile. */
  readonly sendsCheckedIn: boolean;
  readonly isLocating: boolean;
  readonly channels: () => ReadonlyMap<ProtocolBinding, OpenBinding>;
  readonly onProblem: (problem: string) => void;
}

/** The loans that are spoken of with partners: what was said, and what became of the requests in Alma. */
export class LoanBook {
  readonly #parts: ProcessParts;
  readonly #loans = new Map<string, SimulatedLoan>();
  readonly #watchers = new Set<() => void>();

  constructor(parts: ProcessParts) {
    this.#parts = parts;
  }

  get loans(): ReadonlyMap<string, SimulatedLoan> {
    return this.#loans;
  }

  /** Calls `look` after every change until the function returned is called. */
  watch(look: () => void): () => void {
    this.#watchers.add(look);
    return () => {
      this.#watchers.delete(look);
    };
  }

  changed(): void {
    for (const look of this.#watchers) look();
  }

  request(id: string): ResourceSharingRequest | undefined {
    const { lending, borrowing } = this.#parts.state;
    return lending.get(id) ?? borrowing.get(id)?.request;
  }

  /** What a guard is told of the world and of the partner. */
  contextFor({ profile, agreedWith }: ProtocolBinding, partner: Partner | undefined): GuardContext {
    const { clock, mail, state } = this.#parts;
    const agreed = partner && agreedWith?.(partner, mail);
    return {
      now: clock.now(),
      isStrict: false,
      profile,
      get ownNumber() {
        return state.nextExternalId();
      },
      ...(agreed !== undefined && { partner: agreed }),
      findPatron(identifier) {
        const user = state.users.get(identifier);
        return user && { identifier, mayBorrow: (user.user_block ?? []).length === 0 };
      },
    };
  }

  partnerOf({ partner }: SimulatedLoan): Partner | undefined {
    return partner === undefined ? undefined : this.#parts.state.partners.get(partner);
  }

  /** Keeps a loan after a step, gives its request the status that belongs to it, and puts messages on their way. */
  async keep(
    loan: SimulatedLoan,
    event: LendingEvent | undefined,
    messages: readonly unknown[],
    warnings: readonly string[],
  ): Promise<void> {
    const { state, clock } = this.#parts;
    const said = messages.map(
      (message): Spoken => ({
        at: clock.now(),
        direction: 'out',
        message: loan.binding.protocol.describe(message),
        event: event && eventKey(event),
        warnings,
      }),
    );
    this.#loans.set(loan.requestId, { ...loan, spoken: [...loan.spoken, ...said] });
    const request = this.request(loan.requestId);
    // A lending request that was just made has its status from locating.
    const isNew = event?.type === 'requested' && loan.role === 'lender';
    const status = event && !isNew ? statusAfter(loan.role, eventKey(event), isCopy(loan)) : undefined;
    if (request && status) state.changeRequest(request, { status });
    this.changed();
    await this.say(loan.binding, this.partnerOf(loan), loan.key, messages);
  }

  /** Puts messages on their way to a partner. */
  async say(
    binding: ProtocolBinding,
    partner: Partner | undefined,
    key: string,
    messages: readonly unknown[],
  ): Promise<void> {
    for (const message of messages) {
      if (partner) await this.#parts.channels().get(binding)?.send(partner, key, message);
      else this.#parts.onProblem(`${binding.protocol.describe(message)}: no partner to say it to`);
    }
  }

  bindingOf({ partner_details: { profile_details } }: Partner): ProtocolBinding | undefined {
    const type = profile_details?.profile_type;
    return [...this.#parts.channels().keys()].find(({ profileTypes }) =>
      profileTypes.some((one) => one === type),
    );
  }
}
