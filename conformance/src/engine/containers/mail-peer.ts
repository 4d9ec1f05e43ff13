import { randomUUID } from 'node:crypto';
import type { PeerAddress } from '@interlend/core';
import {
  getContainerRuntimeClient,
  type StartedNetwork,
  type StartedTestContainer,
  Wait,
} from 'testcontainers';
import type { PeerCredentials } from './certificates.js';
import { LoopbackContainer } from './loopback-container.js';
import { startPeer } from './start-peer.js';

const readyWithinMs = 60_000;

/** Its doors. Mail comes in at `smtp`, is handed in by those who have a mailbox at `submission`, and is read at the other two. */
const ports = { smtp: 25, submission: 587, imap: 143, imaps: 993 } as const;
export type MailPort = keyof typeof ports;

/** Where mail for a domain goes that has no mailboxes here. */
export interface MailRoute {
  readonly domain: string;
  readonly server: PeerAddress;
}

/** Postfix and Dovecot in a container: mail that comes to a mailbox is read by IMAP. */
export class MailPeer {
  /** The password of each mailbox. The address is the name of its user. */
  readonly passwords: ReadonlyMap<string, string>;
  readonly #container: StartedTestContainer;
  readonly #source: LoopbackContainer;
  readonly #alias: string;

  private constructor(
    container: StartedTestContainer,
    source: LoopbackContainer,
    alias: string,
    passwords: ReadonlyMap<string, string>,
  ) {
    this.#container = container;
    this.#source = source;
    this.#alias = alias;
    this.passwords = passwords;
  }

  /** Starts it as `alias` in the network. @throws HarnessError */
  static async start(
    image: string,
    network: StartedNetwork,
    alias: string,
    credentials: PeerCredentials,
    mailboxes: readonly string[],
    routes: readonly MailRoute[] = [],
  ): Promise<MailPeer> {
    const passwords = new Map(mailboxes.map((mailbox) => [mailbox, randomUUID()]));
    const files = {
      mailboxes: [...passwords].map(([mailbox, password]) => `${mailbox}:{PLAIN}${password}\n`).join(''),
      routes: routes.map(({ domain, server }) => `${domain} smtp:[${server.host}]:${server.port}\n`).join(''),
      'certificate.pem': credentials.certificate,
      'key.pem': credentials.key,
    };
    const source = new LoopbackContainer(image)
      .withNetwork(network)
      .withNetworkAliases(alias)
      .withHostname(alias)
      .withExposedPorts(...Object.values(ports))
      .withCopyContentToContainer(
        Object.entries(files).map(([name, content]) => ({ content, target: `/etc/mail-peer/${name}` })),
      )
      .withWaitStrategy(Wait.forLogMessage(/daemon started/).withStartupTimeout(readyWithinMs));
    return new MailPeer(await startPeer('postfix and dovecot', source), source, alias, passwords);
  }

  /** Where it is reached from this machine. It is another place after {@link crash}. */
  address(port: MailPort): PeerAddress {
    return { host: this.#container.getHost(), port: this.#container.getMappedPort(ports[port]) };
  }

  /** Where it is reached from containers of the network. */
  addressInside(port: MailPort): PeerAddress {
    return { host: this.#alias, port: ports[port] };
  }

  get log(): readonly string[] {
    return this.#source.log;
  }

  /** Kills it without a word. What it has taken stays in its queue and its mailboxes. */
  async crash(): Promise<void> {
    const { container } = await getContainerRuntimeClient();
    await container.getById(this.#container.getId()).kill();
  }

  /** Starts it again after {@link crash}. */
  async restart(): Promise<void> {
    await this.#container.restart();
  }

  async stop(): Promise<void> {
    await this.#container.stop();
  }
}
