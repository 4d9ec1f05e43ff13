import { ruleValues } from '@interlend/core';
import { askOnce, FLBestellung, matchesLogin, type SlnpReply } from '@interlend/slnp';
import { deriveProfile, profileNamed, rulesFor } from '@interlend/slnp/profiles';
import { afterEach, describe, expect, test } from 'vitest';
import type { Server } from '../../server.js';
import { eventually } from '../../test-server.test-support.js';
import { anOrder, hubSymbol, type Region, startRegion } from './slnp-region.test-support.js';

let region: Region;
afterEach(() => region.stop());

const closed = {
  from: '2000-01-01',
  until: '2999-12-31',
  reason: 'policy-problem',
  note: 'Haus geschlossen',
} as const;
const lenders = (refuses: object[]) => [
  { symbol: 'DE-L1', name: 'First', refuses },
  { symbol: 'DE-L2', name: 'Second' },
];

describe('a lender that refuses without asking its staff', () => {
  const turnsAt = (symbol: string) =>
    region.hub.turns
      .filter(({ library }) => library === symbol)
      .map(({ command, code }) => `${command} ${code}`);

  test('says no in the reply where its profile says so, and staff see what happened', async () => {
    region = await startRegion({
      lending: {
        libraries: lenders([closed]),
        slnp: { profiles: [{ name: 'region', lenderAnswer: 'sync' }] },
      },
      lendingProfile: 'region',
    });
    const { hub, lending, loanIn } = region;
    hub.submitOrder(anOrder);
    await loanIn(lending, 'requested', 'DE-L2');
    expect(turnsAt('DE-L1')).toEqual(['SLNPFLBestellung AFL 510']);
    const refused = await loanIn(lending, 'unfilled', 'DE-L1');
    const events = await lending.store.events(refused);
    expect(events.map(({ key, source }) => `${key} ${source}`)).toEqual(['requested wire', 'unfilled rule']);
    const messages = await lending.store.messages(refused);
    expect(messages.map(({ name }) => name)).toEqual(['SLNPFLBestellung AFL', '510']);
    expect(Buffer.from(messages[1]?.raw ?? []).toString()).toBe('510 Haus geschlossen\n');
    expect(await lending.store.transaction(refused)).toMatchObject({ needsReview: false });
  });

  test('takes the order and reports that it cannot supply where its profile says so', async () => {
    region = await startRegion({ lending: { libraries: lenders([closed]) } });
    const { hub, lending, loanIn } = region;
    hub.submitOrder(anOrder);
    await loanIn(lending, 'unfilled', 'DE-L1');
    await loanIn(lending, 'requested', 'DE-L2');
    expect(turnsAt('DE-L1').toSorted()).toEqual([
      'SLNPFLBestellung AFL 250',
      'SLNPInfo2FLServer NotAvailable 240',
    ]);
  });

  test('is asked again and says the same', async () => {
    region = await startRegion({
      lending: {
        libraries: lenders([{ service: 'loan', reason: 'non-circulating' }]),
        slnp: { profiles: [{ name: 'region', lenderAnswer: 'sync' }] },
      },
      lendingProfile: 'region',
      hub: { faults: [{ command: 'SLNPFLBestellung AFL', say: 'twice' }] },
    });
    const { hub, lending, loanIn } = region;
    hub.submitOrder(anOrder);
    await loanIn(lending, 'requested', 'DE-L2');
    const refused = await loanIn(lending, 'unfilled', 'DE-L1');
    const replies = (await lending.store.messages(refused)).filter(({ direction }) => direction === 'out');
    expect(replies.map(({ raw }) => Buffer.from(raw).toString())).toEqual([
      '510 nicht ausleihbar\n',
      '510 nicht ausleihbar\n',
    ]);
  });

  test('lends what no row fits', async () => {
    region = await startRegion({
      lending: { libraries: lenders([{ service: 'copy' }, { ...closed, until: '2001-01-01' }]) },
    });
    region.hub.submitOrder(anOrder);
    await region.loanIn(region.lending, 'requested', 'DE-L1');
  });
});

describe('what a central server wants otherwise', () => {
  const profile = deriveProfile(profileNamed('default'), {
    name: 'region',
    rules: {
      login: 'SLNPSysParam',
      charset: 'iso-8859-1',
      info2flserver: { status: 'Meldung', note: 'Grund' },
      texts: { accepted: 'wird bearbeitet' },
    },
    evidence: 'documented',
  });
  const rules = ruleValues(profile);
  const settings = {
    slnp: {
      profiles: [
        {
          name: 'region',
          login: 'SLNPSysParam' as const,
          charset: 'iso-8859-1' as const,
          info2flserver: { status: 'Meldung', note: 'Grund' },
          texts: { accepted: 'wird bearbeitet' },
        },
      ],
    },
  };
  const login = { user: 'ls', password: 'geheim', branch: '1' };

  test('is said: its login, its names, its texts, its character set', async () => {
    region = await startRegion({
      lending: settings,
      lendingProfile: 'region',
      lendingLogin: { user: 'ls', branch: '1' },
      environment: { INTERLEND_SLNP_PASSWORD: 'geheim' },
      hub: { rules, admits: (said) => matchesLogin(said, login) },
      hubToLenders: { rules, login },
    });
    const { hub, lending, loanIn } = region;
    const order = hub.submitOrder({ ...anOrder, fields: { ...anOrder.fields, Titel: 'Über Bücher' } });
    const lent = await loanIn(lending, 'requested', 'DE-L1');
    await lending.desk.act(lent, () => ({ type: 'unfilled', from: 'lender', note: 'zu groß' }));
    await loanIn(lending, 'requested', 'DE-L2');
    expect(hub.order(order)?.asked).toBe(2);
    expect((await lending.store.transaction(lent))?.transaction.request.item.title).toBe('Über Bücher');
    const messages = await eventually(async () => {
      const all = await lending.store.messages(lent);
      return all.length === 4 ? all : undefined;
    });
    expect(messages.map(({ raw }) => Buffer.from(raw).toString('latin1'))).toEqual([
      expect.stringContaining('LoginKennung:ls\nZweigStelle:1\n'),
      expect.stringContaining('601 OKMsg:wird bearbeitet\n'),
      expect.stringContaining('Grund:zu groß\n'),
      '240 OK: SLNPInfo2FLServer success\n',
    ]);
    const everything = JSON.stringify(
      [...messages, ...(await lending.store.received('done', 100))].map(({ raw }) =>
        Buffer.from(raw).toString('latin1'),
      ),
    );
    expect(everything).not.toContain('geheim');
    expect(messages[0]).toMatchObject({ deviations: [] });
  });

  test('is not heard without its login, and nothing of a wrong one is kept', async () => {
    region = await startRegion({
      lending: settings,
      lendingProfile: 'region',
      lendingLogin: { user: 'ls', branch: '1' },
      environment: { INTERLEND_SLNP_PASSWORD: 'geheim' },
    });
    const [address] = region.lending.listeners;
    if (!address) throw new Error('a server without listener');
    const order = FLBestellung.create({
      BsTyp: 'AFL',
      BestellId: '1',
      SigelNB: 'DE-B1',
      SigelGB: 'DE-L1',
      BenutzerNummer: '1',
      Titel: 'x',
    });
    const at = { connector: region.connector, address };
    expect((await askOnce(order, { ...at, rules: rulesFor('default') })).message.code).toBe(520);
    await expect(
      askOnce(order, { ...at, rules, login: { ...login, password: 'falsch' } }),
    ).rejects.toMatchObject({ name: 'PeerError', wireCode: '510' });
    expect(await kept(region.lending)).toEqual([]);
  });
});

const kept = async (server: Server) =>
  (
    await Promise.all(
      (['done', 'refused', 'undecodable', 'waiting'] as const).map((state) =>
        server.store.received(state, 100),
      ),
    )
  ).flat();

describe('two central servers', () => {
  const order = (title: string) =>
    FLBestellung.create({
      BsTyp: 'PFL',
      BestellId: '20260000001',
      SigelNB: 'DE-B1',
      BenutzerNummer: '4711',
      Titel: title,
    });

  test('count their orders each for itself', async () => {
    region = await startRegion({
      borrowing: {
        listeners: ['ZFL-TEST', 'ZFL-OTHER'].map((peer, index) => ({
          protocol: 'slnp',
          transport: 'tcp',
          host: 'DE-B1',
          port: 9001 + index,
          peer,
        })),
        peers: ['ZFL-TEST', 'ZFL-OTHER'].map((symbol) => ({
          symbol,
          protocol: 'slnp',
          transport: 'tcp',
          address: 'zfl:9000',
          isHub: true,
        })),
      },
    });
    const { borrowing, connector } = region;
    const ask = async (listener: number, command: Parameters<typeof askOnce>[0]): Promise<SlnpReply> => {
      const address = borrowing.listeners[listener];
      if (!address) throw new Error('a server without listener');
      return (await askOnce(command, { connector, address })).message;
    };
    expect((await ask(0, order('Kater Murr'))).code).toBe(250);
    expect((await ask(1, order('Undine'))).code).toBe(250);
    // Each knows its own, and a repeat is one.
    expect((await ask(0, order('Kater Murr'))).code).toBe(250);
    expect((await ask(1, order('Kater Murr'))).code).toBe(510);
    const { rows } = await borrowing.store.transactions({}, 10);
    expect(rows.map(({ peer, transaction }) => [peer, transaction.request.item.title]).toSorted()).toEqual([
      ['ZFL-OTHER', 'Undine'],
      [hubSymbol, 'Kater Murr'],
    ]);
    const change = 'SLNPPFLDatenAenderung\nPFLNummer:20260000001\nSigelGB:DE-L1\nSLNPEndCommand\n';
    expect((await ask(1, new TextEncoder().encode(change))).code).toBe(240);
    const states = (await borrowing.store.transactions({}, 10)).rows.map(
      ({ peer, transaction }) => `${peer} ${transaction.state}`,
    );
    expect(states.toSorted()).toEqual(['ZFL-OTHER shipped', 'ZFL-TEST requested']);
  });
});

test('a listener for one central server is closed to everybody else, also where unknown partners are taken', async () => {
  region = await startRegion({
    borrowing: {
      unknownPeers: 'accept',
      listeners: [{ protocol: 'slnp', transport: 'tcp', host: 'DE-B1', port: 9001, peer: hubSymbol }],
      peers: [hubSymbol, 'DE-B7'].map((symbol) => ({
        symbol,
        protocol: 'slnp',
        transport: 'tcp',
        address: 'zfl:9000',
        isHub: symbol === hubSymbol,
      })),
    },
  });
  const [address] = region.borrowing.listeners;
  if (!address) throw new Error('a server without listener');
  // DE-B7 speaks for itself, so it is not the central server that speaks here.
  const change = `SLNPPFLDatenAenderung\nPFLNummer:1\nSigelGB:DE-B7\nSLNPEndCommand\n`;
  const { message } = await askOnce(new TextEncoder().encode(change), {
    connector: region.connector,
    address,
  });
  expect(message).toMatchObject({ code: 510, text: 'Bibliothek hier nicht bekannt' });
  expect((await region.borrowing.store.received('refused', 10))[0]?.warnings).toEqual([
    `listener-not-allowed: DE-B7 called where only ${hubSymbol} may`,
  ]);
});
