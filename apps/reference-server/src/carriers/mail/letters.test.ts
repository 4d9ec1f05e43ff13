import type { PeerAddress } from '@interlend/core';
import { formatMail, isSameAddress, parsePlainMail } from '@interlend/mail';
import { afterEach, describe, expect, it } from 'vitest';
import type { Server } from '../../server.js';
import { eventually } from '../../test-server.test-support.js';
import {
  anywhere,
  closeAll,
  handOver,
  postOffice,
  request,
  start,
  stateOf,
  text,
} from './rehearsal.test-support.js';

afterEach(closeAll);

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
