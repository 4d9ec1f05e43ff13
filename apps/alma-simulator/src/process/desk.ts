import {
  fromLendingRequest,
  type Partner,
  type ResourceSharingRequest,
  toLendingRequest,
} from '@interlend/alma';
import type { AlmaState } from '@interlend/alma/double';
import {
  advance,
  eventKey,
  type GuardContext,
  isInterlendError,
  isSameSymbol,
  type LendingEvent,
  newTransaction,
  type Transaction,
} from '@interlend/core';
import type { OpenBinding, ProtocolBinding } from '../bindings/binding.js';
import type { SimulatorClock } from '../clock.js';
import { onShelf, outOnLoan, removeTemporaryItem, temporaryItem } from './items.js';
import { isCopy, move, type SimulatedLoan, type Spoken, wake } from './loan.js';
import { type StaffAction, StaffActions, type StaffInput } from './staff-actions.js';
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

/** What staff cannot do, and why. */
export class StaffError extends Error {
  override readonly name = 'StaffError';
  readonly status: 404 | 409;

  constructor(status: 404 | 409, message: string) {
    super(message);
    this.status = status;
  }
}

/** What a desk works with. */
export interface DeskParts {
  readonly state: AlmaState;
  readonly clock: SimulatorClock;
  readonly institution: Institution;
  /** "Checked In Message" of the workflow profile. */
  readonly sendsCheckedIn: boolean;
  readonly isLocating: boolean;
  readonly channels: () => ReadonlyMap<ProtocolBinding, OpenBinding>;
  readonly onProblem: (problem: string) => void;
}

/** The resource-sharing desk of the simulator: what staff do, and what becomes of what partners say. */
export class Desk {
  readonly #parts: DeskParts;
  readonly #loans = new Map<string, SimulatedLoan>();
  readonly #watchers = new Set<() => void>();
  #qualifiers = 0;

  constructor(parts: DeskParts) {
    this.#parts = parts;
  }

  /** Calls `look` after every change until the function returned is called. */
  watch(look: () => void): () => void {
    this.#watchers.add(look);
    return () => {
      this.#watchers.delete(look);
    };
  }

  get loans(): ReadonlyMap<string, SimulatedLoan> {
    return this.#loans;
  }

  request(id: string): ResourceSharingRequest | undefined {
    const { lending, borrowing } = this.#parts.state;
    return lending.get(id) ?? borrowing.get(id)?.request;
  }

  /** Names of the actions that the state of a request allows. */
  allowed(id: string): readonly string[] {
    const loan = this.#loans.get(id);
    if (!loan) return this.#parts.state.borrowing.has(id) ? ['send'] : [];
    return StaffActions.filter((action) => this.#canSay(loan, action)).map(({ name }) => name);
  }

  /** Sends a borrowing request to a partner. @throws StaffError */
  async send(id: string, input: StaffInput): Promise<void> {
    const { state, institution } = this.#parts;
    const found = state.borrowing.get(id);
    if (!found) throw new StaffError(404, `there is no borrowing request ${id}`);
    if (this.#loans.has(id)) throw new StaffError(409, `request ${id} was sent already`);
    const code = input.partner ?? found.request.partner?.value;
    const partner = code === undefined ? undefined : state.partners.get(code);
    if (!partner) throw new StaffError(409, 'expected a partner to send to, found none');
    const binding = this.#bindingOf(partner);
    const symbol = binding?.symbolOf(partner);
    if (!binding || symbol === undefined) throw new StaffError(409, `no protocol here speaks with ${code}`);
    const request = toLendingRequest(found.request, {
      borrower: { symbol: institution.symbol, name: institution.name },
      lender: { symbol },
    });
    const event: LendingEvent = { type: 'requested', from: 'borrower', request };
    const opening = {
      borrower: institution.symbol,
      lender: symbol,
      group: found.request.external_id ?? id,
      qualifier: String(++this.#qualifiers),
    };
    const step = binding.protocol.say(binding.protocol.begin(opening), event, this.#context(binding));
    const [message] = step.replies;
    const loan: SimulatedLoan = {
      requestId: id,
      role: 'borrower',
      partner: partner.partner_details.code,
      binding,
      key: binding.protocol.correlate(message).key,
      guard: step.guard,
      transaction: advance(newTransaction('borrower', request), event),
      wakeAt: undefined,
      spoken: [],
    };
    state.changeRequest(found.request, { partner: { value: loan.partner } });
    await this.#keep(loan, event, step.replies, []);
  }

  /** Does something with a request. @throws StaffError */
  async act(id: string, name: string, input: StaffInput): Promise<void> {
    if (name === 'send') return this.send(id, input);
    const loan = this.#loans.get(id);
    if (!loan) throw new StaffError(404, `no request ${id} is spoken of with a partner`);
    const action = StaffActions.find((one) => one.name === name && one.role === loan.role);
    if (!action) throw new StaffError(404, `a ${loan.role} has no action ${name}`);
    const { clock, sendsCheckedIn, state } = this.#parts;
    const event = action.toEvent({
      today: clock.now().toISOString().slice(0, 10),
      isCopy: isCopy(loan),
      input,
    });
    const isSilent = event.type === 'checkedIn' && !sendsCheckedIn;
    let transaction: Transaction;
    let step: ReturnType<ProtocolBinding['protocol']['say']> | undefined;
    try {
      transaction = advance(loan.transaction, event);
      step = isSilent ? undefined : loan.binding.protocol.say(loan.guard, event, this.#context(loan.binding));
    } catch (error) {
      if (!isInterlendError(error)) throw error;
      throw new StaffError(409, error.message);
    }
    const next = { ...loan, transaction, guard: step?.guard ?? loan.guard, wakeAt: wake(loan, step?.wakeAt) };
    this.#moveItem(next, event, input, state);
    await this.#keep(next, event, step?.replies ?? [], step?.warnings ?? []);
  }

  /** Takes a message of a partner. */
  async hear(binding: ProtocolBinding, message: unknown): Promise<void> {
    const { protocol } = binding;
    const { key, to, isOpening, borrower } = protocol.correlate(message);
    const known = [...this.#loans.values()].find(
      (loan) => loan.binding === binding && loan.key === key && (to === undefined || loan.role === to),
    );
    const partner = known
      ? this.#parts.state.partners.get(known.partner)
      : this.#partnerNamed(binding, borrower);
    if (!partner || (!known && !isOpening)) {
      this.#parts.onProblem(
        `${protocol.describe(message)} of nobody that is known: ${borrower ?? 'no symbol'}`,
      );
      for (const look of this.#watchers) look();
      return;
    }
    const step = protocol.receive(known?.guard, message, this.#context(binding));
    const loan = known ?? this.#newLendingLoan(binding, partner, message, step.guard);
    if (!loan) return this.#reply(binding, partner, key, step.replies);
    const moved = step.event === undefined ? loan.transaction : move(loan.transaction, step.event);
    const heard: Spoken = {
      at: this.#parts.clock.now(),
      direction: 'in',
      message: protocol.describe(message),
      event: step.event && eventKey(step.event),
      warnings: step.warnings,
    };
    const next = {
      ...loan,
      guard: step.guard,
      transaction: moved,
      wakeAt: wake(loan, step.wakeAt),
      spoken: [...loan.spoken, heard],
    };
    await this.#keep(next, step.event, step.replies, []);
  }

  /** The nightly job: requests whose time has passed expire. Gives how many did. */
  async expire(): Promise<number> {
    const now = this.#parts.clock.now();
    const due = [...this.#loans.values()].filter(({ wakeAt }) => wakeAt !== undefined && wakeAt <= now);
    for (const loan of due) {
      const step = loan.binding.protocol.expire(loan.guard, this.#context(loan.binding));
      const transaction = step.event === undefined ? loan.transaction : move(loan.transaction, step.event);
      const next = { ...loan, guard: step.guard, transaction, wakeAt: undefined };
      await this.#keep(next, step.event, step.replies, step.warnings);
    }
    return due.length;
  }

  /** An item was scanned in: what comes back from a loan is checked in. */
  async scanned(barcode: string | undefined): Promise<void> {
    const loan = [...this.#loans.values()].find(
      ({ role, requestId, transaction }) =>
        role === 'lender' &&
        barcode !== undefined &&
        this.request(requestId)?.barcode === barcode &&
        transaction.state !== 'checkedIn',
    );
    if (loan && this.allowed(loan.requestId).includes('check-in'))
      await this.act(loan.requestId, 'check-in', {});
  }

  #newLendingLoan(
    binding: ProtocolBinding,
    partner: Partner,
    message: unknown,
    guard: unknown,
  ): SimulatedLoan | undefined {
    if (guard === undefined) return undefined;
    const { state, institution, isLocating } = this.#parts;
    const { protocol } = binding;
    const request = protocol.toRequest(message);
    const asked = {
      ...fromLendingRequest('lender', request),
      external_id: binding.externalIdOf(message),
      owner: institution.library,
    };
    const { request_id } = state.addLendingRequest(partner, asked, isLocating);
    return {
      requestId: request_id,
      role: 'lender',
      partner: partner.partner_details.code,
      binding,
      key: protocol.correlate(message).key,
      guard,
      transaction: newTransaction('lender', request),
      wakeAt: undefined,
      spoken: [],
    };
  }

  async #keep(
    loan: SimulatedLoan,
    event: LendingEvent | undefined,
    messages: readonly unknown[],
    warnings: readonly string[],
  ): Promise<void> {
    const { state, clock } = this.#parts;
    const { protocol } = loan.binding;
    const said = messages.map(
      (message): Spoken => ({
        at: clock.now(),
        direction: 'out',
        message: protocol.describe(message),
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
    for (const look of this.#watchers) look();
    const partner = state.partners.get(loan.partner);
    if (partner) await this.#reply(loan.binding, partner, loan.key, messages);
  }

  async #reply(
    binding: ProtocolBinding,
    partner: Partner,
    key: string,
    messages: readonly unknown[],
  ): Promise<void> {
    for (const message of messages) await this.#parts.channels().get(binding)?.send(partner, key, message);
  }

  #moveItem(loan: SimulatedLoan, event: LendingEvent, { barcode }: StaffInput, state: AlmaState): void {
    const request = this.request(loan.requestId);
    if (!request || isCopy(loan)) return;
    if (event.type === 'shipped') {
      const changed = barcode === undefined ? request : state.changeRequest(request, { barcode });
      state.changeRequest(changed, { supplied_format: { value: 'PHYSICAL' } });
      outOnLoan(state, barcode);
    } else if (event.type === 'checkedIn') onShelf(state, request.barcode);
    else if (event.type === 'received') {
      const item = temporaryItem(state, request, barcode);
      state.changeRequest(request, { barcode: item.barcode, mms_id: item.mms });
    } else if (event.type === 'returned') removeTemporaryItem(state, request);
  }

  #canSay(loan: SimulatedLoan, action: StaffAction): boolean {
    if (action.role !== loan.role) return false;
    const event = action.toEvent({ today: '2026-01-01', isCopy: isCopy(loan), input: { note: '.' } });
    try {
      advance(loan.transaction, event);
      loan.binding.protocol.say(loan.guard, event, this.#context(loan.binding));
      return true;
    } catch (error) {
      if (isInterlendError(error)) return false;
      throw error;
    }
  }

  #bindingOf({ partner_details: { profile_details } }: Partner): ProtocolBinding | undefined {
    const type = profile_details?.profile_type;
    return [...this.#parts.channels().keys()].find(({ profileTypes }) =>
      profileTypes.some((one) => one === type),
    );
  }

  #partnerNamed(binding: ProtocolBinding, symbol: string | undefined): Partner | undefined {
    if (symbol === undefined) return undefined;
    return [...this.#parts.state.partners.values()].find((partner) => {
      const own = binding.symbolOf(partner);
      return own !== undefined && isSameSymbol(own, symbol) && partner.partner_details.status !== 'INACTIVE';
    });
  }

  #context({ profile }: ProtocolBinding): GuardContext {
    return { now: this.#parts.clock.now(), isStrict: false, profile };
  }
}
