import type { Role } from '@interlend/core';
import { z } from 'zod';

const Message = z.looseObject({
  id: z.int(),
  direction: z.enum(['in', 'out']),
  hex: z.string(),
  name: z.string().optional(),
  processing: z.string().optional(),
  verdict: z.string().optional(),
  warnings: z.array(z.string()),
  attempts: z.array(z.looseObject({})),
  sentIn: z.array(z.looseObject({ name: z.string(), hex: z.string().optional() })).optional(),
});
const Event = z.looseObject({
  state: z.string(),
  event: z.looseObject({ type: z.string() }),
  message: z.int().optional(),
});
const Transaction = z.looseObject({
  id: z.string(),
  state: z.string(),
  request: z.looseObject({}),
  facts: z.looseObject({}),
});
const Timeline = Transaction.extend({
  events: z.array(Event),
  messages: z.array(Message),
  /** What was understood of messages, and waits for staff. */
  pending: z.array(z.looseObject({ id: z.string() })),
});
const Page = z.looseObject({ transactions: z.array(Transaction) });
const Outbox = z.looseObject({
  items: z.array(z.looseObject({ message: z.int(), transaction: z.string().optional(), attempts: z.int() })),
});
const Received = z.looseObject({ messages: z.array(Message) });

export type Timeline = z.output<typeof Timeline>;
export type ServerMessage = z.output<typeof Message>;
export type OutboxItem = z.output<typeof Outbox>['items'][number];

/** The server refused, or answered otherwise than its API says. */
export class ApiError extends Error {
  override readonly name = 'ApiError';
  readonly code: string;

  constructor(message: string, code: string) {
    super(message);
    this.code = code;
  }
}

/** Names of the staff actions of the reference server, by the neutral event they say. */
const actions: Readonly<Record<string, string>> = {
  willSupply: 'will-supply',
  holdPlaced: 'hold',
  conditional: 'condition',
  conditionAnswered: 'answer-condition',
  retryLater: 'retry-later',
  unfilled: 'cannot-fill',
  locationsProvided: 'provide-locations',
  estimated: 'estimate',
  expired: 'expire',
  shipped: 'ship',
  cancelRequested: 'cancel',
  cancelAnswered: 'answer-cancel',
  received: 'receive',
  returned: 'return',
  checkedIn: 'check-in',
  renewRequested: 'renew',
  renewAnswered: 'answer-renew',
  recalled: 'recall',
  overdue: 'overdue',
  lost: 'lost',
  damaged: 'damaged',
  message: 'message',
  statusQueried: 'status-query',
};

/** The HTTP API of a reference server, as far as a run needs it. */
export class ServerApi {
  readonly #url: string;
  readonly #authorization: Readonly<Record<string, string>>;

  constructor(url: string, token?: string) {
    this.#url = url;
    this.#authorization = token === undefined ? {} : { authorization: `Bearer ${token}` };
  }

  /** Asks for an item; resolves to the id of the transaction. */
  async borrow(request: unknown, group?: string): Promise<string> {
    const body = { request, ...(group === undefined ? {} : { group }) };
    return (await this.#call(Transaction, '/transactions', body)).id;
  }

  /** Does what staff does; resolves to the state of the loan afterwards. */
  async act(id: string, event: Readonly<Record<string, unknown>>): Promise<string> {
    const { type, ...body } = event;
    const action = actions[String(type)];
    if (action === undefined) throw new ApiError(`staff has no action for ${String(type)}`, 'no-action');
    return (await this.#call(Transaction, `/transactions/${id}/actions/${action}`, body)).state;
  }

  /** Accepts what was understood of a message. */
  async accept(id: string, pending: string): Promise<void> {
    await this.#fetch(`/transactions/${id}/pending/${pending}`, { decision: 'accept' });
  }

  timeline(id: string): Promise<Timeline> {
    return this.#call(Timeline, `/transactions/${id}`);
  }

  /** The newest loan of a library with a partner, in which the library lends. */
  newestLending(library: string, peer: string): Promise<string | undefined> {
    return this.newestLoan(library, peer, 'lender');
  }

  /** The newest loan of a library with a partner, in which the library has this role. */
  async newestLoan(library: string, peer: string, role: Role): Promise<string | undefined> {
    const query = new URLSearchParams({ library, peer, role, limit: '1' });
    const [newest] = (await this.#call(Page, `/transactions?${query}`)).transactions;
    return newest?.id;
  }

  /** Messages that had no effect, and why. */
  async withoutEffect(): Promise<readonly ServerMessage[]> {
    const lists = await Promise.all(
      ['refused', 'undecodable', 'failed'].map((state) => this.#call(Received, `/received/${state}`)),
    );
    return lists.flatMap(({ messages }) => messages);
  }

  /** Messages that wait for their next attempt, or for a person. */
  async outbox(state?: 'waiting' | 'review'): Promise<readonly OutboxItem[]> {
    return (await this.#call(Outbox, state === undefined ? '/outbox' : `/outbox?state=${state}`)).items;
  }

  /** Lets a message that waits go now. */
  async retry(message: number): Promise<void> {
    await this.#fetch(`/outbox/${message}/retry`, {});
  }

  async #call<Schema extends z.ZodType>(
    schema: Schema,
    path: string,
    body?: unknown,
  ): Promise<z.output<Schema>> {
    const text = await this.#fetch(path, body);
    const parsed = schema.safeParse(JSON.parse(text));
    if (!parsed.success)
      throw new ApiError(`${path} answered something else: ${parsed.error.message}`, 'unexpected');
    return parsed.data;
  }

  async #fetch(path: string, body?: unknown): Promise<string> {
    const response = await fetch(
      new URL(path, this.#url),
      body === undefined
        ? { headers: this.#authorization }
        : {
            method: 'POST',
            body: JSON.stringify(body),
            headers: { ...this.#authorization, 'content-type': 'application/json' },
          },
    );
    const text = await response.text();
    if (!response.ok)
      throw new ApiError(`${path} answered ${response.status}: ${text}`, String(response.status));
    return text;
  }
}
