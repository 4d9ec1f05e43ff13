import { setTimeout as pause } from 'node:timers/promises';
import { artemail } from '@interlend/artemail';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { ServerApi } from '../../run/server-api.js';
import type { RunningServer } from '../engine.js';
import { BritishLibraryByMail } from './british-library-by-mail.test-support.js';
import { makeCredentials } from './certificates.js';
import type { ContainerEngine } from './container-engine.js';
import { opensWithinMs, runsWithinMs } from './containers.test-support.js';
import { buildDebianImage } from './images.js';
import { MailPeer } from './mail-peer.js';

const desk = 'desk@library.example';
const lender = 'artemail@bl.example';
const account = { customerCode: '12-3456', password: 'SECRET7' };
const partner = {
  from: desk,
  to: lender,
  replies: 'automatic',
  collectSeconds: 1,
  accounts: [account],
  keywords: { service: ['S'], delivery: ['LOAN'], instructions: [] },
};
/** Lines that a mail server would change if it could: a dot at the beginning, a From, an end of an order file. */
const titles = ['.NET in Examples', 'From Here to There', 'NNNN'] as const;

/** Orders of a server in a container, through Postfix to a mailbox of Dovecot, and replies back by IDLE. */
export function describeOrdersByMail(opened: () => ContainerEngine): void {
  describe('orders through Postfix to a mailbox of Dovecot, and replies back', () => {
    let post: MailPeer;
    let server: RunningServer;
    let library: BritishLibraryByMail;
    let api: ServerApi;
    let authority: string;
    const closing: (() => Promise<void>)[] = [];

    beforeEach(async () => {
      const engine = opened();
      const credentials = (await makeCredentials(['post-office'])).get('post-office');
      if (!credentials) throw new Error('no credentials');
      authority = credentials.authority;
      const image = await buildDebianImage('postfix-dovecot');
      post = await MailPeer.start(image, engine.network, 'post-office', credentials, [desk, lender]);
      closing.push(() => post.stop());
      const password = post.passwords.get(desk) ?? '';
      server = await engine.startServer({
        files: { 'authority.pem': authority },
        listeners: [
          {
            protocol: 'artemail',
            transport: 'imap',
            // An hour between two looks: whatever comes sooner was told by IDLE.
            mailbox: {
              ...post.addressInside('imaps'),
              user: desk,
              password,
              caFile: '{files}/authority.pem',
              pollMs: 3_600_000,
              retryMs: 200,
            },
          },
        ],
        libraries: [{ symbol: 'EX:LIB', name: 'Library' }],
        peers: [
          {
            symbol: 'EX:BL',
            protocol: 'artemail',
            transport: 'smtp',
            profile: 'british-library',
            address: post.addressInside('submission'),
            relay: { security: 'required', user: desk, password },
            tls: { caFile: '{files}/authority.pem' },
            partner,
          },
        ],
        delivery: { attempts: 20, firstDelayMs: 500, factor: 1, jitter: 0 },
      });
      closing.push(() => server.stop());
      api = new ServerApi(server.apiUrl, server.apiToken);
      library = new BritishLibraryByMail(post, authority, account, { own: lender, customer: desk });
      closing.push(() => library.close());
    }, opensWithinMs);

    afterEach(async () => {
      for (const close of closing.splice(0).reverse()) await close();
    }, runsWithinMs);

    /** Looks until something is so. */
    async function until(what: string, look: () => Promise<boolean>): Promise<void> {
      for (const end = performance.now() + 30_000; performance.now() < end; await pause(20))
        if (await look()) return;
      throw new Error([`expected ${what}`, ...server.log, ...post.log].join('\n'));
    }

    const borrow = (title: string): Promise<string> =>
      api.borrow({
        borrower: { symbol: 'EX:LIB' },
        lender: { symbol: 'EX:BL' },
        services: ['loan'],
        item: { kind: 'monograph', title },
      });

    /** The octets that went out for a loan: those of the file that its order travelled in. */
    async function sentFor(id: string): Promise<Uint8Array> {
      const order = (await api.timeline(id)).messages.find(({ direction }) => direction === 'out');
      const kept = Buffer.from(order?.sentIn?.[0]?.hex ?? order?.hex ?? '', 'hex');
      return artemail.seal?.(kept, partner) ?? kept;
    }

    /** Its request number. */
    async function numberOf(id: string): Promise<string> {
      const order = (await api.timeline(id)).messages.find(({ direction }) => direction === 'out');
      return /\r\nTX(\S+)/.exec(Buffer.from(order?.hex ?? '', 'hex').toString())?.[1] ?? '';
    }

    const hasOrdered = async (ids: readonly string[]): Promise<boolean> => {
      const numbers = await Promise.all(ids.map(numberOf));
      return numbers.every((number) => library.library.orders.has(number));
    };
    const replies = async (ids: readonly string[]): Promise<Uint8Array> =>
      library.reply(
        await Promise.all(ids.map(async (id) => ({ requestNumber: await numberOf(id), code: 'NOT' }))),
      );
    const isUnfilled = async (id: string): Promise<boolean> => (await api.timeline(id)).state === 'unfilled';

    it(
      'arrive octet for octet, and a mail server that is killed loses none and doubles none',
      async () => {
        library.open();
        const first = await Promise.all(titles.map(borrow));
        await until('the orders at the British Library', () => hasOrdered(first));
        expect(library.arrived).toHaveLength(1);
        const [arrived = new Uint8Array()] = library.arrived;
        for (const id of first) {
          const sent = Buffer.from(await sentFor(id)).toString('latin1');
          expect(Buffer.from(arrived).toString('latin1').slice(-sent.length)).toBe(sent);
        }

        const written = Buffer.from(await replies(first)).toString('latin1');
        for (const id of first) await until('a reply by IDLE', () => isUnfilled(id));
        const { messages } = await api.timeline(first[0] ?? '');
        const heard = Buffer.from(messages.at(-1)?.hex ?? '', 'hex').toString('latin1');
        expect(heard.slice(-written.length)).toBe(written);

        // One order lies in the mailbox and nobody has read it, one is asked for while nobody takes it.
        await library.close();
        const lying = await borrow('Lying There');
        await until('the order at the mail server', async () => (await api.outbox()).length === 0);
        await post.crash();
        const waiting = await borrow('Waiting Here');
        await until('an attempt in vain', async () =>
          (await api.outbox()).some(({ attempts }) => attempts > 0),
        );
        await post.restart();
        library.open();
        await until('both orders at the British Library', () => hasOrdered([lying, waiting]));
        await replies([lying]);
        await replies([waiting]);
        for (const id of [lying, waiting]) await until('a reply after the crash', () => isUnfilled(id));

        const all = [...first, lying, waiting];
        const files = library.arrived.map((raw) => Buffer.from(raw).toString('latin1'));
        for (const id of all) {
          const number = await numberOf(id);
          expect(files.filter((file) => file.includes(`\r\nTX${number} `))).toHaveLength(1);
          const { events } = await api.timeline(id);
          expect(events.map(({ event }) => event.type)).toEqual(['requested', 'unfilled']);
        }
        expect(await api.outbox()).toEqual([]);
        expect(await api.withoutEffect()).toEqual([]);
      },
      runsWithinMs,
    );
  });
}
