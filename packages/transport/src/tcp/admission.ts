import type { AcceptorLimits } from '../limits.js';

/** What has become of the connections to one listener. */
export interface TcpCounts {
  /** Open now. */
  readonly open: number;
  /** Admitted since the start, handshakes that failed among them. */
  readonly accepted: number;
  /** Closed at once because too many were open, in all or from their address. */
  readonly refusedByLimit: number;
  /** Closed at once because their address is not allowed. */
  readonly refusedByAddress: number;
  /** Ended because the TLS handshake failed or the client certificate was not accepted. */
  readonly failedHandshakes: number;
}

/** Decides at the door, before any octet is read. */
export class Admission {
  readonly #limits: AcceptorLimits;
  readonly #isAllowed: (address: string) => boolean;
  readonly #openByAddress = new Map<string, number>();
  #open = 0;
  #accepted = 0;
  #refusedByLimit = 0;
  #refusedByAddress = 0;
  #failedHandshakes = 0;

  constructor(limits: AcceptorLimits, isAllowed: (address: string) => boolean) {
    this.#limits = limits;
    this.#isAllowed = isAllowed;
  }

  get counts(): TcpCounts {
    return {
      open: this.#open,
      accepted: this.#accepted,
      refusedByLimit: this.#refusedByLimit,
      refusedByAddress: this.#refusedByAddress,
      failedHandshakes: this.#failedHandshakes,
    };
  }

  /** Takes a place; whoever got one gives it back with {@link Admission.leave}. */
  enter(address: string): boolean {
    if (!this.#isAllowed(address)) {
      this.#refusedByAddress++;
      return false;
    }
    const openHere = this.#openByAddress.get(address) ?? 0;
    if (this.#open >= this.#limits.connections || openHere >= this.#limits.connectionsPerAddress) {
      this.#refusedByLimit++;
      return false;
    }
    this.#open++;
    this.#accepted++;
    this.#openByAddress.set(address, openHere + 1);
    return true;
  }

  leave(address: string): void {
    this.#open--;
    const left = (this.#openByAddress.get(address) ?? 1) - 1;
    if (left > 0) this.#openByAddress.set(address, left);
    else this.#openByAddress.delete(address);
  }

  handshakeFailed(): void {
    this.#failedHandshakes++;
  }
}
