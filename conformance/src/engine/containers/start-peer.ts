import type { StartedTestContainer } from 'testcontainers';
import { HarnessError } from '../../run/checks.js';
import type { LoopbackContainer } from './loopback-container.js';

/** Starts the container of a peer. @throws HarnessError with what the peer wrote */
export async function startPeer(name: string, container: LoopbackContainer): Promise<StartedTestContainer> {
  try {
    return await container.start();
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    throw new HarnessError([`${name}: ${why}`, ...container.log].join('\n'));
  }
}
