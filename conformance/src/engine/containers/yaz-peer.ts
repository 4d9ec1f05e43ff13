import { type StartedNetwork, Wait } from 'testcontainers';
import { HarnessError } from '../../run/checks.js';
import { LoopbackContainer } from './loopback-container.js';

const runsWithinMs = 30_000;

/** Index Data's yaz-illclient, which says one request and ends: a container of the network for each. */
export class YazPeer {
  readonly #image: string;
  readonly #network: StartedNetwork;
  #log: readonly string[] = [];

  constructor(image: string, network: StartedNetwork) {
    this.#image = image;
    this.#network = network;
  }

  /** What its last run wrote. */
  get log(): readonly string[] {
    return this.#log;
  }

  /** Runs it once. @throws HarnessError when it does not end well */
  async run(args: readonly string[]): Promise<void> {
    const container = new LoopbackContainer(this.#image)
      .withNetwork(this.#network)
      .withCommand([...args])
      .withWaitStrategy(Wait.forOneShotStartup().withStartupTimeout(runsWithinMs));
    try {
      const started = await container.start();
      await started.stop();
    } catch (error) {
      const why = error instanceof Error ? error.message : String(error);
      throw new HarnessError([`yaz-illclient: ${why}`, ...container.log].join('\n'));
    } finally {
      this.#log = container.log;
    }
  }
}
