import type { LendingEvent } from '@interlend/core';
import { askOnce, dummyOrderId, errorReply, FLBestellung, PFLDatenAenderung } from '@interlend/slnp';
import { afterEach, describe, expect, test } from 'vitest';
import type { Server } from '../../server.js';
import { eventually } from '../../test-server.test-support.js';
import { anOrder, hubSymbol, type Region, startRegion } from './slnp-region.test-support.js';

let region: Region;
afterEach(() => region.stop());

const act = (server: Server, id: string, event: LendingEvent) => server.desk.act(id, () => event);

async function messagesOf(server: Server, id: string): Promise<readonly string[]> {
  const messages = await server.store.messages(id);
  return messages.map(({ direction, name }) => `${direction} ${name}`);
}

describe('an order of a region', () => {
  test('goes from the reader to the second lender and back', async () => {
    region = await startRegion();
    const { borrowing, lending, hub, loanIn } = region;
    const order = hub.submitOrder(anOrder);

    const first = await loanIn(lending, 'requested', 'DE-L1');
    await act(lending, first, { type: 'unfilled', from: 'lender', reason: 'in-use-on-loan' });
    const second = await loanIn(lending, 'requested', 'DE-L2');
    await act(lending, second, { type: 'shipped', from: 'lender', service: 'loan', due: '2030-02-01' });
    await hub.reached(order, 'Shipped');

    const borrowed = await loanIn(borrowing, 'shipped');
    await act(borrowing, borrowed, {
      type: 'received',
      from: 'borrower',
      service: 'loan',
      receivedOn: '2030-01-10',
    });
    await act(borrowing, borrowed, { type: 'returned', from: 'borrower', returnedOn: '2030-01-20' });
    await hub.reached(order, 'Return');
    await act(lending, second, { type: 'checkedIn', from: 'lender', checkedInOn: '2030-01-22' });

    expect(
      hub.turns.map(({ direction, library, command, code }) => [direction, library, command, code]),
    ).toEqual([
      ['said', 'DE-B1', 'SLNPAlleBenutzerDaten', 250],
      ['said', 'DE-B1', 'SLNPFLBestellung PFL', 250],
      ['said', 'DE-L1', 'SLNPFLBestellung AFL', 250],
      ['heard', 'DE-L1', 'SLNPInfo2FLServer NotAvailable', 240],
      ['said', 'DE-L2', 'SLNPFLBestellung AFL', 250],
      ['heard', 'DE-L2', 'SLNPInfo2FLServer Shipped', 240],
      ['said', 'DE-B1', 'SLNPPFLDatenAenderung', 240],
      ['heard', 'DE-B1', 'SLNPInfo2FLServer Return', 240],
    ]);
    await eventually(async () => ((await messagesOf(borrowing, borrowed)).length === 6 ? true : undefined));
    expect(await messagesOf(borrowing, borrowed)).toEqual([
      'in SLNPFLBestellung PFL',
      'out 250 SLNPFLBestellung',
      'in SLNPPFLDatenAenderung',
      'out 240',
      'out SLNPInfo2FLServer Return',
      'in 240',
    ]);
    const record = await borrowing.store.transaction(borrowed);
    expect(record).toMatchObject({
      peer: hubSymbol,
      library: 'DE-B1',
      transaction: { role: 'borrower', state: 'returned' },
      needsReview: false,
    });
    expect(await lending.store.transaction(second)).toMatchObject({ transaction: { state: 'checkedIn' } });
    expect(await lending.store.transaction(first)).toMatchObject({ transaction: { state: 'unfilled' } });
    // Received and checked in stay here: SLNP has no word for them.
    const local = (await borrowing.store.events(borrowed)).find(({ key }) => key === 'received');
    expect(local?.warnings[0]).toMatch(/recorded here only: SLNP has no command for it/);
  });

  test('is refused for a reader who is not known, or may not borrow', async () => {
    region = await startRegion();
    const { borrowing, hub } = region;
    for (const BenutzerNummer of ['4712', '9999']) {
      const refused = hub.submitOrder({
        ...anOrder,
        fields: { ...anOrder.fields, BenutzerNummer },
        isTrusted: true,
      });
      await hub.reached(refused, 'Cancel');
    }
    expect((await borrowing.store.transactions({}, 10)).rows).toEqual([]);
    expect(hub.turns.map(({ command, code }) => `${command} ${code}`)).toEqual([
      'SLNPFLBestellung PFL 510',
      'SLNPFLBestellung PFL 510',
    ]);
  });

  test('has one effect, however often the hub repeats it', async () => {
    region = await startRegion({
      hub: {
        faults: [
          { command: 'SLNPFLBestellung PFL', say: 'half' },
          { command: 'SLNPFLBestellung PFL', occurrence: 2, say: 'and-leave' },
          { command: 'SLNPFLBestellung PFL', occurrence: 3, say: 'twice' },
          { command: 'SLNPFLBestellung AFL', say: 'without', parameter: 'Titel' },
          { command: 'SLNPFLBestellung AFL', occurrence: 2, say: 'latin-1' },
          { command: 'SLNPPFLDatenAenderung', say: 'twice' },
        ],
      },
    });
    const { borrowing, lending, hub, loanIn } = region;
    const order = hub.submitOrder({ ...anOrder, fields: { ...anOrder.fields, Titel: 'Über Bücher' } });
    const lent = await loanIn(lending, 'requested', 'DE-L1');
    await act(lending, lent, { type: 'shipped', from: 'lender', service: 'loan' });
    await hub.reached(order, 'Shipped');
    await loanIn(borrowing, 'shipped');
    expect((await borrowing.store.transactions({}, 10)).rows).toHaveLength(1);
    const loans = (await lending.store.transactions({}, 10)).rows;
    expect(loans.map(({ transaction }) => transaction.request.item.title)).toEqual(['Über Bücher']);
    // The order without a title was answered 520 and left nothing behind.
    expect(hub.turns.every(({ code }) => code === 250 || code === 240)).toBe(true);
  });

  test('goes on when the hub goes away in the middle of a report', async () => {
    region = await startRegion({
      hub: {
        faults: [
          { command: 'SLNPInfo2FLServer Shipped', answer: 'not' },
          {
            command: 'SLNPInfo2FLServer Shipped',
            occurrence: 2,
            answer: errorReply(511, 'Datenbank gesperrt'),
          },
        ],
      },
    });
    const { lending, hub, loanIn } = region;
    const order = hub.submitOrder(anOrder);
    const lent = await loanIn(lending, 'requested', 'DE-L1');
    await act(lending, lent, { type: 'shipped', from: 'lender', service: 'loan' });
    await hub.reached(order, 'Shipped');
    await eventually(async () => ((await lending.store.outbox()).length === 0 ? true : undefined));
    expect(hub.turns.filter(({ direction }) => direction === 'heard').map(({ code }) => code)).toEqual([
      240, 511, 240,
    ]);
    expect((await lending.store.attempts(lent)).map(({ outcome }) => outcome)).toEqual([
      'retry',
      'retry',
      'delivered',
    ]);
    expect(await lending.store.transaction(lent)).toMatchObject({ needsReview: false });
  });

  test('is shown to staff when the hub refuses a report for good', async () => {
    region = await startRegion({
      hub: {
        faults: [
          {
            command: 'SLNPInfo2FLServer Shipped',
            answer: errorReply(510, 'Status nicht möglich', 'StatusNichtMoeglich'),
          },
        ],
      },
    });
    const { lending, hub, loanIn } = region;
    hub.submitOrder(anOrder);
    const lent = await loanIn(lending, 'requested', 'DE-L1');
    await act(lending, lent, { type: 'shipped', from: 'lender', service: 'loan' });
    const event = await eventually(async () =>
      (await lending.store.events(lent)).find(({ key }) => key === 'errorReported'),
    );
    expect(event.event).toMatchObject({ problem: 'StatusNichtMoeglich', about: 'SLNPInfo2FLServer Shipped' });
    expect(await lending.store.transaction(lent)).toMatchObject({ needsReview: true });
    await eventually(async () => ((await lending.store.outbox()).length === 0 ? true : undefined));
  });
});

describe('what comes in on a connection', () => {
  const say = async (server: Server, text: string): Promise<string> => {
    const [address] = server.listeners;
    if (!address) throw new Error('a server without listener');
    const connection = await region.connector.open(address);
    try {
      await connection.send(new TextEncoder().encode(text));
      await connection.end();
      const chunks: Uint8Array[] = [];
      for (let chunk = await connection.receive(); chunk; chunk = await connection.receive())
        chunks.push(chunk);
      return Buffer.concat(chunks).toString();
    } finally {
      await connection.close();
    }
  };

  test('is answered 520 where it cannot be read, kept, and followed by the next command', async () => {
    region = await startRegion();
    const { borrowing } = region;
    const heard = await say(
      borrowing,
      'SLNPFLBestellung\nErika Beispiel\nSLNPEndCommand\nSLNPSysParam\nSLNPEndCommand\nSLNPAlleBenutzerDaten\nBenutzerNummer:4711\nSLNPEndCommand\nSLNPQuit\n',
    );
    expect(heard).toBe(
      [
        '520 SlnpRequestError: Kommando nicht lesbar, Zeile 2',
        '520 SlnpLookupError: Kommando nicht bekannt: SLNPSysParam',
        '600 SLNPAlleBenutzerDaten',
        '601 BenutzerNummer:4711',
        '601 Vorname:Erika',
        '601 Nachname:Beispiel',
        '601 FLBerechtigt:J',
        '250 SLNPEndOfData',
        '240 OK: SLNPQuit success',
        '',
      ].join('\n'),
    );
    const [kept] = await borrowing.store.received('undecodable', 10);
    expect(Buffer.from(kept?.raw ?? []).toString()).toContain('Erika Beispiel');
    expect(JSON.stringify(kept?.warnings)).not.toContain('Erika');
  });

  test('is kept when no end of it is in sight, and the connection ends with 520', async () => {
    region = await startRegion();
    const { borrowing } = region;
    expect(await say(borrowing, `SLNPFLBestellung\nTitel:${'x'.repeat(70_000)}`)).toMatch(
      /^520 SlnpRequestError/,
    );
    const kept = await eventually(async () => (await borrowing.store.received('undecodable', 10))[0]);
    expect(kept.raw.length).toBe(65_536);
  });

  test('is refused for a library that is not here, and from somebody who is not its central server', async () => {
    region = await startRegion({
      settings: {
        patrons: undefined,
        peers: [
          {
            symbol: hubSymbol,
            protocol: 'slnp',
            transport: 'tcp',
            isHub: true,
            certificate: Array(32).fill('AA').join(':'),
          },
        ],
      },
    });
    const order = (library: string): string =>
      `SLNPFLBestellung\nBsTyp:PFL\nBestellId:1\nSigelNB:${library}\nBenutzerNummer:1\nTitel:x\nSLNPEndCommand\n`;
    expect(await say(region.borrowing, order('DE-B1'))).toBe('510 Bibliothek hier nicht bekannt\n');
    const [stranger] = await region.borrowing.store.received('refused', 10);
    expect(stranger?.warnings).toEqual([expect.stringMatching(/certificate-not-allowed/)]);
    await region.stop();
    region = await startRegion();
    expect(await say(region.borrowing, order('DE-B9'))).toBe('510 Bibliothek hier nicht bekannt\n');
    expect((await region.borrowing.store.received('refused', 10))[0]?.warnings).toEqual([
      'unknown-library: DE-B9 is not a library of this server',
    ]);
  });

  test('is kept but not told to readers where there is no list of them', async () => {
    region = await startRegion({ settings: { patrons: undefined } });
    const { borrowing, hub } = region;
    expect(await say(borrowing, 'SLNPAlleBenutzerDaten\nBenutzerNummer:4711\nSLNPEndCommand\n')).toBe(
      '510 SlnpRequestError: Benutzer nicht vorhanden\n',
    );
    const taken = hub.submitOrder({ ...anOrder, isTrusted: true });
    await hub.reached(taken, 'WorkOut');
    expect((await borrowing.store.transactions({}, 10)).rows).toHaveLength(1);
  });
});

describe('a dummy number', () => {
  test('begins a loan each time, found by the number that the library gave', async () => {
    region = await startRegion();
    const { borrowing, connector } = region;
    const [address] = borrowing.listeners;
    if (!address) throw new Error('a server without listener');
    const dummy = FLBestellung.create({
      BsTyp: 'PFL',
      BestellId: dummyOrderId,
      SigelNB: 'DE-B1',
      BenutzerNummer: '4711',
      Titel: 'x',
    });
    const numbers: string[] = [];
    for (let time = 0; time < 2; time++) {
      const { message } = await askOnce(dummy, { connector, address });
      numbers.push(message.fields['PFLNummer'] ?? '');
    }
    expect(new Set(numbers).size).toBe(2);
    const change = PFLDatenAenderung.create({ PFLNummer: numbers[1] ?? '', SigelGB: 'DE-L1' });
    expect((await askOnce(change, { connector, address })).message.code).toBe(240);
    const { rows } = await borrowing.store.transactions({}, 10);
    expect(rows.map(({ transaction }) => transaction.state).toSorted()).toEqual(['requested', 'shipped']);
  });
});

test('a borrower cannot ask over SLNP: the order comes from its central server', async () => {
  region = await startRegion();
  const request = {
    borrower: { symbol: 'DE-B1' },
    lender: { symbol: hubSymbol },
    services: ['loan' as const],
    item: { title: 'x' },
  };
  await expect(region.borrowing.desk.borrow(request)).rejects.toMatchObject({ code: 'unsayable-event' });
  expect((await region.borrowing.store.transactions({}, 1)).rows).toEqual([]);
});
