import { setTimeout as pause } from 'node:timers/promises';
import type { Role } from '@interlend/core';
import { toHex } from '@interlend/wire/ber';
import { CheckFailure, HarnessError } from '../run/checks.js';
import { ApiError, ServerApi, type Timeline } from '../run/server-api.js';
import type { ActOfStaff } from '../run/side-under-test.js';
import type { Parties } from './live-values.js';
import { type AboutAct, instruction, type LoanDesk, type PartnerDesk } from './partner-desk.js';

const patienceMs = 10_000;
const lookEveryMs = 5;

/** Answers of the API that speak of the loan; all others speak of the caller or the server. */
const refusals: ReadonlySet<string> = new Set(['400', '409', '422']);

/** The desk of a reference server, worked by its API. */
export function referenceDesk(url: string, token?: string): PartnerDesk {
  const api = new ServerApi(url, token);
  return {
    name: `a reference server's API`,
    isExact: true,
    begin: (parties, role) => new ReferenceLoanDesk(api, parties, role),
  };
}

class ReferenceLoanDesk implements LoanDesk {
  readonly #api: ServerApi;
  readonly #parties: Parties;
  readonly #role: Role;
  #id: string | undefined;

  constructor(api: ServerApi, parties: Parties, role: Role) {
    this.#api = api;
    this.#parties = parties;
    this.#role = role;
  }

  async act({ from: _, ...event }: ActOfStaff, { said }: AboutAct): Promise<undefined> {
    try {
      if (event.type === 'requested') {
        this.#id = await this.#api.borrow(event['request']);
        return;
      }
      const { id } = await this.#caughtUp(event, said);
      await this.#api.act(id, event);
    } catch (error) {
      if (error instanceof CheckFailure) throw error;
      const why = error instanceof Error ? error.message : String(error);
      if (!(error instanceof ApiError && refusals.has(error.code))) {
        throw new HarnessError(`the partner's desk cannot be worked: ${why}`);
      }
      throw new CheckFailure(`the partner does not let its staff ${instruction(event)}: ${why}`);
    }
  }

  async stands(): Promise<string | undefined> {
    return this.#id === undefined ? undefined : (await this.#api.timeline(this.#id)).state;
  }

  /** The loan, once the partner has dealt with everything that was said to it. */
  async #caughtUp(event: ActOfStaff, said: readonly Uint8Array[]): Promise<Timeline> {
    const { own, partner } = this.#parties;
    const hex = said.map(toHex);
    for (const until = performance.now() + patienceMs; performance.now() < until; await pause(lookEveryMs)) {
      const id = this.#id ?? (await this.#api.newestLoan(partner, own, this.#role));
      const timeline = id === undefined ? undefined : await this.#api.timeline(id);
      const came = timeline?.messages.filter(({ direction }) => direction === 'in') ?? [];
      const isThere = (wanted: string): boolean =>
        came.some((message) => message.hex === wanted && message.processing !== 'waiting');
      if (!timeline || !hex.every(isThere)) continue;
      this.#id = timeline.id;
      const [read] = timeline.pending;
      if (!read) return timeline;
      // Staff take it as it was understood.
      await this.#api.accept(timeline.id, read.id);
    }
    throw new CheckFailure(
      `the partner has not dealt with what was said to it within ${patienceMs} ms, so that its staff cannot ${instruction(event)}`,
    );
  }
}
