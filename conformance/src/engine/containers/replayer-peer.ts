import { type StartedNetwork, type StartedTestContainer, Wait } from 'testcontainers';
import { LoopbackContainer } from './loopback-container.js';
import { startPeer } from './start-peer.js';
import { openTunnel, type Tunnel } from './tunnel.js';

const controlPort = 9000;
const alias = 'partner';

/** A container that has the sockets of the replayed partners, while the run decides what goes over them. */
export class ReplayerPeer {
  readonly tunnel: Tunnel;
  readonly #container: StartedTestContainer;

  private constructor(container: StartedTestContainer, tunnel: Tunnel) {
    this.#container = container;
    this.tunnel = tunnel;
  }

  static async start(image: string, network: StartedNetwork): Promise<ReplayerPeer> {
    const container = await startPeer(
      'replayer',
      new LoopbackContainer(image)
        .withNetwork(network)
        .withNetworkAliases(alias)
        .withExposedPorts(controlPort)
        .withWaitStrategy(Wait.forLogMessage('ready')),
    );
    try {
      const address = { host: container.getHost(), port: container.getMappedPort(controlPort) };
      return new ReplayerPeer(container, await openTunnel(address, alias));
    } catch (error) {
      await container.stop();
      throw error;
    }
  }

  async stop(): Promise<void> {
    await this.tunnel.close();
    await this.#container.stop();
  }
}
