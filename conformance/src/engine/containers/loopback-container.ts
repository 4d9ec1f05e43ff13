import { hostname } from 'node:os';
import { createInterface } from 'node:readline';
import { GenericContainer, getContainerRuntimeClient, StartedNetwork } from 'testcontainers';

const label = 'org.interlend.conformance';
const logLines = 200;

/** Labels of what a run makes, by which a later run finds what this one left behind. */
export function labelsOf(pid: number): Readonly<Record<string, string>> {
  return { [label]: String(pid), [`${label}.host`]: hostname() };
}

/** A container whose ports are published on loopback only, with the labels of this run. Testcontainers offers both to heirs only. */
export class LoopbackContainer extends GenericContainer {
  readonly #log: string[] = [];

  constructor(image: string) {
    super(image);
    this.withLabels({ ...labelsOf(process.pid) });
    this.withLogConsumer((stream) => {
      createInterface(stream).on('line', (line) => {
        this.#log.push(line);
        if (this.#log.length > logLines) this.#log.shift();
      });
    });
  }

  /** What it wrote, newest last. */
  get log(): readonly string[] {
    return this.#log;
  }

  protected override async beforeContainerCreated(): Promise<void> {
    const bindings: unknown = this.hostConfig.PortBindings;
    if (typeof bindings !== 'object' || bindings === null) return;
    for (const ports of Object.values(bindings))
      for (const binding of Array.isArray(ports) ? ports : [])
        Object.assign(binding, { HostIp: '127.0.0.1' });
  }
}

/** Starts a network of this run. */
export async function startNetwork(): Promise<StartedNetwork> {
  const client = await getContainerRuntimeClient();
  const name = `interlend-conformance-${process.pid}-${Date.now()}`;
  const network = await client.network.create({
    Name: name,
    Driver: 'bridge',
    Labels: { ...labelsOf(process.pid) },
  });
  return new StartedNetwork(client, name, network);
}

/** Removes containers and networks of runs on this machine that are no more. Returns how many. */
export async function sweepLeftovers(): Promise<number> {
  const { dockerode } = (await getContainerRuntimeClient()).container;
  const filters = { label: [`${label}.host=${hostname()}`] };
  const containers = (await dockerode.listContainers({ all: true, filters })).filter(isLeftover);
  for (const { Id } of containers) await dockerode.getContainer(Id).remove({ force: true, v: true });
  const networks = (await dockerode.listNetworks({ filters })).filter(isLeftover);
  for (const { Id } of networks) await dockerode.getNetwork(Id).remove();
  return containers.length + networks.length;
}

function isLeftover({ Labels }: { readonly Labels?: Readonly<Record<string, string>> | undefined }): boolean {
  const pid = Number(Labels?.[label]);
  if (!Number.isInteger(pid) || pid <= 0) return false;
  try {
    process.kill(pid, 0);
    return false;
  } catch (error) {
    // A process of another user is alive as well.
    return error instanceof Error && 'code' in error && error.code === 'ESRCH';
  }
}
