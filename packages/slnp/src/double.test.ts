import { createMemoryNetwork } from '@interlend/transport/memory';
import fc from 'fast-check';
import { afterEach, describe, expect, it } from 'vitest';
import { askOnce } from './client.js';
import { HubDouble, type HubDoubleOptions, type HubOrder, OrderMachine, stepOrder } from './double.js';
import { Info2FLServer, type InfoStatus } from './messages/commands.js';
import type { SlnpCommand, SlnpReply } from './messages/message.js';
import { dataReply, errorReply, okReply } from './messages/replies.js';
import { rulesFor } from './profiles/index.js';
import { createSlnpServer } from './server.js';

const closing: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const close of closing.splice(0).reverse()) await close();
});

type Answer = (command: SlnpCommand) => SlnpReply;

/** A library that takes everything, unless told otherwise. */
const takes: Answer = ({ command, parameters }) => {
  if (command === 'SLNPPFLDatenAenderung') return okReply(command);
  if (command === 'SLNPAlleBenutzerDaten') return dataReply(command, {});
  return dataReply(command, {
    PFLNummer: parameters['BsTyp'] === 'PFL' ? 'P-1' : (parameters['ExternReferenz'] ?? ''),
  });
};

async function region(answers: Readonly<Record<string, Answer>>, options: Partial<HubDoubleOptions> = {}) {
  const { acceptor, connector } = createMemoryNetwork();
  const heard: SlnpCommand[] = [];
  const libraries: Record<string, HubDoubleOptions['libraries'][string]> = {};
  for (const [symbol, answer] of Object.entries(answers)) {
    const server = createSlnpServer({
      role: 'library',
      acceptor,
      onCommand: async ({ message }) => {
        heard.push(message);
        return answer(message);
      },
    });
    const listening = await server.listen({ host: symbol, port: 1 });
    closing.push(() => listening.close());
    libraries[symbol] = { connector, address: listening.address };
  }
  const hub = new HubDouble({ acceptor, libraries, patience: { attempts: 2, pauseMs: 1 }, ...options });
  const address = await hub.listen({ host: 'zfl', port: 1 });
  closing.push(() => hub.close());
  const report = (Status: InfoStatus, BestellId: string, SigelGB = 'L1') =>
    askOnce(
      Info2FLServer.create({
        Status,
        BestellId,
        BsTyp: Status === 'Return' ? 'PFL' : 'AFL',
        SigelGB,
        Signatur: 'A 1',
      }),
      { connector, address },
    ).then(({ message }) => message);
  return { hub, heard, report };
}

const order = {
  borrower: 'B',
  rota: ['L1', 'L2'],
  fields: { BenutzerNummer: '4711', Titel: 'x', TAN: '99' },
};

describe('the double of a central server', () => {
  it('takes both ways in which a lender says no, and comes to the end of its rota', async () => {
    const { hub, report } = await region({ B: takes, L1: () => errorReply(510, 'entliehen'), L2: takes });
    const id = hub.submitOrder(order);
    await hub.reached(id, 'WorkOut');
    while (hub.order(id)?.asked !== 2) await hub.reached(id, 'WorkOut');
    expect(await report('NotAvailable', id, 'L2')).toMatchObject({ code: 240 });
    await hub.reached(id, 'Sign');
    hub.act(id, 'printed');
    await hub.reached(id, 'PrintRL');
  });

  it('tells lenders nothing about the reader', async () => {
    const { hub, heard, report } = await region({ B: takes, L1: takes });
    const id = hub.submitOrder(order);
    while (!heard.some(({ parameters }) => parameters['BsTyp'] === 'AFL')) await hub.reached(id, 'WorkOut');
    const asked = heard.find(({ parameters }) => parameters['BsTyp'] === 'AFL');
    expect(asked?.parameters).toMatchObject({ BenutzerNummer: 'B', ExternReferenz: 'P-1', SigelGB: 'L1' });
    expect(asked?.parameters).not.toHaveProperty('TAN');
    await report('Shipped', id);
    await hub.reached(id, 'Shipped');
    expect(heard.at(-1)).toMatchObject({ parameters: { PFLNummer: 'P-1', SigelGB: 'L1', Signatur: 'A 1' } });
  });

  it('answers a report as before when it is repeated, and refuses what the order does not allow', async () => {
    const { hub, report } = await region({ B: takes, L1: takes, L2: takes });
    const id = hub.submitOrder(order);
    while (hub.order(id)?.askedAtMs === undefined) await hub.reached(id, 'WorkOut');
    expect(await report('Shipped', '1')).toMatchObject({
      text: 'BestellIdNichtVorhanden: BestellId nicht vorhanden',
    });
    expect(await report('Shipped', id, 'L2')).toMatchObject({
      text: 'StatusNichtMoeglich: Status nicht möglich',
    });
    expect(await report('Return', id)).toMatchObject({ code: 510 });
    expect(await report('Shipped', id)).toMatchObject({ code: 240 });
    expect(await report('Shipped', id)).toMatchObject({ code: 240 });
    expect(await report('NotAvailable', id)).toMatchObject({ code: 510 });
    expect(await report('Return', id)).toMatchObject({ code: 240 });
    await hub.reached(id, 'Return');
  });

  it('goes on when a lender takes too long', async () => {
    let now = 0;
    const clock = { now: () => new Date(now) };
    const { hub } = await region({ B: takes, L1: takes, L2: takes }, { clock, answerWithinMs: 1000 });
    const id = hub.submitOrder(order);
    while (hub.order(id)?.askedAtMs === undefined) await hub.reached(id, 'WorkOut');
    now = 999;
    hub.tick();
    expect(hub.order(id)?.asked).toBe(1);
    now = 1000;
    hub.tick();
    expect(hub.order(id)?.asked).toBe(2);
  });

  it('ships directly where it is set so', async () => {
    const { hub, heard } = await region({ B: takes, L1: takes }, { shipsDirectly: true });
    await hub.reached(hub.submitOrder(order), 'Shipped');
    expect(heard.at(-1)?.command).toBe('SLNPPFLDatenAenderung');
  });

  it('cancels an order that the reader’s library does not take', async () => {
    const { hub } = await region({ B: () => errorReply(510, 'nein') });
    await hub.reached(hub.submitOrder(order), 'Cancel');
    await hub.reached(hub.submitOrder({ ...order, isTrusted: true }), 'Cancel');
  });

  it('leaves an order to staff when a library cannot be reached', async () => {
    const { hub } = await region({ B: takes });
    const id = hub.submitOrder(order);
    await hub.reached(id, 'Sign');
    expect(hub.turns.at(-1)).toEqual({ direction: 'said', library: 'L1', command: 'SLNPFLBestellung AFL' });
  });

  it('hears reports whose parameters have other names', async () => {
    const info2flserver = { ...rulesFor(undefined).info2flserver, status: 'Meldung', orderId: 'BestNr' };
    const rules = { ...rulesFor(undefined), info2flserver };
    const { acceptor, connector } = createMemoryNetwork();
    const hub = new HubDouble({ acceptor, libraries: {}, rules });
    closing.push(() => hub.close());
    const address = await hub.listen({ host: 'zfl', port: 1 });
    const say = (parameters: Record<string, string>) =>
      askOnce({ kind: 'command', command: 'SLNPInfo2FLServer', parameters }, { connector, address });
    expect((await say({ Meldung: 'Shipped', BestNr: '1', BsTyp: 'AFL' })).message).toMatchObject({
      code: 510,
    });
    expect((await say({ Status: 'Shipped', BestellId: '1', BsTyp: 'AFL' })).message).toMatchObject({
      code: 520,
    });
  });
});

describe('orders', () => {
  const start: HubOrder = {
    id: '1',
    state: 'OrderIn',
    borrower: 'B',
    service: 'loan',
    rota: ['a', 'b', 'c'],
    asked: 0,
    fields: {},
  };
  const events = [...new Set(OrderMachine.rows.map(({ on }) => on))];

  it('never ask more lenders than there are, and end where nothing follows', () => {
    fc.assert(
      fc.property(fc.array(fc.constantFrom(...events), { maxLength: 12 }), fc.boolean(), (walk, direct) => {
        let current = start;
        for (const event of walk) {
          if (
            !OrderMachine.allowed(current.state, {
              isRotaLeft: current.asked < 3,
              isShippedDirectly: direct,
              isReturnable: true,
            }).includes(event)
          )
            continue;
          const { order: next, task } = stepOrder(current, event, direct);
          expect(next.asked).toBeLessThanOrEqual(next.rota.length);
          if (task === 'orderAfl') expect(next.asked).toBe(current.asked + 1);
          if (task === 'changeData') expect(next.state).toBe('Shipped');
          current = next;
        }
        const left = OrderMachine.allowed(current.state, {
          isRotaLeft: false,
          isShippedDirectly: direct,
          isReturnable: true,
        });
        if (OrderMachine.terminal.includes(current.state)) expect(left).toEqual([]);
      }),
      { numRuns: 2000 },
    );
  });
});
