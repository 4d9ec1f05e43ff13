import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { BritishLibrary } from '@interlend/artemail/double';
import type { PeerAddress } from '@interlend/core';
import { Dovecot, type DovecotOptions, whyNoDovecot } from '@interlend/mail/dovecot';
import { generate } from 'selfsigned';
import { afterEach, describe, expect, it } from 'vitest';
import type { Server } from '../../server.js';
import type { SettingsInput } from '../../settings.js';
import { eventually, temporaryFolder } from '../../test-server.test-support.js';
import {
  britishLibraryAt,
  closeAll,
  opened,
  partner,
  postOffice,
  request,
  shownLoan,
  start,
  stateOf,
} from './rehearsal.test-support.js';

const missing = whyNoDovecot();
afterEach(closeAll);

type MailboxInput = NonNullable<NonNullable<SettingsInput['listeners']>[number]['mailbox']>;

/** A server that reads a mailbox, and the British Library, whose mails are put there. */
async function reading(mailbox: Partial<MailboxInput> = {}, dovecot: DovecotOptions = {}) {
  const box = opened(await Dovecot.start(dovecot));
  const library = new BritishLibrary({
    address: partner.to,
    accounts: partner.accounts,
    clock: { now: () => new Date() },
  });
  const office = await postOffice(async (raw) => {
    await library.receive(raw);
  });
  const port = mailbox.security === 'implicit' ? box.tlsPort : box.port;
  const server = await start('EX:LIB', {
    listeners: [
      {
        protocol: 'artemail',
        transport: 'imap',
        port,
        mailbox: { ...box.login, security: 'none', retryMs: 20, ...mailbox },
      },
    ],
    peers: [britishLibraryAt(office.address satisfies PeerAddress, { replies: 'automatic' })],
  });
  const ordered = async () => {
    const { id } = await server.desk.borrow(request('EX:BL'));
    const number = (await server.store.transaction(id))?.key ?? '';
    await eventually(async () => (library.orders.has(number) ? true : undefined));
    return { id, number };
  };
  let mails = 0;
  const put = (raw: Uint8Array): void => box.deliver(String(++mails), raw);
  return { box, library, server, ordered, put };
}

const repliesOf = async (server: Server, id: string): Promise<readonly (string | undefined)[]> =>
  (await server.store.messages(id)).flatMap((message) =>
    message.direction === 'in' ? [message.verdict] : [],
  );

describe.skipIf(missing)(`a mailbox that a server reads${missing ? ` (${missing})` : ''}`, () => {
  it.each([
    ['told by the mail server', { usesIdle: true, pollMs: 3_600_000 }],
    ['asking for it', { usesIdle: false, pollMs: 20 }],
  ])('brings replies, %s, each loan its own', async (_, mailbox) => {
    const { box, library, server, ordered, put } = await reading(mailbox);
    const [one, two] = [await ordered(), await ordered()];
    put(library.reply([{ requestNumber: one.number, code: 'NOT' }]));
    await stateOf(server, one.id, 'unfilled');
    put(library.reply([{ requestNumber: two.number, code: 'RCOP' }]));
    await stateOf(server, two.id, 'unfilled');
    await eventually(async () =>
      Object.values(box.flags()).every((flags) => flags === 'S') ? true : undefined,
    );
  });

  it('gives back what came while its server was away, and nothing twice', async () => {
    const { box, library, server, ordered, put } = await reading();
    const [one, two] = [await ordered(), await ordered()];
    put(library.reply([{ requestNumber: one.number, code: 'NOT' }]));
    await stateOf(server, one.id, 'unfilled');
    await box.down();
    put(library.reply([{ requestNumber: two.number, code: 'NOT' }]));
    await box.up();
    await stateOf(server, two.id, 'unfilled');
    expect(await repliesOf(server, one.id)).toEqual(['accepted']);
    expect(await repliesOf(server, two.id)).toEqual(['accepted']);
  });

  it('may be made anew with all its mails unread and numbered otherwise: they are known by their ids', async () => {
    const { box, library, server, ordered, put } = await reading();
    const { id, number } = await ordered();
    const mail = library.reply([{ requestNumber: number, code: 'USE*', argument: '3' }]);
    put(mail);
    await eventually(async () => ((await repliesOf(server, id)).length === 1 ? true : undefined));
    await box.down();
    box.restore();
    // The same mail a second time, as a mail server delivers it that was not sure of the first.
    put(mail);
    await box.up();
    const verdicts = await eventually(async () => {
      const found = await repliesOf(server, id);
      return found.length === 3 && found.every((verdict) => verdict !== undefined) ? found : undefined;
    });
    expect(verdicts).toEqual(['accepted', 'repeat', 'repeat']);
    const shown = await shownLoan(server, id);
    expect(shown.events.filter(({ event }) => event.type === 'willSupply')).toHaveLength(1);
  });

  it('is read over TLS with the certificate that the settings name', async () => {
    const folder = temporaryFolder();
    opened({ close: async () => folder.remove() });
    const { cert, private: key } = await generate([{ name: 'commonName', value: 'localhost' }], {
      extensions: [{ name: 'subjectAltName', altNames: [{ type: 7, ip: '127.0.0.1' }] }],
    });
    const caFile = join(folder.path, 'ca.pem');
    writeFileSync(caFile, cert);
    const tls = { cert, key };
    const { library, server, ordered, put } = await reading({ security: 'implicit', caFile }, { tls });
    const { id, number } = await ordered();
    put(library.reply([{ requestNumber: number, code: 'NOT' }]));
    await stateOf(server, id, 'unfilled');
  });
});
