import {
  type Acceptor,
  type Clock,
  type Listening,
  type PeerAddress,
  StateError,
  systemClock,
} from '@interlend/core';
import { describe } from '../describe.js';
import { digestOf } from '../guard/digest.js';
import { serviceOf } from '../mapping/read-request.js';
import { Info2FLServer, type InfoStatus } from '../messages/commands.js';
import { isSuccess, type SlnpCommand, type SlnpFields, type SlnpReply } from '../messages/message.js';
import { errorReply, okReply } from '../messages/replies.js';
import { rulesFor, type SlnpRules } from '../profiles/index.js';
import { createSlnpServer } from '../server.js';
import { commandFor } from './commands.js';
import { FaultPlan, type HubFault } from './faults.js';
import {
  type HubOrder,
  isAtRest,
  type OrderEvent,
  type OrderState,
  type OrderTask,
  presentLender,
  stepOrder,
} from './order.js';
import { type LibraryLine, type Patience, speak } from './speak.js';

/** How the double behaves. */
export interface HubDoubleOptions {
  /** Where libraries report. */
  readonly acceptor: Acceptor;
  /** How each library is reached, by its symbol. */
  readonly libraries: Readonly<Record<string, Omit<LibraryLine, 'rules'> & { readonly rules?: SlnpRules }>>;
  /** As a server; those of the profile `default` when absent. */
  readonly rules?: SlnpRules;
  /** Judges the login of a library, where the rules name one. */
  readonly admits?: (login: SlnpCommand) => boolean;
  /** Whether an accepting reply alone makes an order Shipped. */
  readonly shipsDirectly?: boolean;
  /** How long a lender may take from its accepting reply to its report. Without it lenders have all the time in the world. */
  readonly answerWithinMs?: number;
  readonly faults?: readonly HubFault[];
  /** Told of everything that is said and heard. */
  readonly onTurn?: (turn: HubTurn) => void;
  /** Told of every order that moves, or stays where it was asked anew. */
  readonly onOrder?: (order: HubOrder) => void;
  readonly clock?: Clock;
  readonly patience?: Patience;
  /** Number of the first order; the year and seven digits. */
  readonly firstOrderId?: number;
}

/** An order as a reader enters it in the portal. */
export interface SubmittedOrder {
  readonly borrower: string;
  /** Lenders in the order in which they are asked. */
  readonly rota: readonly string[];
  /** `BenutzerNummer`, `Titel` and what else stands in the form. */
  readonly fields: SlnpFields;
  /** The reader's number is not checked first. */
  readonly isTrusted?: boolean;
}

/** What the double said or heard: names only, no reader's data. */
export interface HubTurn {
  readonly direction: 'said' | 'heard';
  readonly library: string;
  readonly command: string;
  /** Code of the reply; absent when there was none. */
  readonly code?: number;
}

/**
 * A stand-in for a regional central server (ZFL): it takes orders out of band, asks the reader's library and one lender after
 * the other, hears what they report, and does wrong what it is told to.
 */
export class HubDouble {
  readonly #options: HubDoubleOptions;
  readonly #rules: SlnpRules;
  readonly #plan: FaultPlan;
  readonly #clock: Clock;
  readonly #orders = new Map<string, HubOrder>();
  readonly #turns: HubTurn[] = [];
  readonly #heard = new Map<string, SlnpReply>();
  readonly #waiters = new Set<() => void>();
  readonly #work = new Map<string, Promise<void>>();
  readonly #stopping = new AbortController();
  #listening: Listening | undefined;
  #nextId: number;

  constructor(options: HubDoubleOptions) {
    this.#options = options;
    this.#rules = options.rules ?? rulesFor(undefined);
    this.#plan = new FaultPlan(options.faults ?? []);
    this.#clock = options.clock ?? systemClock;
    this.#nextId = options.firstOrderId ?? 20_260_000_001;
  }

  /** Hears what libraries report. @throws TransportError */
  async listen(address: PeerAddress): Promise<PeerAddress> {
    const { acceptor, admits } = this.#options;
    const server = createSlnpServer({
      role: 'hub',
      acceptor,
      rules: this.#rules,
      ...(admits && { admits }),
      onCommand: async ({ message }) => this.#hear(message),
    });
    this.#listening = await server.listen(address);
    return this.#listening.address;
  }

  /** Everything that was said and heard, in order. */
  get turns(): readonly HubTurn[] {
    return this.#turns;
  }

  order(id: string): HubOrder | undefined {
    return this.#orders.get(id);
  }

  /** Takes an order, out of band, and begins to work on it. Gives its number. */
  submitOrder({ borrower, rota, fields, isTrusted = false }: SubmittedOrder): string {
    const id = String(this.#nextId++);
    this.#orders.set(id, {
      id,
      state: 'OrderIn',
      borrower,
      service: serviceOf(fields),
      rota,
      asked: 0,
      fields,
    });
    if (isTrusted) this.#apply(id, 'patronKnown');
    else this.#begin(id, 'askPatron');
    return id;
  }

  /** Staff print an order or cancel it; time passes. @throws StateError when the order does not allow it now */
  act(id: string, event: 'printed' | 'cancelled' | 'timeOver'): void {
    this.#apply(id, event);
  }

  /** Goes on to the next lender wherever the present one has taken too long. */
  tick(): void {
    const { answerWithinMs } = this.#options;
    if (answerWithinMs === undefined) return;
    const latest = this.#clock.now().getTime() - answerWithinMs;
    for (const { id, state, askedAtMs } of this.#orders.values()) {
      if (state === 'WorkOut' && askedAtMs !== undefined && askedAtMs <= latest) this.#apply(id, 'timeOver');
    }
  }

  /** Resolves when an order has come to a state and everything owed for it was said. */
  async reached(id: string, state: OrderState): Promise<HubOrder> {
    for (;;) {
      const order = this.#orders.get(id);
      if (order?.state === state && !this.#work.has(id)) return order;
      await new Promise<void>((resolve) => this.#waiters.add(resolve));
    }
  }

  /** Resolves when nothing more happens to an order of itself: it came back, was cancelled, waits for staff, or was a copy. */
  async settled(id: string): Promise<HubOrder> {
    for (;;) {
      const order = this.#orders.get(id);
      if (order && isAtRest(order) && !this.#work.has(id)) return order;
      await new Promise<void>((resolve) => this.#waiters.add(resolve));
    }
  }

  async close(): Promise<void> {
    this.#stopping.abort();
    await this.#listening?.close();
    await Promise.all(this.#work.values());
  }

  #apply(id: string, event: OrderEvent, more: Partial<HubOrder> = {}): void {
    const before = this.#orders.get(id);
    if (!before) throw new Error(`there is no order ${id}`);
    const { order, task } = stepOrder(before, event, this.#options.shipsDirectly ?? false);
    const { askedAtMs: _, ...rest } = order;
    const asked = event === 'lenderAccepted' ? { askedAtMs: this.#clock.now().getTime() } : {};
    const after = { ...rest, ...asked, ...more };
    this.#orders.set(id, after);
    this.#options.onOrder?.(after);
    if (task) this.#begin(id, task);
    this.#wake();
  }

  /** What an order makes the double say goes out one after the other. */
  #begin(id: string, task: OrderTask): void {
    const before = this.#work.get(id) ?? Promise.resolve();
    const work = before
      .then(() => this.#carryOut(id, task))
      .finally(() => {
        if (this.#work.get(id) === work) this.#work.delete(id);
        this.#wake();
      });
    this.#work.set(id, work);
  }

  async #carryOut(id: string, task: OrderTask): Promise<void> {
    const order = this.#orders.get(id);
    if (!order) return;
    const { to, command: said } = commandFor(task, order);
    const library = this.#options.libraries[to];
    const reply =
      library &&
      (await speak(
        said,
        { rules: rulesFor(undefined), ...library },
        this.#plan,
        this.#options.patience ?? { attempts: 3, pauseMs: 50 },
        this.#stopping.signal,
      ));
    this.#note({
      direction: 'said',
      library: to,
      command: describe(said),
      ...(reply && { code: reply.code }),
    });
    const event = eventOf(task, reply);
    if (!event || this.#stopping.signal.aborted) return;
    const pflNumber = reply?.fields['PFLNummer'];
    try {
      this.#apply(id, event, task === 'orderPfl' && pflNumber !== undefined ? { pflNumber } : {});
    } catch (error) {
      // It was cancelled, or a report overtook the reply.
      if (!(error instanceof StateError)) throw error;
    }
  }

  #hear(message: SlnpCommand): SlnpReply {
    const name = describe(message);
    const fault = this.#plan.nextIncoming(name);
    const { side, borrower, lender } = this.#rules.info2flserver;
    const library = message.parameters[message.parameters[side] === 'PFL' ? borrower : lender] ?? '';
    if (fault && fault.answer !== 'not') {
      this.#note({ direction: 'heard', library, command: name, code: fault.answer.code });
      return fault.answer;
    }
    const digest = digestOf(message);
    const reply = this.#heard.get(digest) ?? this.#judge(message);
    if (isSuccess(reply)) this.#heard.set(digest, reply);
    this.#note({ direction: 'heard', library, command: name, code: reply.code });
    if (fault) throw new Error('the double goes away without a reply, as it was told to');
    return reply;
  }

  #judge({ parameters }: SlnpCommand): SlnpReply {
    const { info2flserver: names, texts } = this.#rules;
    const id = parameters[names.orderId] ?? '';
    const order = this.#orders.get(id);
    if (!order) return errorReply(510, texts.orderUnknown, 'BestellIdNichtVorhanden');
    const status = parameters[names.status] as InfoStatus;
    const impossible = errorReply(510, texts.statusImpossible, 'StatusNichtMoeglich');
    const event = ({ Shipped: 'shipped', NotAvailable: 'notAvailable', Return: 'returned' } as const)[status];
    const lender = parameters[names.lender];
    const isOther = status !== 'Return' && lender !== undefined && lender !== presentLender(order);
    if (event === undefined || isOther) return impossible;
    const shelfmark = parameters[names.shelfmark];
    try {
      this.#apply(id, event, shelfmark === undefined ? {} : { shelfmark });
    } catch (error) {
      if (!(error instanceof StateError)) throw error;
      return impossible;
    }
    return okReply(Info2FLServer.name);
  }

  #note(turn: HubTurn): void {
    this.#turns.push(turn);
    this.#options.onTurn?.(turn);
  }

  #wake(): void {
    for (const waiter of [...this.#waiters]) {
      this.#waiters.delete(waiter);
      waiter();
    }
  }
}

/** What the reply to a task means to the order; nothing where the order has gone on. */
function eventOf(task: OrderTask, reply: SlnpReply | undefined): OrderEvent | undefined {
  if (task === 'changeData') return undefined;
  if (!reply) return 'stuck';
  const isYes = isSuccess(reply);
  switch (task) {
    case 'askPatron':
      return isYes ? 'patronKnown' : 'patronRefused';
    case 'orderPfl':
      return isYes ? 'borrowerAccepted' : 'borrowerRefused';
    case 'orderAfl':
      return isYes ? 'lenderAccepted' : 'lenderRefused';
    default:
      return task satisfies never;
  }
}
