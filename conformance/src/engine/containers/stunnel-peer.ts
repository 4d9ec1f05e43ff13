import type { PeerAddress } from '@interlend/core';
import { type StartedNetwork, type StartedTestContainer, Wait } from 'testcontainers';
import type { PeerCredentials } from './certificates.js';
import { LoopbackContainer } from './loopback-container.js';
import { startPeer } from './start-peer.js';

const folder = '/etc/stunnel';
const readyWithinMs = 30_000;

/** One way through stunnel. */
export interface StunnelService {
  /** `wrap` takes plain connections and opens TLS ones, `unwrap` the other way round. */
  readonly does: 'wrap' | 'unwrap';
  /** The port on which it listens in its container. */
  readonly accept: number;
  /** Where it connects to, as its network names it; looked up with each connection. */
  readonly connect: PeerAddress;
}

/** stunnel in a container. Both ends of its TLS show a certificate. */
export class StunnelPeer {
  readonly #container: StartedTestContainer;
  readonly #source: LoopbackContainer;

  private constructor(container: StartedTestContainer, source: LoopbackContainer) {
    this.#container = container;
    this.#source = source;
  }

  /** Starts it as `alias` in the network. @throws HarnessError */
  static async start(
    image: string,
    network: StartedNetwork,
    alias: string,
    credentials: PeerCredentials,
    services: readonly StunnelService[],
  ): Promise<StunnelPeer> {
    const files = {
      'stunnel.conf': formatStunnelSettings(services),
      'certificate.pem': credentials.certificate,
      'key.pem': credentials.key,
      'authority.pem': credentials.authority,
    };
    const source = new LoopbackContainer(image)
      .withNetwork(network)
      .withNetworkAliases(alias)
      .withExposedPorts(...services.map(({ accept }) => accept))
      .withCopyContentToContainer(
        Object.entries(files).map(([name, content]) => ({ content, target: `${folder}/${name}` })),
      )
      .withWaitStrategy(Wait.forLogMessage(/Configuration successful/).withStartupTimeout(readyWithinMs));
    return new StunnelPeer(await startPeer('stunnel', source), source);
  }

  /** Where a port on which it listens is reached from this machine. */
  address(accept: number): PeerAddress {
    return { host: this.#container.getHost(), port: this.#container.getMappedPort(accept) };
  }

  get log(): readonly string[] {
    return this.#source.log;
  }

  async stop(): Promise<void> {
    await this.#container.stop();
  }
}

/** The settings file of stunnel. */
export function formatStunnelSettings(services: readonly StunnelService[]): string {
  return [
    'foreground = yes',
    'pid =',
    'debug = notice',
    `cert = ${folder}/certificate.pem`,
    `key = ${folder}/key.pem`,
    `CAfile = ${folder}/authority.pem`,
    'verifyChain = yes',
    'requireCert = yes',
    'sslVersionMin = TLSv1.2',
    // The other end may start later.
    'delay = yes',
    ...services.flatMap(({ does, accept, connect }) => [
      `[${does}-${accept}]`,
      ...(does === 'wrap' ? ['client = yes', `checkHost = ${connect.host}`] : []),
      `accept = ${accept}`,
      `connect = ${connect.host}:${connect.port}`,
    ]),
    '',
  ].join('\n');
}
