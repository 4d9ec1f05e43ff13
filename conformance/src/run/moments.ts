import { CheckFailure } from './checks.js';
import type { ProtocolUnderTest } from './protocols.js';

/** The times that the side under test names in one conversation, where its protocol has them. */
export class Moments {
  readonly #put: ProtocolUnderTest;
  #last = '';

  constructor(put: ProtocolUnderTest) {
    this.#put = put;
  }

  /** @throws CheckFailure when a message does not name a later time than the one before it */
  assertLater(bytes: Uint8Array): void {
    const { protocol, momentOf, clauseOf } = this.#put;
    if (!momentOf) return;
    const { message } = protocol.decode(bytes);
    const moment = momentOf(message);
    if (moment <= this.#last) {
      throw new CheckFailure(
        `expected a time after ${this.#last}, that of the message before; it is ${moment}`,
        {
          clause: clauseOf(message),
        },
      );
    }
    this.#last = moment;
  }
}
