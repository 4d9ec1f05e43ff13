import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { createAlmaClient, fromPartnerSettings, type PartnerSettings } from '@interlend/alma';
import { BritishLibrary } from '@interlend/artemail/double';
import type { PeerAddress } from '@interlend/core';
import { isSameAddress, parsePlainMail } from '@interlend/mail';
import { afterEach, describe, expect, it } from 'vitest';
import {
  partner as agreed,
  anywhere,
  closeAll,
  handOver,
  postOffice,
  request,
  shownLoan,
  start,
  stateOf,
  text,
} from '../carriers/mail/rehearsal.test-support.js';
import { defaultRegistry } from '../protocols.js';
import { checkSettings } from '../read-settings.js';
import type { Server } from '../server.js';
import type { SettingsInput } from '../settings.js';
import { eventually, settingsOf } from '../test-server.test-support.js';
import { accountPasswords, completePeers } from './mail-partners.js';
import { toPeer } from './partners.js';
import { key, wiring } from './wiring.test-support.js';

const wired = wiring();
afterEach(closeAll);

const ours = agreed.from;
const theirs = 'ill@partner.example';
const password = 'SECRET7';
type MailSection = NonNullable<NonNullable<SettingsInput['alma']>['mail']>;

const common = { isActive: true, lends: true, borrows: true };
const letters = (code: string, email = theirs): PartnerSettings => ({
  ...common,
  protocol: 'email',
  code,
  name: `Library ${code}`,
  email,
});
const british = (customers = [{ code: '12-3456', password: 'OFALMA1' }]): PartnerSettings => ({
  ...common,
  protocol: 'artemail',
  code: 'BL',
  name: 'British Library',
  email: agreed.to,
  customers,
  keywords: { service: ['S'], delivery: ['LOAN'], queries: ['COPYRT'] },
});

/** Staff make partners in Alma. */
async function made(...partners: readonly PartnerSettings[]): Promise<void> {
  const client = createAlmaClient({
    server: 'https://alma.example',
    apiKey: key,
    fetch: (...args) => wired.double.handle(new Request(...args)),
  });
  for (const partner of partners) await client.partners.create(fromPartnerSettings(partner));
}

/** A library that is wired to the Alma and waits for mails; its listeners for letters and for replies to orders. */
async function library(mail: MailSection | undefined, data = ':memory:'): Promise<Server> {
  const server = await wired.side('EX:LIB', 0, {
    data,
    listeners: ['email', 'artemail'].map((protocol) => ({ protocol, transport: 'smtp', port: 0 })),
    alma: { ...wired.alma(), ...(mail && { mail }) },
  });
  await server.alma?.idle();
  return server;
}

const mailAt = (office: PeerAddress, more: Partial<MailSection> = {}): MailSection => ({
  from: ours,
  address: text(office),
  relay: { security: 'none' },
  ...more,
});
const file = (content: string): string => {
  const path = join(wired.folder, 'account');
  writeFileSync(path, content);
  return path;
};
const skippedOf = (server: Server): Readonly<Record<string, string>> =>
  Object.fromEntries((server.alma?.status.skipped ?? []).map(({ code, why }) => [code, why]));

describe('a partner of the type EMAIL', () => {
  it('that is made while the server runs is written to by SMTP, and its reply comes back', async () => {
    const homes = new Map<string, PeerAddress>();
    const subjects: string[] = [];
    const office = await postOffice(async (raw, to) => {
      subjects.push(parsePlainMail(raw).subject);
      for (const [address, home] of homes) if (isSameAddress(address, to)) await handOver(raw, to, home);
    });
    const partner = await start('EX:PARTNER', {
      listeners: [{ protocol: 'email', transport: 'smtp', port: 0 }],
      peers: [
        {
          symbol: 'EX:LIB',
          protocol: 'email',
          transport: 'smtp',
          address: text(office.address),
          relay: { security: 'none' },
          partner: { from: theirs, to: ours, replies: 'automatic' },
        },
      ],
    });
    const server = await library(mailAt(office.address, { replies: 'automatic' }));
    const home = server.listeners[0] ?? anywhere;
    homes.set(theirs, partner.listeners[0] ?? anywhere);
    homes.set(ours, home);
    // Nobody writes to an address that no peer has.
    await expect(
      handOver(new Uint8Array(Buffer.from('From: a@b.example\r\n\r\nx')), ours, home),
    ).rejects.toMatchObject({ name: 'PeerError' });

    await made(letters('LETTERS'));
    server.alma?.refresh();
    await server.alma?.idle();
    expect(skippedOf(server)).toEqual({ RAPID: 'no package speaks RAPID' });

    const { id } = await server.desk.borrow(request('ALMA:LETTERS'));
    await server.alma?.idle();
    expect(wired.double.calls.map(({ operation }) => operation)).toContain('createBorrowingRequest');
    const lent = await eventually(async () => (await partner.store.transactions({}, 1)).rows[0]);
    await partner.desk.act(lent.id, () => ({
      type: 'shipped',
      from: 'lender',
      service: 'loan',
      shippedOn: '2024-03-04',
      due: '2024-04-04',
    }));
    await stateOf(server, id, 'shipped');
    expect(subjects.map((subject) => subject.split(' [')[0])).toEqual([
      'Requested Material',
      'Lender Ship Email Letter',
    ]);
  });

  it('that gets another address in Alma is written to there', async () => {
    const arrived: string[] = [];
    const office = await postOffice(async (_, to) => void arrived.push(to));
    await made(letters('LETTERS'));
    const server = await library(mailAt(office.address));
    await server.desk.borrow(request('ALMA:LETTERS'));
    await eventually(async () => arrived[0]);

    const moved = fromPartnerSettings(letters('LETTERS', 'new@partner.example'));
    const changed = await wired.double.handle(
      new Request('https://alma.example/almaws/v1/partners/LETTERS', {
        method: 'PUT',
        headers: { authorization: `apikey ${key}`, 'content-type': 'application/json' },
        body: JSON.stringify(moved),
      }),
    );
    expect(changed.status).toBe(200);
    server.alma?.refresh();
    await server.alma?.idle();
    await server.desk.borrow(request('ALMA:LETTERS'));
    await eventually(async () => arrived[1]);
    expect(arrived).toEqual([theirs, 'new@partner.example']);
  });
});

describe('a partner of the type ART_EMAIL', () => {
  it('is ordered from with the password of the settings, and its replies come back', async () => {
    const bl = new BritishLibrary({
      address: agreed.to,
      accounts: [{ customerCode: '12-3456', password }],
      clock: { now: () => new Date() },
    });
    let home: PeerAddress = anywhere;
    const arrived: Uint8Array[] = [];
    const answers: Promise<void>[] = [];
    const office = await postOffice(async (raw) => {
      arrived.push(raw);
      const report = await bl.receive(raw);
      answers.push(handOver(report, ours, home));
    });
    await made(british());
    const data = join(wired.folder, 'loans.sqlite');
    const accounts = [{ customerCode: '12-3456', passwordFile: file(`${password}\n`) }];
    const server = await library(mailAt(office.address, { replies: 'automatic', accounts }), data);
    home = server.listeners[1] ?? anywhere;
    expect(skippedOf(server)).toEqual({ RAPID: 'no package speaks RAPID' });

    const { id, key: number } = await server.desk.borrow(request('ALMA:BL'));
    await eventually(async () => (bl.orders.has(number) ? true : undefined));
    await Promise.all(answers);
    expect(bl.orders.get(number)).toMatchObject({ customer: '12-3456', from: ours });
    await eventually(async () =>
      JSON.stringify(await shownLoan(server, id)).includes('File accepted') ? true : undefined,
    );
    await handOver(bl.reply([{ requestNumber: number, code: 'NOT*NUKL' }]), ours, home);
    await stateOf(server, id, 'unfilled');

    expect(Buffer.from(arrived[0] ?? []).toString()).toContain(password);
    const kept = [data, `${data}-wal`, `${data}.alma`, `${data}.alma-wal`].map((path) =>
      readFileSync(path, 'latin1'),
    );
    const shown = await (await fetch(`${server.apiUrl}/peers`)).text();
    const everything = [...kept, shown, JSON.stringify(server.alma?.status), ...wired.logged].join('\n');
    expect(everything).toContain('ALMA:BL');
    expect(everything).not.toMatch(/SECRET7|OFALMA1/);
  });

  it('is known while Alma is away', async () => {
    const bl = new BritishLibrary({
      address: agreed.to,
      accounts: [{ customerCode: '12-3456', password }],
      clock: { now: () => new Date() },
    });
    const office = await postOffice(async (raw) => void (await bl.receive(raw)));
    await made(british());
    const data = join(wired.folder, 'loans.sqlite');
    const mail = mailAt(office.address, {
      accounts: [{ customerCode: '12-3456', passwordFile: file(password) }],
    });
    await library(mail, data);
    await wired.running.pop()?.stop();
    wired.isAway = true;
    const server = await library(mail, data);
    const { key: number } = await server.desk.borrow(request('ALMA:BL'));
    await eventually(async () => (bl.orders.has(number) ? true : undefined));
    await wired.running.pop()?.stop();

    const without = await library(undefined, data);
    expect(without.alma?.status).toMatchObject({ partners: 2, skipped: [{ code: 'BL' }] });
  });
});

describe('a partner over mail that cannot be completed', () => {
  it('is shown with what is missing', async () => {
    await made(letters('LETTERS'), british());
    const server = await library(undefined);
    const shown = (await (await fetch(`${server.apiUrl}/alma`)).json()) as object;
    const why = 'alma.mail is missing: our mail address and a mail server';
    expect(shown).toMatchObject({
      partners: 2,
      skipped: [{ code: 'RAPID' }, { code: 'BL', why }, { code: 'LETTERS', why }],
    });
  });

  it.each([
    [[british()], {}, { BL: 'alma.mail.accounts has no password for 12-3456' }],
    [[british([])], {}, { BL: 'its record names no customer, and alma.mail.accounts is empty' }],
    [
      [british()],
      { password: 'not one word' },
      { BL: 'partner.accounts.0.password: expected 1 to 20 letters and digits' },
    ],
    [
      [british([{ code: '1', password: 'A' }])],
      { password },
      { BL: 'partner.accounts.0.customerCode: expected two digits, a hyphen and four digits' },
    ],
    [[british([])], { password, accounts: [{ customerCode: '12-3456' }] }, {}],
    [[letters('A', 'nobody')], {}, { A: 'partner.to: expected a mail address' }],
    [[letters('A', ours.toUpperCase())], {}, { A: 'its mail address is that of alma.mail.from' }],
    [[letters('A'), letters('B', theirs.toUpperCase())], {}, { B: 'its mail address is that of ALMA:A' }],
    [[letters('A', 'written@partner.example')], {}, { A: 'its mail address is that of EX:WRITTEN' }],
    [[letters('OWN', 'nobody')], {}, {}],
  ] as const)('says so, as of %j with %j', (partners, more, expected) => {
    const byHand = (symbol: string, to: string) => ({
      symbol,
      protocol: 'email',
      transport: 'smtp',
      partner: { from: ours, to },
    });
    const { password: variable, ...mail } = more as { password?: string };
    const settings = settingsOf(
      {
        libraries: [{ symbol: 'EX:LIB', name: 'x' }],
        peers: [byHand('EX:WRITTEN', 'written@partner.example'), byHand('ALMA:OWN', 'own@partner.example')],
        alma: { ...wired.alma(), mail: mailAt({ host: 'mail.example', port: 587 }, mail) },
      },
      defaultRegistry,
      variable === undefined ? {} : { INTERLEND_ALMA_MAIL_PASSWORD: variable },
    );
    const { alma } = settings;
    if (!alma) throw new Error('no alma');
    const imported = partners.flatMap((partner) => {
      const peer = toPeer(partner, defaultRegistry);
      return 'why' in peer ? [] : [{ code: partner.code, peer }];
    });
    const passwordOf = accountPasswords(alma.mail);
    const { peers, skipped } = completePeers(imported, {
      settings,
      alma,
      registry: defaultRegistry,
      passwordOf,
    });
    expect(Object.fromEntries(skipped.map(({ code, why }) => [code, why]))).toEqual(expected);
    expect(peers.length + skipped.length).toBe(partners.length);
  });
});

describe('the settings of mail partners', () => {
  const check = (mail: object, environment: Record<string, string> = {}) =>
    checkSettings(
      {
        libraries: [{ symbol: 'A:B', name: 'x' }],
        alma: { server: 'eu', rsLibrary: 'RS', apiKeyFile: 'key', mail },
      },
      environment,
      defaultRegistry,
    ).mistakes?.map(({ key: name }) => name);

  it('take passwords from the environment or files, never from the settings themselves', () => {
    const base = { from: ours, address: 'mail.example:587' };
    expect(check(base)).toBeUndefined();
    expect(check(base, { INTERLEND_ALMA_MAIL_PASSWORD: password })).toBeUndefined();
    expect(check({ ...base, password })).toEqual(['alma.mail.password']);
    expect(check({ ...base, from: 'nobody' })).toEqual(['alma.mail.from']);
    expect(check({ from: ours })).toEqual(['alma.mail.address']);
    expect(check({ ...base, accounts: [{ customerCode: '1' }] })).toEqual([
      'alma.mail.accounts.0.customerCode',
    ]);
  });

  it('name files that can be read', async () => {
    const accounts = [{ customerCode: '12-3456', passwordFile: join(wired.folder, 'absent') }];
    await expect(library(mailAt(anywhere, { accounts }))).rejects.toMatchObject({
      key: 'alma.mail.accounts.0.passwordFile',
    });
  });
});
