/**
 * A stand-in for a partner, for tests: it listens, connects, answers as it is told and keeps everything it heard and said.
 * Scripts and behaviours are plain data.
 *
 * ```ts
 * import { sendOneWay } from '@interlend/iso-ill';
 * import { createIllDouble } from '@interlend/iso-ill/double';
 * import { createMemoryNetwork } from '@interlend/transport/memory';
 *
 * const { acceptor, connector } = createMemoryNetwork();
 * const lender = await createIllDouble({
 *   role: 'responder',
 *   mode: '1611',
 *   acceptor,
 *   connector,
 *   partner: { host: 'borrower', port: 1611 },
 *   behaviour: { kind: 'silent' },
 * });
 *
 * const message = {
 *   apdu: 'Message',
 *   protocolVersionNum: 2,
 *   transactionId: { transactionGroupQualifier: 'G-1', transactionQualifier: 'Q-1' },
 *   serviceDateTime: { dateTimeOfThisService: { date: '20240203', time: '101112' } },
 *   note: 'Anybody there?',
 * } as const;
 * await sendOneWay(message, { connector, address: lender.address });
 * console.log(lender.records.length);
 * await lender.close();
 * ```
 *
 * @packageDocumentation
 */
import {
  type Clock,
  type GuardContext,
  isInterlendError,
  type LendingEvent,
  type LendingRequest,
  type Opening,
  type PeerAddress,
  StateError,
  systemClock,
} from '@interlend/core';
import { decode } from './codec.js';
import type { DoubleBehaviour, Manner } from './double/behaviour.js';
import { Desk } from './double/desk.js';
import { Inbox } from './double/inbox.js';
import { type ConnectionFate, Line, type LineOptions } from './double/line.js';
import { type DoubleRecord, Records } from './double/records.js';
import { fillIn, octetsOfHex, requireExpected, type ScriptStep } from './double/script.js';
import { isoIll } from './iso-ill.js';
import type { IllApdu } from './messages/apdus.js';
import type { ApduName } from './messages/enumerations.js';
import type { OutgoingApdu, ReceivedApdu } from './received.js';
import { nextStamp, toDateTime } from './service-time.js';

export type { DoubleBehaviour, Manner } from './double/behaviour.js';
export type { ConnectionFate, LineOptions } from './double/line.js';
export type { DoubleRecord } from './double/records.js';
export type { ApduTemplate, ExpectedApdu, ScriptStep } from './double/script.js';

/** How to make a double. */
export interface IllDoubleOptions extends LineOptions {
  readonly behaviour: DoubleBehaviour;
  readonly manner?: Manner;
  /** Name of the profile after which APDUs are written. */
  readonly profile?: string;
  readonly clock?: Clock;
  /** How to wait; by the timers of the platform when absent. */
  readonly pause?: (ms: number) => Promise<void>;
}

/**
 * Makes a double and, where mode and role need it, lets it listen.
 *
 * @throws ConfigError when a seam that mode and role need is not there
 * @throws TransportError when the address cannot be listened on
 */
export async function createIllDouble(options: IllDoubleOptions): Promise<IllDouble> {
  const double = new IllDouble(options);
  await double.open();
  return double;
}

/** A partner made for a test. */
export class IllDouble {
  readonly #options: IllDoubleOptions;
  readonly #clock: Clock;
  readonly #records = new Records();
  readonly #inbox = new Inbox();
  readonly #desk: Desk;
  /** Of the connections that bring the next APDUs, in the order of the script. */
  readonly #fates: ConnectionFate[];
  readonly #lastFate: ConnectionFate;
  #line: Line | undefined;
  #running: Promise<void> = Promise.resolve();
  #last: { readonly heard?: IllApdu; readonly sent?: Uint8Array } = {};

  /** @internal */
  constructor(options: IllDoubleOptions) {
    this.#options = options;
    this.#clock = options.clock ?? systemClock;
    const { behaviour } = options;
    const steps = behaviour.kind === 'script' ? behaviour.steps : [];
    this.#fates = steps.flatMap((step) => ('expect' in step ? [step.connection ?? 'keep'] : []));
    this.#lastFate = behaviour.kind === 'never-closes' ? 'leave-open' : 'keep';
    this.#desk = new Desk(
      behaviour,
      () => this.#context(),
      (failure) => this.#records.add({ direction: 'unsaid', failure }),
    );
  }

  /** @internal */
  async open(): Promise<void> {
    const { behaviour } = this.#options;
    this.#line = await Line.open(this.#options, {
      hear: (received) => this.#hear(received),
      onLost: (failure) => this.#records.add({ direction: 'lost', failure }),
      ...(behaviour.kind === 'closes-early' && { closesEarly: behaviour.how ?? 'in-order' }),
    });
    this.#running = behaviour.kind === 'script' ? this.#follow(behaviour.steps) : this.#behave();
    // Whoever asks hears of it in `finished`.
    this.#running.catch(() => {});
  }

  /** Where the double listens. @throws StateError when it does not */
  get address(): PeerAddress {
    const address = this.#line?.address;
    if (address) return address;
    throw new StateError('a requester in mode 499 does not listen', {
      state: 'connecting',
      event: 'address',
      allowed: ['partner'],
    });
  }

  /** Everything heard and said so far, in order. */
  get records(): readonly DoubleRecord[] {
    return this.#records.all;
  }

  /** Waits until so many APDUs of a kind were heard, and gives them. */
  async heard(apdu: ApduName, count = 1): Promise<readonly IllApdu[]> {
    await this.#records.until((record) => heardApdu(record)?.apdu === apdu, count);
    return this.records
      .flatMap((record) => heardApdu(record) ?? [])
      .filter((message) => message.apdu === apdu);
  }

  /** Waits until so many records are as wanted. */
  async until(isWanted: (record: DoubleRecord) => boolean, count = 1): Promise<readonly DoubleRecord[]> {
    return this.#records.until(isWanted, count);
  }

  /** Settles with the script. @throws StateError when something else came than it expected */
  async finished(): Promise<void> {
    await this.#running;
  }

  /** Sends something that is in no script. */
  async send(apdu: OutgoingApdu): Promise<void> {
    await this.#say([apdu]);
  }

  /** As requester: asks for something. Gives the key of the transaction. */
  async request(opening: Opening, request: LendingRequest): Promise<string> {
    const { key, apdus } = this.#desk.request(opening, request);
    await this.#say(apdus);
    return key;
  }

  /**
   * Says something about a transaction, by its key, beside what the behaviour says.
   *
   * @throws StateError when the wire does not allow it now, or when there is no such transaction
   */
  async say(key: string, event: LendingEvent): Promise<void> {
    await this.#say(this.#desk.say(key, event));
  }

  /** Ends every connection and stops listening. */
  async close(): Promise<void> {
    this.#inbox.close();
    await this.#line?.close();
  }

  /**
   * On a one-way connection the partner learns at once what becomes of it: both sides may be busy sending. On a two-way
   * connection it has to stay until the answer is written.
   */
  async #hear(received: ReceivedApdu): Promise<ConnectionFate> {
    this.#records.add({ direction: 'in', received });
    const fate = this.#fates.shift() ?? this.#lastFate;
    const attended = this.#inbox.put(received);
    if (this.#options.mode === '499') await attended;
    return fate;
  }

  async #follow(steps: readonly ScriptStep[]): Promise<void> {
    let release = (): void => {};
    try {
      for (const [index, step] of steps.entries()) {
        if ('expect' in step) {
          release();
          const arrival = await this.#inbox.next();
          if (!arrival) return;
          release = arrival.release;
          if (arrival.received.kind === 'apdu')
            this.#last = { ...this.#last, heard: arrival.received.message };
          requireExpected(step.expect, arrival.received, index + 1);
        } else if ('pauseMs' in step) {
          await this.#pause(step.pauseMs);
        } else if ('sendAgain' in step) {
          await this.#say(this.#last.sent ? [this.#last.sent] : []);
        } else if ('sendHex' in step) {
          await this.#say([octetsOfHex(step.sendHex, index + 1)]);
        } else {
          await this.#say([fillIn(step.send, this.#last.heard, this.#now())]);
        }
      }
    } finally {
      release();
      this.#inbox.close();
    }
  }

  async #behave(): Promise<void> {
    try {
      for (let arrival = await this.#inbox.next(); arrival; arrival = await this.#inbox.next()) {
        await this.#say(this.#desk.answer(arrival.received));
        arrival.release();
      }
    } finally {
      this.#inbox.close();
    }
  }

  async #say(apdus: readonly OutgoingApdu[]): Promise<void> {
    const { manner = {}, profile } = this.#options;
    const { delayMs = 0, times = 1, order } = manner;
    for (const apdu of order === 'reversed' ? [...apdus].reverse() : apdus) {
      const bytes =
        apdu instanceof Uint8Array ? apdu : isoIll.encode(apdu, profile === undefined ? {} : { profile });
      this.#last = { ...this.#last, sent: bytes };
      for (let time = 0; time < times; time++) {
        if (delayMs > 0) await this.#pause(delayMs);
        await this.#send(bytes);
      }
    }
  }

  async #send(bytes: Uint8Array): Promise<void> {
    const message = messageIn(bytes);
    this.#records.add({ direction: 'out', bytes, ...(message && { message }) });
    try {
      const delivery = await this.#line?.send(bytes);
      if (delivery) this.#records.add({ direction: 'sent', bytes, delivery });
    } catch (failure) {
      if (!isInterlendError(failure)) throw failure;
      this.#records.add({ direction: 'unsent', bytes, failure });
    }
  }

  async #pause(ms: number): Promise<void> {
    const { pause } = this.#options;
    await (pause ? pause(ms) : new Promise<void>((resolve) => setTimeout(resolve, ms)));
  }

  #context(): GuardContext {
    const { profile } = this.#options;
    return { now: this.#clock.now(), isStrict: false, ...(profile !== undefined && { profile }) };
  }

  #now() {
    return { dateTimeOfThisService: toDateTime(nextStamp(undefined, this.#clock.now(), 'UTC')) };
  }
}

function heardApdu(record: DoubleRecord): IllApdu | undefined {
  return record.direction === 'in' && record.received.kind === 'apdu' ? record.received.message : undefined;
}

function messageIn(bytes: Uint8Array): IllApdu | undefined {
  try {
    return decode(bytes).message;
  } catch (error) {
    if (isInterlendError(error)) return undefined;
    throw error;
  }
}
