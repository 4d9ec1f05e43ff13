import { checkSettings, createServer, defaultRegistry } from '@interlend/reference-server';

const carrier = { protocol: 'iso-ill', transport: '1611' };
const { settings, mistakes = [] } = checkSettings(
  {
    data: ':memory:',
    api: { port: 0 },
    libraries: [{ symbol: 'TEST:REQ', name: 'Riverside Library' }],
    listeners: [{ ...carrier, port: 0 }],
    peers: [{ symbol: 'TEST:RSP', ...carrier, address: 'ill.example:1611', profile: 'alma' }],
    log: { level: 'silent' },
  },
  process.env,
  defaultRegistry,
);
if (!settings) throw new AggregateError(mistakes);
const server = createServer(settings);
await server.start();

const post = (path: string, body: object) =>
  fetch(`${server.apiUrl}${path}`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(body),
  });

const asked = await post('/transactions', {
  request: {
    borrower: { symbol: 'TEST:REQ' },
    lender: { symbol: 'TEST:RSP' },
    services: ['loan'],
    item: { kind: 'monograph', title: 'The Theory of Examples' },
  },
});
const loan = (await asked.json()) as { id: string; state: string; allowed: string[] };
console.log(asked.status, loan.state, loan.allowed);

const refused = await post(`/transactions/${loan.id}/actions/return`, {});
console.log(refused.status, await refused.json());

await server.stop();
