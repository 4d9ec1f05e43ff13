import { getContainerRuntimeClient } from 'testcontainers';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { runConformance } from '../../conformance-run.js';
import { YazParties, YazRequests, yazListener, yazSettings } from '../../recording/yaz-illclient.js';
import { ServerApi } from '../../run/server-api.js';
import { loadSuite } from '../../suite/load.js';
import { type ContainerEngine, openContainerEngine } from './container-engine.js';
import { opensWithinMs, runsWithinMs, whySkipped } from './containers.test-support.js';
import { checkoutLabel, sweepImages } from './image-sweep.js';
import { BaseImages, buildDebianImage } from './images.js';
import { labelsOf, sweepLeftovers } from './loopback-container.js';
import { YazPeer } from './yaz-peer.js';

const why = await whySkipped();

describe.skipIf(why !== undefined)('peers in containers', () => {
  let engine: ContainerEngine | undefined;
  const opened = (): ContainerEngine => {
    if (!engine) throw new Error('the engine did not open');
    return engine;
  };

  beforeAll(async () => {
    engine = await openContainerEngine();
  }, opensWithinMs);

  afterAll(async () => {
    await engine?.close();
  }, runsWithinMs);

  it(
    'passes the whole suite',
    async () => {
      const suite = loadSuite();
      const result = await runConformance(suite, opened());
      expect(result.complaints).toEqual([]);
      expect(result.engine).toBe('containers');
      expect(result.exchanges).toHaveLength(suite.exchanges.length);
    },
    runsWithinMs,
  );

  it(
    'takes a request of yaz-illclient from a container of its own',
    async () => {
      const [request] = YazRequests;
      if (!request) throw new Error('no request');
      const server = await opened().startServer(yazSettings);
      try {
        const { host, port } = yazListener(server);
        const parameters = Object.entries(request.parameters).map(([name, value]) => `ill,${name}=${value}`);
        const args = [...parameters.flatMap((parameter) => ['-D', parameter]), `${host}:${port}`];
        await new YazPeer(await buildDebianImage('yaz-illclient'), opened().network).run(args);
        const api = new ServerApi(server.apiUrl, server.apiToken);
        const id = (await api.newestLending(YazParties.lender, YazParties.borrower)) ?? '';
        expect(await api.timeline(id)).toMatchObject({ state: 'requested', request: request.request });
        await expect(new ServerApi(server.apiUrl).timeline(id)).rejects.toMatchObject({ code: '401' });
      } finally {
        await server.stop();
      }
    },
    runsWithinMs,
  );

  it('publishes ports on loopback only', async () => {
    const { dockerode } = (await getContainerRuntimeClient()).container;
    const label = Object.entries(labelsOf(process.pid)).map(([name, value]) => `${name}=${value}`);
    const containers = await dockerode.listContainers({ filters: { label } });
    const hosts = containers.flatMap(({ Ports }) =>
      Ports.flatMap(({ IP }) => (IP === undefined ? [] : [IP])),
    );
    expect([...new Set(hosts)]).toEqual(['127.0.0.1']);
  });

  it(
    'sweeps what a run left behind, and nothing of a run that goes on',
    async () => {
      const { dockerode } = (await getContainerRuntimeClient()).container;
      const create = (labels: Readonly<Record<string, string>>) =>
        dockerode.createContainer({
          Image: BaseImages[0] ?? '',
          Cmd: ['true'],
          Labels: { ...labels },
        });
      // No process has this number: it is beyond what a system gives.
      const left = await create(labelsOf(2 ** 30));
      const living = await create(labelsOf(process.ppid));
      // The number is that of a living process, which began at another time.
      const reused = await create(labelsOf(process.ppid, '1'));
      try {
        // Two runs that begin at once sweep at once.
        const [swept] = await Promise.all([sweepLeftovers(), sweepLeftovers()]);
        expect(swept).toBeGreaterThanOrEqual(2);
        for (const gone of [left, reused]) {
          await expect(gone.inspect()).rejects.toMatchObject({ statusCode: 404 });
        }
        await expect(living.inspect()).resolves.toMatchObject({ Id: living.id });
      } finally {
        await living.remove();
      }
    },
    runsWithinMs,
  );

  it(
    'sweeps images whose checkout is gone, and none of a checkout that is there',
    async () => {
      const { dockerode } = (await getContainerRuntimeClient()).container;
      const source = await dockerode.createContainer({ Image: BaseImages[0] ?? '', Cmd: ['true'] });
      const make = async (tag: string, checkout: string): Promise<string> => {
        const name = { repo: 'interlend/swept', tag: `${tag}-${process.pid}` };
        await source.commit({ ...name, changes: `LABEL ${checkoutLabel}=${checkout}` });
        return `${name.repo}:${name.tag}`;
      };
      try {
        const gone = await make('gone', '/no/such/checkout');
        const kept = await make('kept', process.cwd());
        expect(await sweepImages()).toContain(gone);
        await expect(dockerode.getImage(gone).inspect()).rejects.toMatchObject({ statusCode: 404 });
        await dockerode.getImage(kept).remove();
      } finally {
        await source.remove();
      }
    },
    runsWithinMs,
  );
});
