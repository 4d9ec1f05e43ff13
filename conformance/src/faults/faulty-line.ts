import type { Listening, PeerAddress } from '@interlend/core';
import type { Engine } from '../engine/engine.js';
import { HarnessError } from '../run/checks.js';
import { type LineFaultName, LineFaults, passOn } from './line-faults.js';

/** Which fault a connection meets, by its number on the line, counted from 0; `undefined` for none. */
export type FaultPlan = (connection: number) => LineFaultName | undefined;

/** A listener that carries connections to another one, and does to them what its plan says. */
export class FaultyLine {
  /** How many connections came. */
  connections = 0;
  plan: FaultPlan = () => undefined;
  /** Where it carries connections to; servers are started when their partner's address is known. */
  target: PeerAddress | undefined;
  readonly #engine: Engine;
  #listening: Listening | undefined;

  private constructor(engine: Engine) {
    this.#engine = engine;
  }

  static async open(engine: Engine): Promise<FaultyLine> {
    const line = new FaultyLine(engine);
    line.#listening = await engine.acceptor.listen(
      { host: '127.0.0.1', port: 0 },
      async (caller, { signal }) => {
        const fault = line.plan(line.connections++);
        const carry = fault === undefined ? passOn : LineFaults[fault].carry;
        await carry(caller, () => line.#openTarget(), signal);
      },
    );
    return line;
  }

  /** Where it listens. */
  get address(): PeerAddress {
    if (!this.#listening) throw new HarnessError('the line is not open');
    return this.#listening.address;
  }

  #openTarget() {
    if (!this.target) throw new HarnessError('the line leads nowhere yet');
    return this.#engine.connector.open(this.target);
  }

  async close(): Promise<void> {
    await this.#listening?.close();
  }
}
