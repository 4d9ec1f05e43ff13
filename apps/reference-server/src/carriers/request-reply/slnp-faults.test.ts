import { connect } from 'node:net';
import { errorReply } from '@interlend/slnp';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { eventually } from '../../test-server.test-support.js';
import { anOrder, type Region, startRegion } from './slnp-region.test-support.js';

// What goes wrong between a central server and a library, over sockets: the reply that is written down, and nothing lost.
let region: Region;
afterEach(() => region.stop());

const parameters = {
  BsTyp: 'AFL',
  BestellId: '20260000001',
  SigelNB: 'DE-B1',
  SigelGB: 'DE-L1',
  BenutzerNummer: 'NB-1',
  Titel: 'Undine',
} as const;
const order = (more: Readonly<Record<string, string | undefined>> = {}): string => {
  const lines = Object.entries({ ...parameters, ...more }).flatMap(([name, value]) =>
    value === undefined ? [] : [`${name}:${value}`],
  );
  return ['SLNPFLBestellung', ...lines, 'SLNPEndCommand', ''].join('\n');
};
const accepted = '600 SLNPFLBestellung\n601 OKMsg:Bestellung angenommen\n250 SLNPEndOfData\n';

/** Says octets on a connection of their own and hears everything that comes back. */
function say(said: string | Buffer, end: 'in order' | 'by breaking off' = 'in order'): Promise<string> {
  const [address] = region.lending.listeners;
  if (!address) throw new Error('a server without listener');
  return new Promise((resolve, reject) => {
    const socket = connect(address, () => {
      if (end === 'in order') socket.end(said);
      else
        socket.write(said, () => {
          socket.resetAndDestroy();
        });
    });
    let heard = '';
    socket.setEncoding('utf8');
    socket.on('data', (text: string) => {
      heard += text;
    });
    socket.on('close', () => resolve(heard));
    socket.on('error', reject);
  });
}

const loans = async () =>
  (await region.lending.store.transactions({}, 100)).rows.map(({ library, transaction }) => [
    library,
    transaction.state,
    transaction.request.item.title,
  ]);

describe('what a central server says wrong', () => {
  beforeEach(async () => {
    region = await startRegion({ isOverTcp: true });
  });

  test.each<readonly [string, string | Buffer, string, number]>([
    ['the same order twice', order() + order(), accepted + accepted, 1],
    [
      'the number of an order with another content',
      order() + order({ Titel: 'Melusine' }),
      `${accepted}510 SLNPEvalError: BestellId bereits verwendet\n`,
      1,
    ],
    [
      'the dummy twice',
      order({ BestellId: '999999999' }) + order({ BestellId: '999999999' }),
      accepted + accepted,
      2,
    ],
    ['a title in ISO 8859-1', Buffer.from(order({ Titel: '\u00dcber B\u00fccher' }), 'latin1'), accepted, 1],
    ...Object.keys(parameters)
      .filter((name) => name !== 'SigelGB')
      .map((name): readonly [string, string, string, number] => [
        `no ${name}`,
        order({ [name]: undefined }) + order(),
        `520 SlnpRequestError: Parameter fehlt: ${name}\n${accepted}`,
        1,
      ]),
    [
      'a kind that there is not',
      order({ BsTyp: 'XFL' }) + order(),
      `520 SlnpRequestError: Wert ung\u00fcltig: BsTyp\n${accepted}`,
      1,
    ],
    [
      'a command that there is not',
      `SLNPFLStorno\nBestellId:1\nSLNPEndCommand\n${order()}`,
      `520 SlnpLookupError: Kommando nicht bekannt: SLNPFLStorno\n${accepted}`,
      1,
    ],
    [
      'a line without a colon',
      `SLNPFLBestellung\nBsTyp=AFL\nSLNPEndCommand\n${order()}`,
      `520 SlnpRequestError: Kommando nicht lesbar, Zeile 2\n${accepted}`,
      1,
    ],
    [
      'a command inside a command',
      `SLNPFLBestellung\nBsTyp:AFL\n${order()}${order()}`,
      `520 SlnpRequestError: Kommando nicht lesbar, Zeile 3\n${accepted}`,
      1,
    ],
    [
      'an end without a command',
      `SLNPEndCommand\n${order()}`,
      `520 SlnpRequestError: Kommando nicht lesbar, Zeile 1\n${accepted}`,
      1,
    ],
    [
      'something after its goodbye',
      `${order()}SLNPQuit\n${order({ BestellId: '2' })}`,
      `${accepted}240 OK: SLNPQuit success\n`,
      1,
    ],
    [
      'a line without end',
      `${order()}SLNPFLBestellung\nTitel:${'x'.repeat(70_000)}`,
      `${accepted}520 SlnpRequestError: Kommando nicht lesbar\n`,
      1,
    ],
    ['a library that is not here', order({ SigelGB: 'DE-L9' }), '510 Bibliothek hier nicht bekannt\n', 0],
    [
      'a number that nobody gave',
      'SLNPPFLDatenAenderung\nPFLNummer:75\nSigelGB:DE-L1\nSLNPEndCommand\n',
      '510 PFLNummerNichtVorhanden: PFL-Nummer nicht vorhanden\n',
      0,
    ],
    [
      'a number that cannot be one',
      'SLNPPFLDatenAenderung\nPFLNummer:7 5\nSLNPEndCommand\n',
      '510 PFLNummerNichtPlausibel: PFL-Nummer nicht plausibel\n',
      0,
    ],
  ])('%s: the reply says so, and what was right has its effect', async (_, said, replies, count) => {
    expect(await say(said)).toBe(replies);
    expect(await loans()).toHaveLength(count);
  });

  test.each(['in order', 'by breaking off'] as const)(
    'half a command, after which it goes away %s, is nobody\u2019s order',
    async (end) => {
      const half = order().slice(0, -12);
      await say(half, end).catch(() => '');
      expect(await loans()).toEqual([]);
      expect(await say(order())).toBe(accepted);
      expect(await loans()).toEqual([['DE-L1', 'requested', 'Undine']]);
    },
  );

  test('an order, after which it goes away before the reply, is taken; said again it is answered', async () => {
    await say(order(), 'by breaking off').catch(() => '');
    await eventually(async () => ((await loans()).length === 1 ? true : undefined));
    expect(await say(order())).toBe(accepted);
    expect(await loans()).toHaveLength(1);
  });

  test('a title in ISO 8859-1 is read as it was meant, and the library of an old spelling found', async () => {
    await say(Buffer.from(order({ Titel: '\u00dcber B\u00fccher', SigelGB: 'de-l1' }), 'latin1'));
    expect(await loans()).toEqual([['DE-L1', 'requested', '\u00dcber B\u00fccher']]);
  });
});

describe('what a central server does wrong', () => {
  test('it goes away in the middle of a report, and again: the report is said until it is answered', async () => {
    region = await startRegion({
      isOverTcp: true,
      hub: {
        faults: [
          { command: 'SLNPInfo2FLServer Shipped', answer: 'not' },
          { command: 'SLNPInfo2FLServer Shipped', occurrence: 2, answer: errorReply(512, 'voll') },
          { command: 'SLNPInfo2FLServer Shipped', occurrence: 3, answer: 'not' },
        ],
      },
    });
    const { hub, lending, loanIn } = region;
    const id = hub.submitOrder(anOrder);
    const lent = await loanIn(lending, 'requested', 'DE-L1');
    await lending.desk.act(lent, () => ({ type: 'shipped', from: 'lender', service: 'loan' }));
    await hub.reached(id, 'Shipped');
    await eventually(async () => ((await lending.store.outbox()).length === 0 ? true : undefined));
    expect((await lending.store.attempts(lent)).map(({ outcome }) => outcome)).toEqual([
      'retry',
      'retry',
      'retry',
      'delivered',
    ]);
    expect(await lending.store.transaction(lent)).toMatchObject({ needsReview: false });
  });

  test('it is not there: the report waits for it, and the shipment stands', async () => {
    region = await startRegion({ isOverTcp: true });
    const { hub, lending, loanIn } = region;
    hub.submitOrder(anOrder);
    const lent = await loanIn(lending, 'requested', 'DE-L1');
    await hub.close();
    await lending.desk.act(lent, () => ({ type: 'shipped', from: 'lender', service: 'loan' }));
    const attempt = await eventually(async () => (await lending.store.attempts(lent))[0]);
    expect(attempt).toMatchObject({ outcome: 'retry' });
    expect(await lending.store.outbox()).toHaveLength(1);
    expect(await lending.store.transaction(lent)).toMatchObject({ transaction: { state: 'shipped' } });
  });
});
