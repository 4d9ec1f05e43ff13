import { randomUUID } from 'node:crypto';
import {
  getContainerRuntimeClient,
  type StartedNetwork,
  type StartedTestContainer,
  Wait,
} from 'testcontainers';
import { HarnessError } from '../../run/checks.js';
import { LoopbackContainer } from './loopback-container.js';
import { startPeer } from './start-peer.js';

const port = 5432;
/** User and database. */
const name = 'interlend';
const readyWithinMs = 60_000;

/** PostgreSQL in a container, with one database. */
export class PostgresqlPeer {
  readonly #container: StartedTestContainer;
  readonly #source: LoopbackContainer;
  readonly #alias: string;
  readonly #password: string;

  private constructor(
    container: StartedTestContainer,
    source: LoopbackContainer,
    alias: string,
    password: string,
  ) {
    this.#container = container;
    this.#source = source;
    this.#alias = alias;
    this.#password = password;
  }

  /** Starts it as `alias` in the network. @throws HarnessError */
  static async start(image: string, network: StartedNetwork, alias: string): Promise<PostgresqlPeer> {
    const password = randomUUID();
    const source = new LoopbackContainer(image)
      .withNetwork(network)
      .withNetworkAliases(alias)
      .withExposedPorts(port)
      .withCopyContentToContainer([{ content: password, target: '/etc/postgresql-peer/password' }])
      .withWaitStrategy(
        Wait.forLogMessage(/database system is ready to accept connections/).withStartupTimeout(
          readyWithinMs,
        ),
      );
    return new PostgresqlPeer(await startPeer('postgresql', source), source, alias, password);
  }

  /** For this machine. It is another one after {@link crash}. */
  get url(): string {
    const { host } = new URL(`http://${this.#container.getHost()}:${this.#container.getMappedPort(port)}`);
    return `postgres://${name}:${this.#password}@${host}/${name}`;
  }

  /** For containers of the network. */
  get urlInside(): string {
    return `postgres://${name}:${this.#password}@${this.#alias}:${port}/${name}`;
  }

  get log(): readonly string[] {
    return this.#source.log;
  }

  /** Runs statements with psql, which stops at the first that fails; resolves to the rows, columns parted by `|`. @throws HarnessError */
  async query(sql: string): Promise<readonly string[]> {
    const command = ['psql', '--no-psqlrc', '--quiet', '--tuples-only', '--no-align'];
    const { exitCode, stdout, stderr } = await this.#container.exec([
      ...command,
      '--set=ON_ERROR_STOP=1',
      `--command=${sql}`,
      `postgres://${name}:${this.#password}@127.0.0.1:${port}/${name}`,
    ]);
    if (exitCode !== 0) throw new HarnessError(`postgresql: ${stderr.trim()}`);
    return stdout.split('\n').filter((line) => line !== '');
  }

  /** Kills it without a word and starts it again on the same files. */
  async crash(): Promise<void> {
    const { container } = await getContainerRuntimeClient();
    await container.getById(this.#container.getId()).kill();
    await this.#container.restart();
  }

  async stop(): Promise<void> {
    await this.#container.stop();
  }
}
