import { createSlnpServer, describe, errorReply, okReply, SlnpSession, slnp } from '@interlend/slnp';
import { HubDouble } from '@interlend/slnp/double';
import { createMemoryNetwork } from '@interlend/transport/memory';

// Both libraries and the central server live in this process; with `@interlend/transport/tcp` they would not.
const { acceptor, connector } = createMemoryNetwork();
const context = { now: new Date('2026-02-02T09:30:00Z'), isStrict: false };
const guards = new Map<string, ReturnType<typeof slnp.begin>>();

/** A library system: the guard says what a command does and what is answered. */
async function startLibrary(symbol: string) {
  const server = createSlnpServer({
    role: 'library',
    acceptor,
    onCommand: async ({ message }) => {
      if (message.command === 'SLNPPFLDatenAenderung') return okReply(message.command);
      const { guard, answer } = slnp.receive(undefined, message, context);
      if (guard) guards.set(symbol, guard);
      return answer?.kind === 'reply' ? answer : errorReply(520, 'keine Antwort');
    },
  });
  return (await server.listen({ host: symbol, port: 9001 })).address;
}

const hub = new HubDouble({
  acceptor,
  libraries: {
    'DE-B1': { connector, address: await startLibrary('DE-B1') },
    'DE-L1': { connector, address: await startLibrary('DE-L1') },
  },
});
const zfl = await hub.listen({ host: 'zfl', port: 9001 });

/** What a library's staff do reaches the central server as a report. */
async function say(symbol: string, event: Parameters<typeof slnp.say>[1]) {
  const guard = guards.get(symbol);
  if (!guard) throw new Error(`${symbol} has no order`);
  const session = await SlnpSession.open({ connector, address: zfl });
  for (const report of slnp.say(guard, event, context).replies) {
    if (report.kind !== 'command') continue;
    const { message } = await session.ask(report);
    console.log(symbol, 'says', describe(report), 'and hears', message.code);
  }
  await session.quit();
}

const order = hub.submitOrder({
  borrower: 'DE-B1',
  rota: ['DE-L1'],
  fields: { BenutzerNummer: '4711', Titel: 'Lebensansichten des Katers Murr' },
  isTrusted: true,
});
while (!guards.has('DE-L1')) await hub.reached(order, 'WorkOut');
await say('DE-L1', { type: 'shipped', from: 'lender', service: 'loan', due: '2026-03-02' });
await hub.reached(order, 'Shipped');
await say('DE-B1', { type: 'returned', from: 'borrower', returnedOn: '2026-02-27' });
const { state } = await hub.reached(order, 'Return');
console.log('order', order, 'is', state);
for (const turn of hub.turns) console.log(turn.direction, turn.library, turn.command, turn.code);
await hub.close();
