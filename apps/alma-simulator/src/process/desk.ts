import { type ResourceSharingRequest, toLendingRequest } from '@interlend/alma';
import { abilityFor, advance, isInterlendError, type LendingEvent, newTransaction } from '@interlend/core';
import { onShelf, outOnLoan, removeTemporaryItem, temporaryItem } from './items.js';
import { isCopy, move, type SimulatedLoan, wake } from './loan.js';
import type { LoanBook, ProcessParts } from './loan-book.js';
import { type StaffAction, StaffActions, type StaffInput } from './staff-actions.js';

/** What staff cannot do, and why. */
export class StaffError extends Error {
  override readonly name = 'StaffError';
  readonly status: 404 | 409;

  constructor(status: 404 | 409, message: string) {
    super(message);
    this.status = status;
  }
}

/** The resource-sharing desk of the simulator: what staff do. */
export class Desk {
  readonly #parts: ProcessParts;
  readonly #book: LoanBook;
  #sent = 0;

  constructor(parts: ProcessParts, book: LoanBook) {
    this.#parts = parts;
    this.#book = book;
  }

  /** Calls `look` after every change until the function returned is called. */
  watch(look: () => void): () => void {
    return this.#book.watch(look);
  }

  get loans(): ReadonlyMap<string, SimulatedLoan> {
    return this.#book.loans;
  }

  request(id: string): ResourceSharingRequest | undefined {
    return this.#book.request(id);
  }

  /** Names of the actions that the state of a request allows. */
  allowed(id: string): readonly string[] {
    const loan = this.loans.get(id);
    if (!loan) return this.#parts.state.borrowing.has(id) ? ['send'] : [];
    return StaffActions.filter((action) => this.#canDo(loan, action)).map(({ name }) => name);
  }

  /** Sends a borrowing request to a partner. @throws StaffError */
  async send(id: string, input: StaffInput): Promise<void> {
    const { state, institution } = this.#parts;
    const found = state.borrowing.get(id);
    if (!found) throw new StaffError(404, `there is no borrowing request ${id}`);
    if (this.loans.has(id)) throw new StaffError(409, `request ${id} was sent already`);
    const code = input.partner ?? found.request.partner?.value;
    const partner = code === undefined ? undefined : state.partners.get(code);
    if (!partner) throw new StaffError(409, 'expected a partner to send to, found none');
    const binding = this.#book.bindingOf(partner);
    const symbol = binding?.symbolOf(partner);
    if (!binding || symbol === undefined) throw new StaffError(409, `no protocol here speaks with ${code}`);
    const request = toLendingRequest(found.request, {
      borrower: { symbol: institution.symbol, name: institution.name },
      lender: { symbol },
    });
    const event: LendingEvent = { type: 'requested', from: 'borrower', request };
    const group = found.request.external_id ?? id;
    const opening = {
      borrower: institution.symbol,
      lender: symbol,
      group,
      qualifier: binding.numberOf(group, ++this.#sent),
    };
    const { protocol } = binding;
    const step = refusable(() =>
      protocol.say(protocol.begin(opening), event, this.#book.contextFor(binding, partner)),
    );
    const [message] = step.replies;
    const loan: SimulatedLoan = {
      requestId: id,
      role: 'borrower',
      partner: partner.partner_details.code,
      binding,
      key: protocol.correlate(message).key,
      guard: step.guard,
      transaction: advance(newTransaction('borrower', request), event),
      wakeAt: undefined,
      spoken: [],
    };
    state.changeRequest(found.request, { partner: { value: partner.partner_details.code } });
    await this.#book.keep(loan, event, step.replies, step.warnings);
  }

  /** Does something with a request. @throws StaffError */
  async act(id: string, name: string, input: StaffInput): Promise<void> {
    if (name === 'send') return this.send(id, input);
    const loan = this.loans.get(id);
    if (!loan) throw new StaffError(404, `no request ${id} is spoken of with a partner`);
    const action = StaffActions.find((one) => one.name === name && one.role === loan.role);
    if (!action) throw new StaffError(404, `a ${loan.role} has no action ${name}`);
    const event = action.toEvent({
      today: this.#parts.clock.now().toISOString().slice(0, 10),
      isCopy: isCopy(loan),
      input,
    });
    const { transaction, step } = refusable(() => this.#after(loan, action, event));
    const next = { ...loan, transaction, guard: step?.guard ?? loan.guard, wakeAt: wake(loan, step?.wakeAt) };
    this.#moveItem(next, event, input);
    await this.#book.keep(next, event, step?.replies ?? [], step?.warnings ?? []);
  }

  /** The nightly job: requests whose time has passed expire. Gives how many did. */
  async expire(): Promise<number> {
    const now = this.#parts.clock.now();
    const due = [...this.loans.values()].filter(({ wakeAt }) => wakeAt !== undefined && wakeAt <= now);
    for (const loan of due) {
      const step = loan.binding.protocol.expire(
        loan.guard,
        this.#book.contextFor(loan.binding, this.#book.partnerOf(loan)),
      );
      const transaction = step.event === undefined ? loan.transaction : move(loan.transaction, step.event);
      const next = { ...loan, guard: step.guard, transaction, wakeAt: undefined };
      await this.#book.keep(next, step.event, step.replies, step.warnings);
    }
    return due.length;
  }

  /** An item was scanned in: what comes back from a loan is checked in. */
  async scanned(barcode: string | undefined): Promise<void> {
    const loan = [...this.loans.values()].find(
      ({ role, requestId, transaction }) =>
        role === 'lender' &&
        barcode !== undefined &&
        this.request(requestId)?.barcode === barcode &&
        transaction.state !== 'checkedIn',
    );
    if (loan && this.allowed(loan.requestId).includes('check-in'))
      await this.act(loan.requestId, 'check-in', {});
  }

  /** The loan after an event of this side. A step that the wire has no word for stays in Alma. */
  #after(loan: SimulatedLoan, { protocols }: StaffAction, event: LendingEvent) {
    const { protocol } = loan.binding;
    if (protocols && !protocols.includes(protocol.name))
      throw new StaffError(409, `Alma is not known to say ${event.type} over ${protocol.name}`);
    const transaction = advance(loan.transaction, event);
    const ability = abilityFor(protocol.capabilities, event.type, event.from);
    const isSilent =
      ability?.can === 'local-only' || (event.type === 'checkedIn' && !this.#parts.sendsCheckedIn);
    if (isSilent) return { transaction, step: undefined };
    const context = this.#book.contextFor(loan.binding, this.#book.partnerOf(loan));
    return { transaction, step: protocol.say(loan.guard, event, context) };
  }

  #moveItem(loan: SimulatedLoan, event: LendingEvent, { barcode }: StaffInput): void {
    const { state } = this.#parts;
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

  #canDo(loan: SimulatedLoan, action: StaffAction): boolean {
    if (action.role !== loan.role) return false;
    const event = action.toEvent({ today: '2026-01-01', isCopy: isCopy(loan), input: { note: '.' } });
    try {
      this.#after(loan, action, event);
      return true;
    } catch (error) {
      if (isInterlendError(error) || error instanceof StaffError) return false;
      throw error;
    }
  }
}

/** What protocol and desk do not allow is refused to staff in their words. @throws StaffError */
function refusable<Result>(attempt: () => Result): Result {
  try {
    return attempt();
  } catch (error) {
    if (!isInterlendError(error)) throw error;
    throw new StaffError(409, error.message);
  }
}
