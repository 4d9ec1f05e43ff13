import { BritishLibrary } from '@interlend/artemail/double';
import type { LendingRequest, Listening, PeerAddress } from '@interlend/core';
import { formatMail, isSameAddress, parsePlainMail } from '@interlend/mail';
import { listenForMail, sendMail } from '@interlend/mail/smtp';
import { afterEach, describe, expect, it } from 'vitest';
import { defaultRegistry } from '../../protocols.js';
import type { Server } from '../../server.js';
import type { SettingsInput } from '../../settings.js';
import { eventually, startServer } from '../../test-server.test-support.js';

const open: { close(): Promise<void> }[] = [];
afterEach(async () => {
  for (const each of open.splice(0).reverse()) await each.close();
});

const anywhere = { host: '127.0.0.1', port: 0 };
const registry = defaultRegistry;
const text = ({ host, port }: PeerAddress): string => `${host}:${port}`;

/** A mail server that takes everything, keeps it, and hands it on to who has the address. */
async function postOffice(take: (raw: Uint8Array, to: string) => Promise<void>): Promise<Listening> {
  const office = await listenForMail(anywhere, { isRecipient: () => true }, async ({ raw, envelopeTo }) => {
    for (const to of envelopeTo) await take(raw, to);
  });
  open.push(office);
  return office;
}

async function handOver(raw: Uint8Array, to: string, address: PeerAddress): Promise<void> {
  await sendMail(raw, { from: 'post@office.example', to }, { server: { ...address, security: 'none' } });
}

async function start(symbol: string, settings: Partial<SettingsInput>): Promise<Server> {
  const server = await startServer(symbol, settings, { registry });
  open.push({ close: () => server.stop() });
  return server;
}

const request = (lender: string, more: Partial<LendingRequest> = {}): LendingRequest => ({
  borrower: { symbol: 'EX:LIB' },
  lender: { symbol: lender },
  services: ['loan'],
  item: { kind: 'monograph', title: 'Über Beispiele', author: 'Jones' },
  ...more,
});

const stateOf = (server: Server, id: string, state: string) =>
  eventually(async () => {
    const record = await server.store.transaction(id);
    return record?.transaction.state === state ? record : undefined;
  });

describe('a borrower of the British Library', () => {
  async function rehearsal(replies: 'propose' | 'automatic') {
    const library = new BritishLibrary({
      address: 'artemail@bl.example',
      accounts: [{ customerCode: '12-3456', password: 'SECRET7' }],
      clock: { now: () => new Date() },
    });
    let home: PeerAddress = anywhere;
    const answers: Promise<void>[] = [];
    const office = await postOffice(async (raw) => {
      const report = await library.receive(raw);
      answers.push(handOver(report, 'desk@library.example', home));
    });
    const server = await start('EX:LIB', {
      listeners: [{ protocol: 'artemail', transport: 'smtp', port: 0 }],
      peers: [
        {
          symbol: 'EX:BL',
          protocol: 'artemail',
          transport: 'smtp',
          address: text(office.address),
          relay: { security: 'none' },
          profile: 'british-library',
          partner: {
            from: 'desk@library.example',
            to: 'artemail@bl.example',
            replies,
            accounts: [{ customerCode: '12-3456', password: 'SECRET7' }],
            keywords: { service: ['S'], delivery: ['LOAN'], instructions: [] },
          },
        },
      ],
    });
    home = server.listeners[0] ?? anywhere;
    const numberOf = async (id: string): Promise<string> => (await server.store.transaction(id))?.key ?? '';
    const reply = async (
      lines: readonly { readonly requestNumber: string; readonly code: string }[],
    ): Promise<void> => handOver(library.reply(lines), 'desk@library.example', home);
    const ordered = async (): Promise<string> => {
      const { id } = await server.desk.borrow(request('EX:BL'));
      await eventually(async () => (library.orders.has(await numberOf(id)) ? true : undefined));
      await Promise.all(answers);
      return id;
    };
    return { library, server, numberOf, reply, ordered };
  }

  const pendingIn = async (server: Server, id: string) => {
    const response = await fetch(new URL(`/transactions/${id}`, server.apiUrl));
    return (await response.json()) as {
      readonly state: string;
      readonly needsReview: boolean;
      readonly pending: readonly { readonly id: string; readonly event: { readonly type: string } }[];
      readonly messages: readonly { readonly hex: string }[];
    };
  };

  it('decides what a reply means, and the loan goes on', async () => {
    const { server, numberOf, reply, ordered } = await rehearsal('propose');
    const id = await ordered();
    await eventually(async () => ((await pendingIn(server, id)).pending.length === 1 ? true : undefined));
    const [report] = (await pendingIn(server, id)).pending;
    await server.desk.decide(id, report?.id ?? '', 'dismiss');
    await reply([{ requestNumber: await numberOf(id), code: 'NOT*NUKL' }]);
    const waiting = await eventually(async () => {
      const found = await pendingIn(server, id);
      return found.pending.length > 0 ? found : undefined;
    });
    expect(waiting).toMatchObject({
      state: 'requested',
      needsReview: true,
      pending: [{ event: { type: 'unfilled' } }],
    });
    const answer = await fetch(
      new URL(`/transactions/${id}/pending/${waiting.pending[0]?.id}`, server.apiUrl),
      {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify({ decision: 'accept' }),
      },
    );
    expect(await answer.json()).toMatchObject({ state: 'unfilled', needsReview: false, pending: [] });
    await expect(server.desk.decide(id, 'reading-1', 'accept')).rejects.toMatchObject({ name: 'StateError' });
  });

  it('keeps the password out of its data, and on the wire', async () => {
    const { server, library, ordered, numberOf } = await rehearsal('propose');
    const id = await ordered();
    expect(library.orders.get(await numberOf(id))).toMatchObject({ customer: '12-3456', state: 'open' });
    const seen = JSON.stringify(await pendingIn(server, id));
    expect(seen).not.toContain(Buffer.from('SECRET7').toString('hex'));
    expect(seen).not.toContain('SECRET7');
  });

  it('takes replies at once where the settings say so, several loans in one mail', async () => {
    const { server, numberOf, reply, ordered } = await rehearsal('automatic');
    const [one, two] = [await ordered(), await ordered()];
    await reply([
      { requestNumber: await numberOf(one), code: 'NOT' },
      { requestNumber: await numberOf(two), code: 'RCOP' },
    ]);
    await stateOf(server, one, 'unfilled');
    const second = await stateOf(server, two, 'unfilled');
    expect(second.transaction.facts.outcome).toMatchObject({ reason: 'lacks-copyright-compliance' });
    expect((await pendingIn(server, one)).messages.length).toBe(
      (await pendingIn(server, two)).messages.length,
    );
  });

  it('disputes an overdue notice for what it has returned', async () => {
    const { server, numberOf, reply, ordered } = await rehearsal('automatic');
    const id = await ordered();
    await server.desk.act(id, () => ({
      type: 'received',
      from: 'borrower',
      service: 'loan',
      receivedOn: '2024-03-04',
    }));
    await server.desk.act(id, () => ({ type: 'returned', from: 'borrower', returnedOn: '2024-04-04' }));
    await reply([{ requestNumber: await numberOf(id), code: '*FINAL DEMAND' }]);
    const record = await eventually(async () => {
      const found = await server.store.transaction(id);
      return found?.needsReview ? found : undefined;
    });
    expect(record.transaction.state).toBe('returned');
  });

  it('tries an order again that the mail server has not taken', async () => {
    const server = await start('EX:LIB', {
      peers: [
        {
          symbol: 'EX:BL',
          protocol: 'artemail',
          transport: 'smtp',
          address: text((await postOffice(() => Promise.reject(new Error('made for a test')))).address),
          relay: { security: 'none' },
          partner: {
            from: 'desk@library.example',
            to: 'artemail@bl.example',
            accounts: [{ customerCode: '12-3456', password: 'SECRET7' }],
          },
        },
      ],
      listeners: [],
    });
    await server.desk.borrow(request('EX:BL'));
    const item = await eventually(async () =>
      (await server.store.outbox()).find(({ attempts }) => attempts > 0),
    );
    expect(item.state).toBe('waiting');
  });
});

describe('two libraries that write letters', () => {
  it('lend through all five steps', async () => {
    const homes = new Map<string, PeerAddress>();
    const sent: Uint8Array[] = [];
    const office = await postOffice(async (raw, to) => {
      sent.push(raw);
      for (const [address, home] of homes) if (isSameAddress(address, to)) await handOver(raw, to, home);
    });
    const side = (own: string, other: string, from: string, to: string): Promise<Server> =>
      start(own, {
        listeners: [{ protocol: 'email', transport: 'smtp', port: 0 }],
        peers: [
          {
            symbol: other,
            protocol: 'email',
            transport: 'smtp',
            address: text(office.address),
            relay: { security: 'none' },
            partner: { from, to, replies: 'automatic' },
          },
        ],
      });
    const borrowing = await side('EX:LIB', 'EX:PARTNER', 'desk@library.example', 'ill@partner.example');
    const lending = await side('EX:PARTNER', 'EX:LIB', 'ill@partner.example', 'desk@library.example');
    homes.set('desk@library.example', borrowing.listeners[0] ?? anywhere);
    homes.set('ill@partner.example', lending.listeners[0] ?? anywhere);

    const { id, key } = await borrowing.desk.borrow(request('EX:PARTNER'));
    const lent = await eventually(async () => (await lending.store.transactions({}, 1)).rows[0]);
    expect(lent).toMatchObject({
      key,
      library: 'EX:PARTNER',
      peer: 'EX:LIB',
      transaction: { state: 'requested' },
    });
    await lending.desk.act(lent.id, () => ({
      type: 'shipped',
      from: 'lender',
      service: 'loan',
      shippedOn: '2024-03-04',
      due: '2024-04-04',
    }));
    await stateOf(borrowing, id, 'shipped');
    await borrowing.desk.act(id, () => ({
      type: 'received',
      from: 'borrower',
      service: 'loan',
      receivedOn: '2024-03-06',
    }));
    await borrowing.desk.act(id, () => ({ type: 'returned', from: 'borrower', returnedOn: '2024-04-01' }));
    await eventually(async () => {
      const messages = await lending.store.messages(lent.id);
      return messages.some(({ name }) => name === 'BorrowerReturnEmailLetter') ? true : undefined;
    });
    await lending.desk.act(lent.id, () => ({ type: 'checkedIn', from: 'lender', checkedInOn: '2024-04-03' }));
    await stateOf(borrowing, id, 'checkedIn');
    expect(sent.map((raw) => parsePlainMail(raw).subject.split(' [')[0])).toEqual([
      'Requested Material',
      'Lender Ship Email Letter',
      'Borrower Receive Email Letter',
      'Borrower Return Email Letter',
      'Lender Checked In Email Letter',
    ]);
  });

  it('are not troubled by strangers, rubbish and answering machines', async () => {
    const server = await start('EX:LIB', {
      listeners: [{ protocol: 'email', transport: 'smtp', port: 0 }],
      peers: [
        {
          symbol: 'EX:PARTNER',
          protocol: 'email',
          transport: 'smtp',
          partner: { from: 'desk@library.example', to: 'ill@partner.example', replies: 'automatic' },
        },
      ],
    });
    const home = server.listeners[0] ?? anywhere;
    const letter = {
      to: 'desk@library.example',
      subject: 'Requested Material [ILL X1]',
      text: 'Request ID: X1\nTitle: T\nRequest Format: Physical\n',
    };
    const mails = [
      formatMail({ ...letter, from: 'stranger@elsewhere.example' }),
      Buffer.from('From: a\r\n\r\nx'),
      Buffer.from(
        'From: ill@partner.example\r\nAuto-Submitted: auto-replied\r\nSubject: Requested Material\r\n\r\nRequest Format: x\r\n',
      ),
      formatMail({ ...letter, from: 'desk@library.example' }),
    ];
    for (const raw of mails) await handOver(raw, 'desk@library.example', home);
    await expect(
      handOver(formatMail({ ...letter, from: 'ill@partner.example' }), 'other@library.example', home),
    ).rejects.toMatchObject({
      name: 'PeerError',
    });
    await server.intake.idle();
    expect((await server.store.transactions({}, 10)).rows).toEqual([]);
    expect(await server.store.received('failed', 10)).toEqual([]);
    expect(await server.store.received('undecodable', 10)).toHaveLength(1);
    expect(await server.store.received('waiting', 10)).toEqual([]);
    expect(await server.store.outbox()).toEqual([]);
  });
});
