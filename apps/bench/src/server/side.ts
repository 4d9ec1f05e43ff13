import type { LendingEvent } from '@interlend/core';
import {
  checkSettings,
  createServer,
  defaultRegistry,
  keepHeapSmall,
  type Server,
} from '@interlend/reference-server';
import {
  type Answer,
  connectionsPerPeer,
  type Figures,
  type Order,
  type SideSettings,
} from './side-protocol.js';

const today = '2026-01-31';

/** What staff do when something has happened on the other side. */
const duties: Readonly<Record<string, readonly LendingEvent[]>> = {
  requested: [{ type: 'shipped', from: 'lender', service: 'loan', shippedOn: today, due: '2026-03-31' }],
  shipped: [
    { type: 'received', from: 'borrower', service: 'loan', receivedOn: today },
    { type: 'returned', from: 'borrower', returnedOn: today },
  ],
  returned: [{ type: 'checkedIn', from: 'lender', checkedInOn: today }],
};
/** The event that completes a loan for the borrower. */
const last = 'checkedIn';

/** A server whose staff never rest. */
class Side {
  readonly #settings: SideSettings;
  readonly #server: Server;
  #stepMs: number[] = [];
  #counted = { statements: 0, commits: 0 };
  #completed: () => void = () => undefined;
  #failed: (reason: unknown) => void = () => undefined;

  constructor(settings: SideSettings) {
    this.#settings = settings;
    this.#server = open(settings);
    this.#server.stream.watch((change) => {
      if (change.kind !== 'stepped') return;
      for (const { source, event } of change.events) {
        if (source === 'wire') this.#heard(event.type, change.record.id);
      }
    });
  }

  start(): Promise<void> {
    return this.#server.start();
  }

  stop(): Promise<void> {
    return this.#server.stop();
  }

  /** Resolves when the last of the loans is complete. */
  lend(loans: number, abreast: number): Promise<void> {
    return new Promise((resolve, reject) => {
      let begun = 0;
      let complete = 0;
      const begin = (): void => {
        if (begun === loans) return;
        begun++;
        this.#act(() => this.#borrow(begun));
      };
      this.#failed = reject;
      this.#completed = () => {
        complete++;
        if (complete === loans) resolve();
        else begin();
      };
      for (let count = 0; count < abreast; count++) begin();
    });
  }

  takeFigures(): Figures {
    const { statements, commits } = this.#server.store.counters;
    const figures = {
      statements: statements - this.#counted.statements,
      commits: commits - this.#counted.commits,
      stepMs: this.#stepMs,
      residentOctets: process.memoryUsage.rss(),
    };
    this.#counted = { statements, commits };
    this.#stepMs = [];
    return figures;
  }

  #heard(event: string, transaction: string): void {
    if (event === last) this.#completed();
    const acts = duties[event];
    if (!acts) return;
    this.#act(async () => {
      for (const act of acts) await this.#timed(() => this.#server.desk.act(transaction, () => act));
    });
  }

  #borrow(number: number): Promise<void> {
    const { own, other } = this.#settings;
    const request = {
      borrower: { symbol: own },
      lender: { symbol: other },
      services: ['loan'],
      item: { kind: 'monograph', title: `On Examples, part ${number}`, author: 'A. Author' },
    } as const;
    return this.#timed(() => this.#server.desk.borrow(request));
  }

  async #timed(step: () => Promise<unknown>): Promise<void> {
    const start = performance.now();
    await step();
    this.#stepMs.push(performance.now() - start);
  }

  #act(work: () => Promise<void>): void {
    work().catch((error: unknown) => this.#failed(error));
  }
}

function open({ own, other, ownPort, otherPort, data }: SideSettings): Server {
  const carrier = { protocol: 'iso-ill', transport: '1611' };
  const { settings, mistakes } = checkSettings(
    {
      data,
      api: { port: 0 },
      libraries: [{ symbol: own, name: own }],
      listeners: [{ ...carrier, port: ownPort }],
      peers: [{ symbol: other, ...carrier, address: `127.0.0.1:${otherPort}` }],
      delivery: { perPeer: connectionsPerPeer },
      log: { level: 'silent' },
    },
    {},
    defaultRegistry,
  );
  if (!settings) throw new Error(mistakes.map(({ message }) => message).join('; '));
  return createServer(settings);
}

keepHeapSmall();
let side: Side | undefined;

async function obey(order: Order): Promise<Answer> {
  if (order.kind === 'start') {
    side = new Side(order.settings);
    await side.start();
    return { kind: 'done' };
  }
  if (!side) throw new Error('a side must be started first');
  switch (order.kind) {
    case 'lend':
      await side.lend(order.loans, order.abreast);
      return { kind: 'done' };
    case 'figures':
      return { kind: 'figures', figures: side.takeFigures() };
    case 'stop':
      await side.stop();
      return { kind: 'done' };
    default:
      return order satisfies never;
  }
}

process.on('message', (order: Order) => {
  obey(order)
    .catch((error: unknown): Answer => ({ kind: 'failed', reason: String(error) }))
    .then((answer) => {
      process.send?.(answer);
      if (order.kind === 'stop') process.disconnect();
    })
    // The driver is gone, and with it the reason to be here.
    .catch(() => process.disconnect());
});
