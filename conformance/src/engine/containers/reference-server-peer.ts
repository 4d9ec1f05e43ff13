import { randomUUID } from 'node:crypto';
import { type StartedNetwork, Wait } from 'testcontainers';
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

/** Starts a reference server in a container of its own, which the partners of the network reach as `alias`. @throws HarnessError */
export async function startReferenceServer(
  image: string,
  network: StartedNetwork,
  alias: string,
  settings: ServerSettings,
): Promise<RunningServer> {
  const ports = settings.listeners.map((_, index) => firstPort + index);
  const apiToken = randomUUID();
  const content = formatSettings(settings, {
    data: '/var/lib/interlend/server.sqlite',
    host: '0.0.0.0',
    api: { port: apiPort, tokens: [apiToken] },
    ports,
    files: settingsFolder,
  });
  const container = new LoopbackContainer(image)
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
  const started = await startPeer('reference server', container);
  return {
    apiUrl: `http://${started.getHost()}:${started.getMappedPort(apiPort)}`,
    apiToken,
    listeners: ports.map((port) => ({ host: alias, port })),
    log: container.log,
    async stop() {
      await started.stop({ timeout: endsWithinMs });
    },
  };
}
