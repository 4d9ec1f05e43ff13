import { fromLendingRequest, type Partner } from '@interlend/alma';
import {
  eventKey,
  type GuardContext,
  type GuardStep,
  isSameSymbol,
  type LibrarySymbol,
  newTransaction,
} from '@interlend/core';
import type { AnyProtocol, ProtocolBinding } from '../bindings/binding.js';
import { move, type SimulatedLoan, type Spoken, wake } from './loan.js';
import type { LoanBook, ProcessParts } from './loan-book.js';

type Step = GuardStep<unknown, unknown>;

/** What becomes of what partners say. */
export class Arrivals {
  readonly #parts: ProcessParts;
  readonly #book: LoanBook;

  constructor(parts: ProcessParts, book: LoanBook) {
    this.#parts = parts;
    this.#book = book;
  }

  /**
   * Takes a message of a partner. Resolves to what is said of it on the connection that brought it, where that is the
   * custom. `about` is the key of its transaction where the message names none.
   */
  async hear(binding: ProtocolBinding, message: unknown, about?: string): Promise<unknown> {
    const { protocol } = binding;
    const { key: named, to, isOpening, borrower, lender } = protocol.correlate(message);
    const key = about ?? named;
    const known = [...this.#book.loans.values()].find(
      (loan) => loan.binding === binding && loan.key === key && (to === undefined || loan.role === to),
    );
    // A borrower's order of a central server may name no lender yet.
    const sender = to === 'borrower' ? lender : borrower;
    const partner = known ? this.#book.partnerOf(known) : this.#partnerNamed(binding, sender);
    const needsPartner = !known && to !== 'borrower';
    if ((needsPartner && !partner) || (!known && !isOpening)) {
      if (binding.refusal !== undefined && !isOpening) return this.#answerOutsideLoans(binding, message);
      this.#note(`${protocol.describe(message)} of nobody that is known: ${sender ?? 'no symbol'}`);
      return binding.refusal;
    }
    const context = this.#book.contextFor(binding, partner);
    const step = accepted(protocol, protocol.receive(known?.guard, message, context), context);
    const loan = known ?? this.#begin(binding, partner, message, key, step);
    if (!loan) {
      await this.#book.say(binding, partner, key, step.replies);
      return step.answer;
    }
    const heard: Spoken = {
      at: this.#parts.clock.now(),
      direction: 'in',
      message: protocol.describe(message),
      event: step.event && eventKey(step.event),
      warnings: step.warnings,
    };
    const next = {
      ...loan,
      ...this.#supplier(binding, loan, lender),
      guard: step.guard,
      transaction: step.event === undefined ? loan.transaction : move(loan.transaction, step.event),
      wakeAt: wake(loan, step.wakeAt),
      spoken: [...loan.spoken, heard],
    };
    await this.#book.keep(next, step.event, step.replies, []);
    await this.#acceptRest(next.requestId);
    return step.answer;
  }

  /** A mail may say more than one thing about a request. */
  async #acceptRest(requestId: string): Promise<void> {
    for (;;) {
      const loan = this.#book.loans.get(requestId);
      const { protocol } = loan?.binding ?? {};
      const [waiting] = loan ? (protocol?.pending?.(loan.guard) ?? []) : [];
      if (!loan || waiting?.id === undefined) return;
      const context = this.#book.contextFor(loan.binding, this.#book.partnerOf(loan));
      const step = protocol?.decide?.(loan.guard, waiting.id, 'accept', context);
      if (!step) return;
      const transaction = step.event === undefined ? loan.transaction : move(loan.transaction, step.event);
      await this.#book.keep(
        { ...loan, guard: step.guard, transaction },
        step.event,
        step.replies,
        step.warnings,
      );
    }
  }

  #note(problem: string): void {
    this.#parts.onProblem(problem);
    this.#book.changed();
  }

  /** A question that is about no loan, for instance about a reader. */
  #answerOutsideLoans(binding: ProtocolBinding, message: unknown): unknown {
    const { protocol, refusal } = binding;
    const step = protocol.receive(undefined, message, this.#book.contextFor(binding, undefined));
    if (step.verdict === 'refused')
      this.#note(`${protocol.describe(message)} was refused: ${step.warnings.join('; ')}`);
    return step.answer ?? refusal;
  }

  #begin(
    binding: ProtocolBinding,
    partner: Partner | undefined,
    message: unknown,
    named: string,
    step: Step,
  ): SimulatedLoan | undefined {
    if (step.guard === undefined) {
      if (step.warnings.length > 0) this.#note(step.warnings.join('; '));
      return undefined;
    }
    const { state, institution, isLocating } = this.#parts;
    const { protocol } = binding;
    const request = protocol.toRequest(message);
    const role = protocol.correlate(message).to === 'borrower' ? 'borrower' : 'lender';
    const asked = { ...fromLendingRequest(role, request), owner: institution.library };
    const number = binding.externalIdOf(message);
    const begun = {
      role,
      binding,
      key: step.key ?? named,
      guard: step.guard,
      transaction: newTransaction(role, request),
      wakeAt: undefined,
      spoken: [],
    } as const;
    if (role === 'lender') {
      if (!partner) return undefined;
      const made = state.addLendingRequest(partner, { ...asked, external_id: number }, isLocating);
      return { ...begun, requestId: made.request_id, partner: partner.partner_details.code };
    }
    const user = state.users.get(request.patron?.identifier ?? '');
    if (!user) return undefined;
    const { request: made } = state.addBorrowingRequest(user, asked, number);
    return { ...begun, requestId: made.request_id, partner: partner?.partner_details.code };
  }

  /** Who supplies may become known on the way: the request changes to that partner. */
  #supplier(
    binding: ProtocolBinding,
    loan: SimulatedLoan,
    lender: LibrarySymbol | undefined,
  ): { readonly partner?: string } {
    const before = this.#book.partnerOf(loan);
    const present = before && binding.symbolOf(before);
    const isSame = present !== undefined && lender !== undefined && isSameSymbol(present, lender);
    if (loan.role !== 'borrower' || lender === undefined || isSame) return {};
    const partner = this.#partnerNamed(binding, lender)?.partner_details;
    if (!partner) {
      this.#parts.onProblem(`${lender} supplies and is no partner: nothing can be said to it`);
      return {};
    }
    const { code, name } = partner;
    const request = this.#book.request(loan.requestId);
    if (request)
      this.#parts.state.changeRequest(request, {
        partner: { value: code, ...(name !== undefined && { desc: name }) },
      });
    return { partner: code };
  }

  #partnerNamed(binding: ProtocolBinding, symbol: string | undefined): Partner | undefined {
    if (symbol === undefined || symbol === '') return undefined;
    return [...this.#parts.state.partners.values()].find((partner) => {
      const own = binding.symbolOf(partner);
      return own !== undefined && isSameSymbol(own, symbol) && partner.partner_details.status !== 'INACTIVE';
    });
  }
}

/** Only mails leave something to a person, and staff key a mail in because they believe it. */
function accepted(protocol: AnyProtocol, step: Step, context: GuardContext): Step {
  const [waiting] = step.guard === undefined ? [] : (protocol.pending?.(step.guard) ?? []);
  if (step.event || waiting?.id === undefined) return step;
  const decided = protocol.decide?.(step.guard, waiting.id, 'accept', context);
  return decided ? { ...decided, warnings: [...step.warnings, ...decided.warnings] } : step;
}
