import { type ChildProcess, fork } from 'node:child_process';
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
  const children: ChildProcess[] = [];
  const start = async (own: string, other: string, ownPort: number, otherPort: number) => {
    const child = fork(program);
    children.push(child);
    const data = join(folder, `${own.toLowerCase().replace(':', '-')}.sqlite`);
    await order(child, { kind: 'start', settings: { own, other, ownPort, otherPort, data } });
    return child;
  };
  try {
    const borrowing = await start(borrower, lender, borrowerPort, lenderPort);
    const lending = await start(lender, borrower, lenderPort, borrowerPort);
    return {
      async lend(loans, abreast) {
        const begin = performance.now();
        await order(borrowing, { kind: 'lend', loans, abreast });
        return (performance.now() - begin) / 1000;
      },
      figures: async () => [await figuresOf(borrowing), await figuresOf(lending)],
      async stop() {
        for (const child of [borrowing, lending]) {
          await order(child, { kind: 'stop' });
          if (child.exitCode === null) await once(child, 'exit');
        }
      },
    };
  } catch (error) {
    for (const child of children) child.kill();
    throw error;
  }
}

async function order(child: ChildProcess, what: Order): Promise<Answer> {
  const gone = once(child, 'exit').then((): Answer => ({ kind: 'failed', reason: 'the process ended' }));
  const told = once(child, 'message').then(([message]): Answer => message);
  child.send(what);
  const answer = await Promise.race([told, gone]);
  if (answer.kind === 'failed') throw new Error(`${what.kind} failed: ${answer.reason}`);
  return answer;
}

async function figuresOf(child: ChildProcess): Promise<Figures> {
  const answer = await order(child, { kind: 'figures' });
  if (answer.kind !== 'figures') throw new Error('a side answered without figures');
  return answer.figures;
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
