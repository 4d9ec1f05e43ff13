import {
  eventKey,
  type GuardContext,
  type LendingEvent,
  type LendingEventKey,
  type LendingRequest,
} from '@interlend/core';
import { decode, encode } from '../codec.js';
import { isMatchingEnd } from '../matching-states.js';
import { chooseAction, eventFor, isTrue, move, type World } from './desk.test-support.js';
import { finishingActions } from './finish.test-support.js';
import { createDice, type Dice } from './random.test-support.js';
import { type Coverage, hear, newSide, ring, type Side, speakUp } from './side.test-support.js';

/** What kind of walk. */
export interface WalkOptions {
  readonly seed: number;
  readonly isStrict: boolean;
  /** Whether the desks say only what is true of the item; otherwise anything that they are allowed to say. */
  readonly isTruthful: boolean;
  readonly coverage: Coverage;
  /** Gets every step in words, to look at one walk. */
  readonly log?: (line: string) => void;
}

/** How a walk ended. */
export interface WalkResult {
  readonly isMatching: boolean;
  /** `requester state / responder state`. */
  readonly end: string;
  /** Whether a guard asked for a person. */
  readonly isFlagged: boolean;
  readonly messages: number;
  /** Rounds of finishing that were needed. */
  readonly rounds: number;
}

interface Envelope {
  readonly to: Side;
  readonly bytes: Uint8Array;
  copies: number;
}

function isRequest(bytes: Uint8Array): boolean {
  return bytes[0] === 0x61;
}

/** The neutral request has no word for the permission to pass it on. */
function withPermission(bytes: Uint8Array): Uint8Array {
  const { message } = decode(bytes);
  return message.apdu === 'ILL-Request'
    ? encode({ ...message, thirdPartyInfoType: { permissionToForward: true } })
    : bytes;
}

/** Most rounds of finishing: each lets both desks do one thing and the network deliver everything. */
const mostRounds = 24;

/**
 * One loan between two guards over a network that delays, repeats and reorders, with random actions of both desks and the
 * timer; then everything is delivered, nothing is repeated any more, and both desks finish.
 */
export class Walk {
  readonly #options: WalkOptions;
  readonly #dice: Dice;
  readonly #world: World;
  readonly #borrower: Side;
  readonly #lender: Side;
  readonly #underWay: Envelope[] = [];
  #now: number;
  #messages = 0;
  #isRepeating = true;
  readonly #permitsForward: boolean;
  /** The lender sent the item off without saying so. */
  #isSilent = false;

  constructor(options: WalkOptions) {
    this.#options = options;
    this.#dice = createDice(options.seed);
    const dice = this.#dice;
    this.#now = Date.UTC(2026, 0, 5, 9, dice.below(60));
    this.#world = { place: 'shelf', service: dice.chance(0.7) ? 'loan' : 'copy', today: '2026-01-05' };
    this.#permitsForward = dice.chance(0.3);
    const request: LendingRequest = {
      borrower: { symbol: 'TEST:REQ' },
      lender: { symbol: 'TEST:RSP' },
      services: [this.#world.service],
      item: { title: 'On Examples' },
      ...(dice.chance(0.5) && { needBefore: '2026-01-08', expiry: { rule: 'need-before' as const } }),
    };
    this.#borrower = newSide('borrower', request);
    this.#lender = newSide('lender', request);
  }

  run(): WalkResult {
    this.#say(this.#borrower, 'requested');
    const { isTruthful } = this.#options;
    const steps = 6 + this.#dice.below(34);
    for (let step = 0; step < steps; step++) this.#step(isTruthful);
    this.#isRepeating = false;
    this.#deliverAll();
    let rounds = 0;
    while (!this.#isOver() && rounds < mostRounds) {
      rounds += 1;
      for (const side of [this.#lender, this.#borrower]) {
        const action = finishingActions(side, this.#world, this.#dice, this.#isSilent).find((key) =>
          this.#say(side, key),
        );
        if (action !== undefined) this.#log(`  ${side.role} finishes with ${action}`);
        this.#deliverAll();
      }
    }
    const requester = this.#borrower.guard?.state ?? 'IDLE';
    const responder = this.#lender.guard?.state ?? 'IDLE';
    return {
      isMatching: this.#isOver(),
      end: `${requester} / ${responder}`,
      isFlagged: [this.#borrower, this.#lender].some(({ wasFlagged }) => wasFlagged),
      messages: this.#messages,
      rounds,
    };
  }

  get #context(): GuardContext {
    return { now: new Date(this.#now), isStrict: this.#options.isStrict };
  }

  #isOver(): boolean {
    const { guard: requester } = this.#borrower;
    const { guard: responder } = this.#lender;
    // FORWARD ends it between these two: the borrower deals with somebody else now.
    if (requester?.forwardedTo && responder?.state === 'FORWARD') return true;
    return (
      requester !== undefined &&
      responder !== undefined &&
      isMatchingEnd(requester.state, responder.state, this.#world.service === 'loan')
    );
  }

  #log(line: string): void {
    this.#options.log?.(line);
  }

  #step(isTruthful: boolean): void {
    const dice = this.#dice;
    // Often less than a second passes, so that services of one second must be told apart.
    this.#now += dice.chance(0.6) ? dice.below(900) : dice.below(30_000);
    const chance = dice.next();
    if (chance < 0.55 && this.#underWay.length > 0) this.#deliver(dice.below(this.#underWay.length));
    else if (chance < 0.58) this.#ring();
    else if (chance < 0.64) this.#happen();
    else {
      const side = dice.chance(0.5) ? this.#borrower : this.#lender;
      const repeatable = [...side.said.values()];
      if (dice.chance(0.12) && repeatable.length > 0) this.#repeat(side, dice.pick(repeatable));
      else {
        const key = chooseAction(side, this.#world, dice, isTruthful);
        if (key !== undefined) this.#say(side, key);
      }
    }
  }

  /** Things that happen to the item without a word. */
  #happen(): void {
    const world = this.#world;
    const { state } = this.#lender.transaction;
    const dice = this.#dice;
    if (world.place === 'shelf' && state === 'requested' && this.#lender.guard?.expiresOn === undefined) {
      world.place = 'to-borrower';
      this.#isSilent = true;
      this.#log('  the item goes out without a word');
    } else if (world.place === 'borrower' && world.service === 'loan' && dice.chance(0.5)) {
      world.place = 'to-lender';
      this.#log('  the item goes back without a word');
    } else if ((world.place === 'to-borrower' || world.place === 'to-lender') && dice.chance(0.3)) {
      world.place = 'gone';
      this.#log('  the item is gone');
    }
  }

  #ring(): void {
    const day = this.#lender.guard?.expiresOn;
    if (day === undefined) return;
    const end = Date.UTC(Number(day.slice(0, 4)), Number(day.slice(4, 6)) - 1, Number(day.slice(6)) + 1);
    this.#now = Math.max(this.#now, end);
    this.#log('  the timer rings');
    this.#post(this.#lender, ring(this.#lender, this.#context, this.#options.coverage));
  }

  #say(side: Side, key: LendingEventKey): boolean {
    const event = eventFor(key, side, this.#world, this.#dice);
    const bytes = speakUp(side, event, this.#context, this.#options.coverage);
    if (!bytes) return false;
    move(key, side, this.#world);
    this.#log(`${side.role} says ${key}: ${this.#states()}`);
    this.#post(side, bytes);
    return true;
  }

  /** Where the state no longer is the one it led to, it is a new statement, and must be true. */
  #repeat(side: Side, event: LendingEvent): void {
    if (this.#options.isTruthful && !isTrue(eventKey(event), side, this.#world)) return;
    const before = side.guard?.state;
    const bytes = speakUp(side, event, this.#context, this.#options.coverage);
    if (!bytes) return;
    if (before !== side.guard?.state) move(eventKey(event), side, this.#world);
    this.#log(`${side.role} says ${event.type} again: ${this.#states()}`);
    this.#post(side, bytes);
  }

  #states(): string {
    return `${this.#borrower.guard?.state} / ${this.#lender.guard?.state}, item ${this.#world.place}`;
  }

  #post(from: Side, messages: readonly Uint8Array[]): void {
    const to = from === this.#borrower ? this.#lender : this.#borrower;
    for (const said of messages) {
      const bytes = this.#permitsForward && isRequest(said) ? withPermission(said) : said;
      const copies = this.#isRepeating && this.#dice.chance(0.15) ? 1 + this.#dice.below(2) : 0;
      this.#underWay.push({ to, bytes, copies });
    }
  }

  #deliver(index: number): void {
    const envelope = this.#underWay[index];
    if (!envelope) return;
    if (envelope.copies > 0) envelope.copies -= 1;
    else this.#underWay.splice(index, 1);
    this.#messages += 1;
    const answers = hear(envelope.to, envelope.bytes, this.#context, this.#options.coverage);
    this.#log(
      `  ${envelope.to.role} hears ${(envelope.bytes[0] ?? 0) - 0x60}, answers ${answers.map((bytes) => (bytes[0] ?? 0) - 0x60).join(' ')}: ${this.#states()}`,
    );
    this.#post(envelope.to, answers);
  }

  #deliverAll(): void {
    while (this.#underWay.length > 0) this.#deliver(this.#dice.below(this.#underWay.length));
  }
}

export function walk(options: WalkOptions): WalkResult {
  return new Walk(options).run();
}
