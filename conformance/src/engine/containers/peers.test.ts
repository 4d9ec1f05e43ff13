import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { describeLineFaults } from '../../faults/line-faults.contract.test-support.js';
import { lendThrough, startServerPair } from '../server-pair.js';
import { makeCredentials, type PeerCredentials } from './certificates.js';
import { type ContainerEngine, openContainerEngine } from './container-engine.js';
import { opensWithinMs, runsWithinMs, whySkipped } from './containers.test-support.js';
import { buildDebianImage } from './images.js';
import { fetchFirst, handIn } from './mail-dialogue.test-support.js';
import { MailPeer } from './mail-peer.js';
import { describeOrdersByMail } from './orders-by-mail.test-support.js';
import { PostgresqlPeer } from './postgresql-peer.js';
import { StunnelPeer } from './stunnel-peer.js';
import { describeTunnelledRegion } from './tunnelled-region.contract.test-support.js';

const why = await whySkipped();

describe.skipIf(why !== undefined)('peers of other software in containers', () => {
  const running: { stop(): Promise<void> }[] = [];
  let engine: ContainerEngine | undefined;
  let credentials: ReadonlyMap<string, PeerCredentials> = new Map();

  const opened = (): ContainerEngine => {
    if (!engine) throw new Error('the engine did not open');
    return engine;
  };
  const credentialsOf = (name: string): PeerCredentials => {
    const found = credentials.get(name);
    if (!found) throw new Error(`no credentials for ${name}`);
    return found;
  };
  const stopping = <Peer extends { stop(): Promise<void> }>(peer: Peer): Peer => {
    running.push(peer);
    return peer;
  };

  beforeAll(async () => {
    engine = await openContainerEngine();
    credentials = await makeCredentials(['post-office', 'far-office', 'tunnel-a', 'tunnel-b', 'stranger']);
  }, opensWithinMs);

  afterEach(async () => {
    for (const peer of running.splice(0).reverse()) await peer.stop();
  }, runsWithinMs);

  afterAll(async () => {
    await engine?.close();
  }, runsWithinMs);

  describeLineFaults('servers in containers', opened);
  describeOrdersByMail(opened);
  describeTunnelledRegion(opened);

  describe('PostgreSQL', () => {
    it(
      'answers a query, and keeps what was committed when it is killed',
      async () => {
        const image = await buildDebianImage('postgresql');
        const database = stopping(await PostgresqlPeer.start(image, opened().network, 'database'));
        expect(await database.query("SELECT 6 * 7, 'ä'")).toEqual(['42|ä']);
        await database.query("CREATE TABLE loan (title text); INSERT INTO loan VALUES ('kept')");
        await database.query("BEGIN; INSERT INTO loan VALUES ('not committed')");
        await database.crash();
        expect(await database.query('SELECT title FROM loan')).toEqual(['kept']);
        expect(new URL(database.url).hostname).toBe('127.0.0.1');
      },
      opensWithinMs,
    );

    it(
      'says why a statement fails',
      async () => {
        const image = await buildDebianImage('postgresql');
        const database = stopping(await PostgresqlPeer.start(image, opened().network, 'database'));
        await expect(database.query('SELECT title FROM nothing')).rejects.toThrow('"nothing" does not exist');
      },
      opensWithinMs,
    );
  });

  describe('Postfix and Dovecot', () => {
    /** Long and odd enough to show whoever rewrites it: no text of a common library survives this by chance. */
    const message = [
      'From: orders@borrower.example',
      'To: desk@lender.example',
      'Subject: TX 000001',
      'Date: Wed, 03 Jan 2024 10:11:12 +0000',
      'Message-ID: <1@borrower.example>',
      '',
      'TX  001 SA  ',
      '.a line that begins with a dot',
      'e\xe8 in Latin-1, and a tab\t.',
      `${'x'.repeat(200)}`,
      '',
    ].join('\r\n');
    const orders = 'orders@borrower.example';
    const desk = 'desk@lender.example';

    it(
      'carries a mail to a mailbox, from which IMAP fetches the same octets',
      async () => {
        const image = await buildDebianImage('postfix-dovecot');
        const { authority } = credentialsOf('post-office');
        const mail = stopping(
          await MailPeer.start(image, opened().network, 'post-office', credentialsOf('post-office'), [
            orders,
            desk,
          ]),
        );
        const userOf = (mailbox: string) => ({ mailbox, password: mail.passwords.get(mailbox) ?? '' });
        await handIn(mail.address('submission'), authority, userOf(orders), desk, message);
        const fetched = await fetchFirst(mail.address('imaps'), authority, userOf(desk));
        expect(fetched.slice(-message.length)).toBe(message);
        // What stands before it are lines of the servers that it came through.
        const added = fetched.slice(0, -message.length).match(/^[\w-]+(?=:)/gm);
        expect([...new Set(added)].sort()).toEqual(['Delivered-To', 'Received', 'Return-Path']);
      },
      opensWithinMs,
    );

    it(
      'carries a mail on to the server of another domain',
      async () => {
        const image = await buildDebianImage('postfix-dovecot');
        const { network } = opened();
        const { authority } = credentialsOf('far-office');
        const far = stopping(
          await MailPeer.start(image, network, 'far-office', credentialsOf('far-office'), [desk]),
        );
        const near = stopping(
          await MailPeer.start(
            image,
            network,
            'post-office',
            credentialsOf('post-office'),
            [orders],
            [{ domain: 'lender.example', server: far.addressInside('smtp') }],
          ),
        );
        const user = { mailbox: orders, password: near.passwords.get(orders) ?? '' };
        await handIn(near.address('submission'), authority, user, desk, message);
        const reader = { mailbox: desk, password: far.passwords.get(desk) ?? '' };
        const fetched = await fetchFirst(far.address('imaps'), authority, reader);
        expect(fetched.slice(-message.length)).toBe(message);
      },
      opensWithinMs,
    );

    it(
      'refuses a wrong password and a mailbox that there is not',
      async () => {
        const image = await buildDebianImage('postfix-dovecot');
        const { authority } = credentialsOf('post-office');
        const mail = stopping(
          await MailPeer.start(image, opened().network, 'post-office', credentialsOf('post-office'), [
            orders,
          ]),
        );
        const address = mail.address('submission');
        const wrong = handIn(address, authority, { mailbox: orders, password: 'wrong' }, orders, message);
        await expect(wrong).rejects.toThrow('535 ');
        const user = { mailbox: orders, password: mail.passwords.get(orders) ?? '' };
        await expect(handIn(address, authority, user, 'nobody@borrower.example', message)).rejects.toThrow(
          '550 ',
        );
      },
      opensWithinMs,
    );
  });

  describe('stunnel', () => {
    const [plain, secret] = [10_001, 10_002];

    it(
      'carries a loan with TLS on both ends',
      async () => {
        const image = await buildDebianImage('stunnel');
        const { network } = opened();
        const pair = stopping(
          await startServerPair(opened(), {
            lender: { host: 'tunnel-a', port: plain },
            borrower: { host: 'tunnel-b', port: plain },
          }),
        );
        const tunnels = await Promise.all(
          (
            [
              ['tunnel-a', 'tunnel-b', pair.borrower.listener],
              ['tunnel-b', 'tunnel-a', pair.lender.listener],
            ] as const
          ).map(([own, other, listener]) =>
            StunnelPeer.start(image, network, own, credentialsOf(own), [
              { does: 'wrap', accept: plain, connect: { host: other, port: secret } },
              { does: 'unwrap', accept: secret, connect: listener },
            ]),
          ),
        );
        for (const tunnel of tunnels) stopping(tunnel);
        const { borrower, lender } = await lendThrough(pair);
        expect([borrower.state, lender.state]).toEqual(['checkedIn', 'checkedIn']);
        expect(borrower.events.map(({ event }) => event.type)).toEqual(
          lender.events.map(({ event }) => event.type),
        );
        // Every message went through both: requests and answers in a TLS session of their own each.
        for (const tunnel of tunnels) expect(tunnel.log.join('\n')).toMatch(/accepted connection/);
      },
      opensWithinMs,
    );

    it(
      'lets nobody in whose certificate another authority signed',
      async () => {
        const image = await buildDebianImage('stunnel');
        const { network, connector } = opened();
        const strangers = (await makeCredentials(['stranger'])).get('stranger');
        if (!strangers) throw new Error('no credentials');
        const inner = await opened().acceptor.listen({ host: '127.0.0.1', port: 0 }, async (connection) => {
          await connection.send(new TextEncoder().encode('let in'));
        });
        const greeted = async (credentialsOfCaller: PeerCredentials) => {
          const caller = await StunnelPeer.start(image, network, 'tunnel-a', credentialsOfCaller, [
            { does: 'wrap', accept: plain, connect: { host: 'tunnel-b', port: secret } },
          ]);
          try {
            const connection = await connector.open({ host: 'tunnel-a', port: plain });
            return await connection.receive().then(
              (octets) => Buffer.from(octets ?? []).toString(),
              () => 'broken off',
            );
          } finally {
            await caller.stop();
          }
        };
        try {
          stopping(
            await StunnelPeer.start(image, network, 'tunnel-b', credentialsOf('tunnel-b'), [
              { does: 'unwrap', accept: secret, connect: inner.address },
            ]),
          );
          expect(await greeted(credentialsOf('tunnel-a'))).toBe('let in');
          expect(await greeted({ ...strangers, authority: credentialsOf('tunnel-a').authority })).not.toBe(
            'let in',
          );
        } finally {
          await inner.close();
        }
      },
      opensWithinMs,
    );
  });
});
