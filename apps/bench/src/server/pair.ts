import { fork } from 'node:child_process';
import { once } from 'node:events';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Answer, Figures, Order } from './side-protocol.js';

const program = fileURLToPath(new URL('./side.js', import.meta.url));
const borrower = 'BENCH:BORROWER';
const lender = 'BENCH:LENDER';

/** A borrowing and a lending server, each in a process of its own. */
export interface Pair {
  /** Completes loans and gives the seconds it took. */
  lend(loans: number, abreast: number): Promise<number>;
  /** What both sides counted since the last call, borrower first. */
  figures(): Promise<readonly [Figures, Figures]>;
  stop(): Promise<void>;
}

/** Starts a pair that keeps its data in `folder`. */
export async function startPair(folder: string): Promise<Pair> {
  const [borrowerPort, lenderPort] = await freePorts();
  const sides: Side[] = [];
  const start = async (own: string, other: string, ownPort: number, otherPort: number) => {
    const side = new Side();
    sides.push(side);
    const data = join(folder, `${own.toLowerCase().replace(':', '-')}.sqlite`);
    await side.obey({ kind: 'start', settings: { own, other, ownPort, otherPort, data } });
    return side;
  };
  try {
    const borrowing = await start(borrower, lender, borrowerPort, lenderPort);
    const lending = await start(lender, borrower, lenderPort, borrowerPort);
    return {
      async lend(loans, abreast) {
        const begin = performance.now();
        await borrowing.obey({ kind: 'lend', loans, abreast });
        return (performance.now() - begin) / 1000;
      },
      figures: async () => [await borrowing.figures(), await lending.figures()],
      async stop() {
        for (const side of sides) await side.stop();
      },
    };
  } catch (error) {
    for (const side of sides) side.kill();
    throw error;
  }
}

/** A server in a process of its own. It has one order at a time. */
class Side {
  readonly #child = fork(program);
  readonly #ended = once(this.#child, 'exit');
  #answered: (answer: Answer) => void = () => undefined;

  constructor() {
    this.#child.on('message', (answer: Answer) => this.#answered(answer));
    this.#child.on('exit', () => this.#answered({ kind: 'failed', reason: 'the process ended' }));
  }

  async obey(order: Order): Promise<Answer> {
    const answer = await new Promise<Answer>((resolve) => {
      this.#answered = resolve;
      this.#child.send(order);
    });
    if (answer.kind === 'failed') throw new Error(`${order.kind} failed: ${answer.reason}`);
    return answer;
  }

  async figures(): Promise<Figures> {
    const answer = await this.obey({ kind: 'figures' });
    if (answer.kind !== 'figures') throw new Error('a side answered without figures');
    return answer.figures;
  }

  async stop(): Promise<void> {
    await this.obey({ kind: 'stop' });
    await this.#ended;
  }

  kill(): void {
    this.#child.kill();
  }
}

/** Two ports that were free a moment ago. */
async function freePorts(): Promise<readonly [number, number]> {
  const listeners = [createServer(), createServer()] as const;
  const ports = await Promise.all(
    listeners.map(async (listener) => {
      listener.listen(0, '127.0.0.1');
      await once(listener, 'listening');
      const address = listener.address();
      return typeof address === 'object' && address !== null ? address.port : 0;
    }),
  );
  await Promise.all(
    listeners.map(async (listener) => {
      listener.close();
      await once(listener, 'close');
    }),
  );
  const [one = 0, other = 0] = ports;
  return [one, other];
}
