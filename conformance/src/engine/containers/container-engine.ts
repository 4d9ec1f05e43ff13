import { getContainerRuntimeClient, type StartedNetwork } from 'testcontainers';
import type { Engine } from '../engine.js';
import { sweepImages } from './image-sweep.js';
import { buildReplayerImage, buildServerImage, missingBaseImages } from './images.js';
import { startNetwork, sweepLeftovers } from './loopback-container.js';
import { ReferenceServerPeer } from './reference-server-peer.js';
import { ReplayerPeer } from './replayer-peer.js';

// Its own cleaner is an image, which cannot be had everywhere; leftovers are swept by their labels instead.
process.env['TESTCONTAINERS_RYUK_DISABLED'] = 'true';
// Ports are published on loopback; left to itself it takes a gateway's address where this machine looks like a container.
process.env['TESTCONTAINERS_HOST_OVERRIDE'] ??= '127.0.0.1';

/** An engine whose peers share a network, to which others may be added. */
export interface ContainerEngine extends Engine {
  readonly network: StartedNetwork;
}

/** Why containers cannot be used here and now; `undefined` when they can. */
export async function whyNoContainers(): Promise<string | undefined> {
  try {
    await getContainerRuntimeClient();
  } catch {
    return 'no container engine answers';
  }
  const missing = await missingBaseImages();
  return missing.length > 0
    ? `${missing.join(' and ')} missing, \`node scripts/base-images.js\` gets them`
    : undefined;
}

/** Peers in containers: builds their images, starts their network and what holds the partners' sockets. @throws HarnessError */
export async function openContainerEngine(): Promise<ContainerEngine> {
  await sweepLeftovers();
  const serverImage = await buildServerImage();
  const replayerImage = await buildReplayerImage();
  // The new images have taken their names from the old ones.
  await sweepImages();
  const network = await startNetwork();
  try {
    const replayer = await ReplayerPeer.start(replayerImage, network);
    let servers = 0;
    return {
      name: 'containers',
      network,
      acceptor: replayer.tunnel.acceptor,
      connector: replayer.tunnel.connector,
      startServer: (settings) =>
        ReferenceServerPeer.start(serverImage, network, `server-${++servers}`, settings),
      async close() {
        await replayer.stop();
        await network.stop();
      },
    };
  } catch (error) {
    await network.stop();
    throw error;
  }
}
