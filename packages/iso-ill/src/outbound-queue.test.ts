import { createMemoryJournal, OutboundQueue } from '@interlend/transport/queue';
import { describe, expect, it } from 'vitest';
import { sendOneWay } from './client.js';
import { encode } from './codec.js';
import { anywhere, messageApdu, networks } from './edges.test-support.js';
import { createIllServer } from './server.js';

const settled = async (): Promise<void> => {
  for (let turn = 0; turn < 20; turn++) await new Promise((resolve) => setImmediate(resolve));
};

describe.each(networks)('an outbound queue over $name', ({ make }) => {
  it('brings every APDU to a partner that comes and goes, in order per transaction', async () => {
    const network = make();
    const heard: string[] = [];
    const told: string[] = [];
    const bells: (() => void)[] = [];
    const server = createIllServer({
      mode: '1611',
      acceptor: network.acceptor,
      onMessage: async ({ message }) => {
        heard.push(message.apdu === 'Message' ? String(message.note) : message.apdu);
      },
      onUnreadable: async () => {},
    });
    const away = await server.listen(anywhere);
    await away.close();
    const queue = new OutboundQueue({
      journal: createMemoryJournal(),
      send: ({ bytes }, { signal }) =>
        sendOneWay(bytes, { connector: network.connector, address: away.address, signal }),
      onEvent: ({ type }) => told.push(type),
      after: (_ms, ring) => {
        bells.push(ring);
        return () => {};
      },
    });
    for (const id of ['1', '2', '3']) {
      for (const transaction of ['A', 'B']) {
        const bytes = encode(messageApdu(`${transaction}${id}`, transaction));
        await queue.add({ id: `${transaction}${id}`, transaction, peer: 'P', bytes });
      }
    }
    while (told.filter((type) => type === 'failed').length < 2) await settled();
    const back = await server.listen(away.address);
    for (const ring of bells) ring();
    while (told.filter((type) => type === 'delivered').length < 6) await settled();
    expect(heard.filter((note) => note.startsWith('A'))).toEqual(['A1', 'A2', 'A3']);
    expect(heard.filter((note) => note.startsWith('B'))).toEqual(['B1', 'B2', 'B3']);
    await queue.close();
    await back.close();
  });
});
