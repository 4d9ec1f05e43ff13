import { readFileSync } from 'node:fs';
import { hostname } from 'node:os';
import { createInterface } from 'node:readline';
import { GenericContainer, getContainerRuntimeClient, StartedNetwork } from 'testcontainers';

const label = 'org.interlend.conformance';
const logLines = 200;

/** Labels of what a run makes, by which a later run finds what this one left behind. */
export function labelsOf(pid: number, started = startOf(pid)): Readonly<Record<string, string>> {
  return { [label]: String(pid), [`${label}.started`]: started, [`${label}.host`]: hostname() };
}

/**
 * When a process began, in ticks since the machine did: numbers of processes are given again. Empty where the system does
 * not say, or there is no such process.
 */
function startOf(pid: number): string {
  try {
    // The name of the program, in parentheses, may hold blanks; 20 more fields stand before the start.
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    return stat.slice(stat.lastIndexOf(')') + 2).split(' ')[19] ?? '';
  } catch {
    return '';
  }
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

/**
 * Removes containers and networks of runs on this machine that are no more. Two runs may do it at once. Returns how many
 * there were.
 */
export async function sweepLeftovers(): Promise<number> {
  const { dockerode } = (await getContainerRuntimeClient()).container;
  const filters = { label: [`${label}.host=${hostname()}`] };
  const containers = (await dockerode.listContainers({ all: true, filters })).filter(isLeftover);
  for (const { Id } of containers) {
    await unlessGone(dockerode.getContainer(Id).remove({ force: true, v: true }));
  }
  const networks = (await dockerode.listNetworks({ filters })).filter(isLeftover);
  for (const { Id } of networks) await unlessGone(dockerode.getNetwork(Id).remove());
  return containers.length + networks.length;
}

/** Another run that sweeps has removed it (404), or is doing so, or it is in use (409). */
export async function unlessGone(removal: Promise<unknown>): Promise<void> {
  try {
    await removal;
  } catch (error) {
    const status = error instanceof Error && 'statusCode' in error ? error.statusCode : undefined;
    if (status !== 404 && status !== 409) throw error;
  }
}

function isLeftover({ Labels }: { readonly Labels?: Readonly<Record<string, string>> | undefined }): boolean {
  const pid = Number(Labels?.[label]);
  if (!Number.isInteger(pid) || pid <= 0) return false;
  const started = startOf(pid);
  return !isAlive(pid) || (started !== '' && started !== Labels?.[`${label}.started`]);
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    // A process of another user is alive as well.
    return !(error instanceof Error && 'code' in error && error.code === 'ESRCH');
  }
}
