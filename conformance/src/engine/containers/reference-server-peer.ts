import { randomUUID } from 'node:crypto';
import type { PeerAddress } from '@interlend/core';
import { type StartedNetwork, type StartedTestContainer, Wait } from 'testcontainers';
import type { RunningServer, ServerSettings } from '../engine.js';
import { formatSettings } from '../settings-file.js';
import { LoopbackContainer } from './loopback-container.js';
import { startPeer } from './start-peer.js';

const apiPort = 8080;
const settingsFolder = '/etc/interlend';
/** Listeners get the ports from here on, in the order of the settings. */
const firstPort = 16110;
const readyWithinMs = 60_000;
const endsWithinMs = 10_000;

/** A reference server in a container of its own, with a token for its API. */
export class ReferenceServerPeer implements RunningServer {
  readonly apiToken: string;
  readonly listeners: readonly PeerAddress[];
  readonly #container: StartedTestContainer;
  readonly #source: LoopbackContainer;

  private constructor(
    container: StartedTestContainer,
    source: LoopbackContainer,
    apiToken: string,
    listeners: readonly PeerAddress[],
  ) {
    this.#container = container;
    this.#source = source;
    this.apiToken = apiToken;
    this.listeners = listeners;
  }

  /** Starts it as `alias` in the network. @throws HarnessError */
  static async start(
    image: string,
    network: StartedNetwork,
    alias: string,
    settings: ServerSettings,
  ): Promise<ReferenceServerPeer> {
    const ports = settings.listeners.map((_, index) => firstPort + index);
    const apiToken = randomUUID();
    const content = formatSettings(settings, {
      data: '/var/lib/interlend/server.sqlite',
      host: '0.0.0.0',
      api: { port: apiPort, tokens: [apiToken] },
      ports,
      files: settingsFolder,
    });
    const source = new LoopbackContainer(image)
      .withNetwork(network)
      .withNetworkAliases(alias)
      .withExposedPorts(apiPort)
      .withCopyContentToContainer(
        Object.entries({ ...settings.files, 'settings.yaml': content }).map(([name, text]) => ({
          content: text,
          target: `${settingsFolder}/${name}`,
        })),
      )
      .withWaitStrategy(Wait.forLogMessage(/"msg":"ready"/).withStartupTimeout(readyWithinMs));
    const container = await startPeer('reference server', source);
    const listeners = ports.map((port) => ({ host: alias, port }));
    return new ReferenceServerPeer(container, source, apiToken, listeners);
  }

  get apiUrl(): string {
    return `http://${this.#container.getHost()}:${this.#container.getMappedPort(apiPort)}`;
  }

  get log(): readonly string[] {
    return this.#source.log;
  }

  async stop(): Promise<void> {
    await this.#container.stop({ timeout: endsWithinMs });
  }
}
