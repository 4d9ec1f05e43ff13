import { setTimeout as pause } from 'node:timers/promises';
import { BritishLibrary } from '@interlend/artemail/double';
import type { PeerAddress, Role } from '@interlend/core';
import { listenForMail, sendMail } from '@interlend/mail/smtp';
import { type Exchange, freePort, type Recorder, record } from '@interlend/testing';
import { createTcpAcceptor, createTcpConnector } from '@interlend/transport/tcp';
import type { Engine, RunningServer } from '../engine/engine.js';
import { HarnessError } from '../run/checks.js';
import { type ProtocolUnderTest, protocolsUnderTest } from '../run/protocols.js';
import { ServerApi } from '../run/server-api.js';
import { type InstalledPostfix, startPostfix } from './postfix.js';
import { exchangeOf, type RecordingHead, transactionsOf } from './recorded-exchange.js';
import { recorderFor } from './recorder-for.js';

const host = '127.0.0.1';
const own = 'desk@library.example';
const readyWithinMs = 30_000;
const lookEveryMs = 20;

/** Readers and staff are invented. What of them is said must not be found in a recording. */
export const mailSecrets = {
  password: 'SECRET7',
  reader: 'Invented Reader',
  staff: 'Invented Librarian',
  mailbox: 'invented.reader@home.example',
} as const;

type Route = { readonly listen: PeerAddress; readonly target: PeerAddress; readonly client: Role };

function recordMail(put: ProtocolUnderTest, partner: Role, routes: readonly Route[]): Promise<Recorder> {
  const network = { acceptor: createTcpAcceptor(), connector: createTcpConnector() };
  return record({ ...recorderFor(put, partner), routes: routes.map((route) => ({ ...route, ...network })) });
}

async function awaited<Value>(what: string, look: () => Promise<Value | undefined>): Promise<Value> {
  for (const until = performance.now() + readyWithinMs; performance.now() < until; await pause(lookEveryMs)) {
    const value = await look();
    if (value !== undefined) return value;
  }
  throw new HarnessError(`expected ${what}, it was not there within ${readyWithinMs} ms`);
}

const stateOf = (api: ServerApi, id: string, state: string): Promise<true> =>
  awaited(`the loan in state ${state}`, async () =>
    (await api.timeline(id)).state === state ? true : undefined,
  );

/** Waits until so many messages about a loan have come. */
const heard = (api: ServerApi, id: string, count: number): Promise<true> =>
  awaited(`${count} messages`, async () => {
    const { messages } = await api.timeline(id);
    return messages.filter(({ direction, verdict }) => direction === 'in' && verdict).length >= count
      ? true
      : undefined;
  });

function putOf(protocol: string): ProtocolUnderTest {
  const put = protocolsUnderTest.get(protocol);
  if (!put) throw new RangeError(`no protocol ${protocol}`);
  return put;
}

function listenerOf({ listeners: [first] }: RunningServer): PeerAddress {
  if (!first) throw new HarnessError('the server named no listener');
  return first;
}

async function onlyExchange(
  recorder: Recorder,
  put: ProtocolUnderTest,
  head: Omit<RecordingHead, 'transport' | 'captured' | 'licence' | 'writing'>,
): Promise<Exchange> {
  const recording = recorder.recording();
  const [transaction, ...others] = transactionsOf(recording.turns, put);
  if (!transaction || others.length > 0)
    throw new HarnessError(`expected one loan, recorded ${others.length + 1}`);
  const { exchange, doubts } = await exchangeOf(
    transaction.turns,
    recording,
    { transport: 'smtp', captured: new Date(), licence: 'Apache-2.0', writing: {}, ...head },
    put,
  );
  if (doubts.length > 0) throw new HarnessError(['the recording leaves doubts:', ...doubts].join('\n'));
  return exchange;
}

/** An order to the British Library and its replies, which come through Postfix. */
export async function recordOrder(engine: Engine, installed: InstalledPostfix): Promise<Exchange> {
  const put = putOf('artemail');
  const account = { customerCode: '12-3456', password: mailSecrets.password };
  const partner = {
    from: own,
    to: 'artemail@bl.example',
    replies: 'automatic',
    accounts: [account],
    keywords: { service: ['S'], delivery: ['LOAN', 'PHOTO', 'SED99'], instructions: ['COPYRT', 'WLX'] },
    allowsAddresses: true,
  };
  const library = new BritishLibrary({
    address: partner.to,
    accounts: [{ ...account, allowsAddresses: true }],
    clock: { now: () => new Date() },
  });
  const [out, back] = [await freePort(), await freePort()];
  const closing: (() => Promise<void>)[] = [];
  try {
    const desk = await listenForMail({ host, port: 0 }, { isRecipient: () => true }, async ({ raw }) => {
      await library.receive(raw);
    });
    closing.push(() => desk.close());
    const postfix = await startPostfix(
      installed,
      await freePort(),
      new Map([
        ['bl.example', desk.address],
        ['library.example', { host, port: back }],
      ]),
    );
    closing.push(() => postfix.stop());
    const server = await engine.startServer({
      listeners: [{ protocol: 'artemail', transport: 'smtp' }],
      libraries: [{ symbol: 'TEST:REQ', name: 'Example Library' }],
      peers: [
        {
          ...{ symbol: 'TEST:BL', protocol: 'artemail', transport: 'smtp', profile: 'british-library' },
          ...{ address: { host, port: out }, relay: { security: 'none' }, partner },
        },
      ],
    });
    closing.push(() => server.stop());
    const recorder = await recordMail(put, 'lender', [
      { listen: { host, port: out }, target: postfix.address, client: 'borrower' },
      { listen: { host, port: back }, target: listenerOf(server), client: 'lender' },
    ]);
    closing.push(() => recorder.close());

    const api = new ServerApi(server.apiUrl, server.apiToken);
    const id = await api.borrow(
      {
        borrower: { symbol: 'TEST:REQ' },
        lender: { symbol: 'TEST:BL' },
        services: ['loan'],
        item: { kind: 'monograph', title: 'The Theory of Examples', author: 'Jones A B', isbn: '0000000000' },
      },
      'POSTFIX-1',
    );
    const requestNumber = await awaited('an order', async () => [...library.orders.keys()][0]);
    const reply = async (code: string, argument: string | undefined, count: number): Promise<void> => {
      const more = { remark: `for ${mailSecrets.reader}`, ...(argument === undefined ? {} : { argument }) };
      const raw = library.reply([{ requestNumber, code, ...more }]);
      const towards = { ...postfix.address, security: 'none' as const };
      await sendMail(raw, { from: partner.to, to: own }, { server: towards });
      await heard(api, id, count);
    };
    await reply('USE*', '2', 1);
    await reply('NOT*NUKL', undefined, 2);
    await stateOf(api, id, 'unfilled');
    await recorder.close();
    return await onlyExchange(recorder, put, {
      id: 'artemail/postfix/waits-then-unfilled',
      title:
        'An order goes out through Postfix; its replies come through Postfix: in use first, then no supplier',
      peer: { software: 'Postfix', version: installed.version, profile: 'british-library', role: 'lender' },
      source: `Postfix ${installed.version} of Debian between the reference server and the double of the British Library, recorded between the server and Postfix in both directions; what the replies say is made up`,
      requirements: ['order', 'field-order-book'],
    });
  } finally {
    for (const close of closing.reverse()) await close();
  }
}

/** A loan between two libraries that write letters to each other; the partner's come through Postfix. */
export async function recordLetters(engine: Engine, installed: InstalledPostfix): Promise<Exchange> {
  const put = putOf('email');
  const partner = 'ill@partner.example';
  const [out, back, post] = [await freePort(), await freePort(), await freePort()];
  const closing: (() => Promise<void>)[] = [];
  try {
    const start = async (
      symbol: string,
      other: string,
      address: PeerAddress,
      settings: Readonly<Record<string, unknown>>,
    ): Promise<RunningServer> => {
      const server = await engine.startServer({
        listeners: [{ protocol: 'email', transport: 'smtp' }],
        libraries: [{ symbol, name: 'Example Library' }],
        peers: [
          {
            ...{ symbol: other, protocol: 'email', transport: 'smtp', profile: 'alma', address },
            ...{ relay: { security: 'none' }, partner: { replies: 'automatic', ...settings } },
          },
        ],
      });
      closing.push(() => server.stop());
      return server;
    };
    const borrowing = await start('TEST:REQ', 'TEST:RSP', { host, port: out }, { from: own, to: partner });
    const lending = await start(
      'TEST:RSP',
      'TEST:REQ',
      { host, port: post },
      { from: partner, to: own, fromName: mailSecrets.staff },
    );
    const postfix = await startPostfix(
      installed,
      post,
      new Map([
        ['partner.example', listenerOf(lending)],
        ['library.example', { host, port: back }],
      ]),
    );
    closing.push(() => postfix.stop());
    const recorder = await recordMail(put, 'lender', [
      { listen: { host, port: out }, target: postfix.address, client: 'borrower' },
      { listen: { host, port: back }, target: listenerOf(borrowing), client: 'lender' },
    ]);
    closing.push(() => recorder.close());
    const [borrower, lender] = [borrowing, lending].map(
      ({ apiUrl, apiToken }) => new ServerApi(apiUrl, apiToken),
    );
    if (!borrower || !lender) throw new HarnessError('expected two servers');
    const id = await borrower.borrow(
      {
        borrower: { symbol: 'TEST:REQ' },
        lender: { symbol: 'TEST:RSP' },
        services: ['loan'],
        item: { kind: 'monograph', title: 'On Größe', author: 'Jones A B', isbn: '0000000000' },
      },
      'POSTFIX-2',
    );
    const lent = await awaited('the request at the lender', () =>
      lender.newestLending('TEST:RSP', 'TEST:REQ'),
    );
    await lender.act(lent, { type: 'shipped', service: 'loan', shippedOn: '2024-03-05', due: '2024-04-05' });
    await stateOf(borrower, id, 'shipped');
    await borrower.act(id, { type: 'received', service: 'loan', receivedOn: '2024-03-07' });
    await heard(lender, lent, 2);
    await borrower.act(id, { type: 'returned', returnedOn: '2024-04-01' });
    await heard(lender, lent, 3);
    await lender.act(lent, { type: 'checkedIn', checkedInOn: '2024-04-03' });
    await stateOf(borrower, id, 'checkedIn');
    await recorder.close();
    return await onlyExchange(recorder, put, {
      id: 'email/postfix/lends-loan',
      title: 'A loan by letters, all five steps; the lender’s letters come through Postfix',
      peer: { software: 'Postfix', version: installed.version, profile: 'alma', role: 'lender' },
      source: `Postfix ${installed.version} of Debian between two reference servers, recorded between the borrower and Postfix in both directions; the letters are written by the reference server`,
      requirements: ['letters-of-all-steps', 'told-by-label', 'days-in-alma-form'],
    });
  } finally {
    for (const close of closing.reverse()) await close();
  }
}
