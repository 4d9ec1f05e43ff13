import { type StartedNetwork, Wait } from 'testcontainers';
import { HarnessError } from '../../run/checks.js';
import { LoopbackContainer } from './loopback-container.js';

const runsWithinMs = 30_000;

/** Runs yaz-illclient once in a container of the network. Resolves to what it wrote. @throws HarnessError when it does not end well */
export async function runYazClient(
  image: string,
  network: StartedNetwork,
  args: readonly string[],
): Promise<readonly string[]> {
  const container = new LoopbackContainer(image)
    .withNetwork(network)
    .withCommand([...args])
    .withWaitStrategy(Wait.forOneShotStartup().withStartupTimeout(runsWithinMs));
  try {
    const started = await container.start();
    await started.stop();
    return container.log;
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    throw new HarnessError([`yaz-illclient: ${why}`, ...container.log].join('\n'));
  }
}
