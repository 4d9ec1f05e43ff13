import { startSimulator } from '@interlend/alma-simulator';
import { checkSettings, createServer, defaultRegistry } from '@interlend/reference-server';

const alma = await startSimulator({
  port: 0,
  ports: { 'iso-ill': 0 },
  partners: [{ code: 'HILLTOP', symbol: 'TEST:RSP', port: 1611 }],
  titles: [{ title: 'The Theory of Examples', barcode: 'B-1' }],
});

// Your side of the loan; here it is the reference server.
const carrier = { protocol: 'iso-ill', transport: '1611' };
const { settings, mistakes = [] } = checkSettings(
  {
    data: ':memory:',
    api: { port: 0 },
    libraries: [{ symbol: 'TEST:RSP', name: 'Hilltop Library' }],
    peers: [{ symbol: 'SIM:LIB', ...carrier, address: `127.0.0.1:${alma.listeners.get('iso-ill')?.port}` }],
    log: { level: 'silent' },
  },
  {},
  defaultRegistry,
);
if (!settings) throw new AggregateError(mistakes);
const server = createServer(settings);
await server.start();
const arrived = new Promise<void>((resolve) => {
  const stop = alma.desk.watch(() => {
    stop();
    resolve();
  });
});
await server.desk.borrow({
  borrower: { symbol: 'TEST:RSP' },
  lender: { symbol: 'SIM:LIB' },
  services: ['loan'],
  item: { kind: 'monograph', title: 'The Theory of Examples' },
});

await arrived;

// What Alma's staff see: the request, what they may do now, and what was said.
const response = await fetch(`${alma.url}/staff/requests`);
console.dir(await response.json(), { depth: 4 });

await server.stop();
await alma.close();
