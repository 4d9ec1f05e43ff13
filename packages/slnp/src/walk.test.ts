import { type GuardContext, type LendingEvent, StateError } from '@interlend/core';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { decode, encode } from './codec.js';
import { commandFor } from './double/commands.js';
import { type HubOrder, type OrderEvent, type OrderTask, presentLender, stepOrder } from './double/order.js';
import { digestOf } from './guard/digest.js';
import type { SlnpGuard } from './guard/guard.js';
import { isSuccess, type SlnpCommand, type SlnpReply } from './messages/message.js';
import { errorReply, okReply } from './messages/replies.js';
import { deriveProfile, profileNamed } from './profiles/index.js';
import { createSlnp } from './slnp.js';

/** More of them: `INTERLEND_WALKS=100000 npm test -- packages/slnp/src/walk.test.ts`. */
const walks = Number(process.env['INTERLEND_WALKS'] ?? 2000);

const now = new Date('2026-03-04T12:00:00Z');
const rota = ['DE-L1', 'DE-L2', 'DE-L3'];

/** Libraries that refuse some orders without asking staff, in the reply where `sync` is their way. */
const region = createSlnp([
  profileNamed('default'),
  profileNamed('koha'),
  deriveProfile(profileNamed('default'), {
    name: 'sync',
    rules: { lenderAnswer: 'sync' },
    evidence: 'documented',
  }),
]);

/** How often the two sides lose what was said. What has no reply is said again. */
type Luck = () => 'lost on the way there' | 'lost on the way back' | 'comes twice' | 'arrives';

/** A central server, a borrower and lenders in one process, where what is said may be lost or doubled. */
class Region {
  order: HubOrder;
  readonly guards = new Map<string, SlnpGuard>();
  readonly effects: string[] = [];
  readonly #heardByHub = new Map<string, SlnpReply>();
  readonly #luck: Luck;
  readonly #tasks: OrderTask[] = [];

  readonly #context: GuardContext;
  readonly #refusing: ReadonlySet<string>;

  constructor(luck: Luck, service: 'loan' | 'copy', profile: string, refusing: readonly string[]) {
    this.#luck = luck;
    this.#refusing = new Set(refusing);
    this.#context = {
      now,
      isStrict: false,
      profile,
      refusalOf: ({ lender }) => (this.#refusing.has(lender.symbol) ? { reason: 'lost' } : undefined),
    };
    this.order = {
      id: '20260000001',
      state: 'OrderIn',
      borrower: 'DE-B1',
      service,
      rota,
      asked: 0,
      fields: { BenutzerNummer: '4711', Titel: 'x', ...(service === 'copy' && { BsTyp2: 'C' }) },
    };
    this.#apply('patronKnown');
    this.#work();
  }

  /** Staff of a library do something, if they may. */
  act(library: string, event: LendingEvent): void {
    const guard = this.guards.get(library);
    if (!guard) return;
    try {
      const said = region.say(guard, event, this.#context);
      this.guards.set(library, said.guard);
      for (const report of said.replies)
        this.#hearReply(
          library,
          this.#exchange(report, (each) => this.#hub(each)),
        );
    } catch (error) {
      if (!(error instanceof StateError)) throw error;
    }
    this.#work();
  }

  /** The lender takes too long. */
  wait(): void {
    if (this.order.state === 'WorkOut') this.#apply('timeOver');
    this.#work();
  }

  #work(): void {
    for (let task = this.#tasks.shift(); task; task = this.#tasks.shift()) {
      const { to, command } = commandFor(task, this.order);
      const reply = this.#exchange(command, (each) => this.#library(to, each));
      const pflNumber = reply.fields['PFLNummer'];
      if (task === 'orderPfl' && pflNumber !== undefined) this.order = { ...this.order, pflNumber };
      if (task === 'orderPfl') this.#apply(isSuccess(reply) ? 'borrowerAccepted' : 'borrowerRefused');
      if (task === 'orderAfl') this.#apply(isSuccess(reply) ? 'lenderAccepted' : 'lenderRefused');
    }
  }

  /** Says a command until there is a reply, in octets. */
  #exchange(said: unknown, hear: (command: SlnpCommand) => SlnpReply): SlnpReply {
    for (;;) {
      const luck = this.#luck();
      if (luck === 'lost on the way there') continue;
      const command = decode(encode(said as SlnpCommand), { isStrict: true }).message as SlnpCommand;
      let reply = hear(command);
      if (luck === 'comes twice') {
        const again = hear(command);
        expect(again).toEqual(reply);
        reply = again;
      }
      if (luck !== 'lost on the way back')
        return decode(encode(reply), { isStrict: true }).message as SlnpReply;
    }
  }

  #library(library: string, command: SlnpCommand): SlnpReply {
    const { guard, answer, event } = region.receive(this.guards.get(library), command, this.#context);
    if (guard) this.guards.set(library, guard);
    if (event) this.effects.push(`${library} ${event.type}`);
    if (guard?.state === 'REFUSED') {
      const { guard: closed, replies } = region.say(
        guard,
        { type: 'unfilled', from: 'lender' },
        this.#context,
      );
      this.guards.set(library, closed);
      expect(replies).toEqual([]);
    }
    return answer?.kind === 'reply' ? answer : errorReply(520, 'no answer');
  }

  #hub(command: SlnpCommand): SlnpReply {
    const digest = digestOf(command);
    const known = this.#heardByHub.get(digest);
    if (known) return known;
    const { Status: status, SigelGB: lender } = command.parameters;
    const isOther = status !== 'Return' && lender !== presentLender(this.order);
    const event = status === 'Shipped' ? 'shipped' : status === 'Return' ? 'returned' : 'notAvailable';
    if (isOther || !this.#apply(event)) return errorReply(510, 'x', 'StatusNichtMoeglich');
    const reply = okReply(command.command);
    this.#heardByHub.set(digest, reply);
    return reply;
  }

  #hearReply(library: string, reply: SlnpReply): void {
    const { guard } = region.receive(this.guards.get(library), reply, this.#context);
    if (guard) this.guards.set(library, guard);
  }

  #apply(event: OrderEvent): boolean {
    try {
      const { order, task } = stepOrder(this.order, event, false);
      this.order = order;
      if (task) this.#tasks.push(task);
      return true;
    } catch (error) {
      if (!(error instanceof StateError)) throw error;
      return false;
    }
  }
}

const acts: readonly (readonly [library: string | 'present lender', event: LendingEvent | 'wait'])[] = [
  ['present lender', { type: 'shipped', from: 'lender', service: 'loan' }],
  ['present lender', { type: 'unfilled', from: 'lender', reason: 'lost' }],
  ['DE-L1', { type: 'shipped', from: 'lender', service: 'loan' }],
  ['DE-L2', { type: 'unfilled', from: 'lender' }],
  ['DE-B1', { type: 'returned', from: 'borrower', returnedOn: '2026-03-30' }],
  ['DE-B1', 'wait'],
];
const lucks = [
  'arrives',
  'arrives',
  'arrives',
  'comes twice',
  'lost on the way there',
  'lost on the way back',
] as const;

/** Walks, and counts where orders end. @throws when the sides end otherwise */
function walkThrough(runs: number, profile: string): ReadonlyMap<string, number> {
  const ends = new Map<string, number>();
  fc.assert(
    fc.property(
      fc.array(fc.constantFrom(...acts), { minLength: 1, maxLength: 10 }),
      fc.infiniteStream(fc.constantFrom(...lucks)),
      fc.constantFrom('loan' as const, 'copy' as const),
      fc.subarray(rota),
      (walk, stream, service, refusing) => {
        const luck = (): ReturnType<Luck> => stream.next().value ?? 'arrives';
        const walked = new Region(luck, service, profile, refusing);
        for (const [who, what] of walk) {
          if (what === 'wait') walked.wait();
          else walked.act(who === 'present lender' ? (presentLender(walked.order) ?? '') : who, what);
        }
        const { order, guards, effects } = walked;
        ends.set(order.state, (ends.get(order.state) ?? 0) + 1);
        const borrower = guards.get('DE-B1');
        const lender = guards.get(presentLender(order) ?? '');
        // An order has one effect at each library, however often it was said.
        expect(new Set(effects).size).toBe(effects.length);
        expect(effects.filter((effect) => effect.endsWith(' requested'))).toHaveLength(order.asked + 1);
        // A refused report is the only thing that leaves the two sides apart, and a person knows of it.
        const isSeen = lender?.review !== undefined || borrower?.review !== undefined;
        if (order.state === 'Shipped' || order.state === 'Return') {
          expect(lender?.state).toBe('SHIPPED');
          expect(borrower).toMatchObject({ lender: presentLender(order) });
        }
        if (!isSeen) {
          if (order.state === 'Return') expect(borrower?.state).toBe('RETURNED');
          if (order.state === 'Shipped') expect(borrower?.state).toBe('SHIPPED');
          if (order.state === 'WorkOut') expect(lender?.state).toBe('ORDERED');
        }
        for (const guard of guards.values()) expect(guard.awaiting).toEqual([]);
        if (service === 'copy') expect(order.state).not.toBe('Return');
      },
    ),
    { numRuns: runs },
  );
  return ends;
}

describe(`${walks} random walks through an order`, () => {
  it.each([
    ['later', 'default'],
    ['in the reply or later', 'sync'],
  ])(
    'end alike on all sides where lenders say no %s, whatever is lost or comes twice',
    {
      timeout: 3_600_000,
    },
    (_, profile) => {
      const ends = walkThrough(walks / 2, profile);
      for (const state of ['WorkOut', 'Shipped', 'Return', 'Sign'])
        expect(ends.get(state), state).toBeGreaterThan(0);
    },
  );

  it('do not where a library refuses what it has taken already', () => {
    expect(() => walkThrough(200, 'koha')).toThrow(/Property failed/);
  });
});
