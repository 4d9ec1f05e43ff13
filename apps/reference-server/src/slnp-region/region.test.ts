import { readFileSync } from 'node:fs';
import { AlleBenutzerDaten, askOnce } from '@interlend/slnp';
import type { HubOrder, HubTurn } from '@interlend/slnp/double';
import { createTcpConnector } from '@interlend/transport/tcp';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { anOrder, lendingLibraries } from '../carriers/request-reply/slnp-region.test-support.js';
import { eventually, temporaryFolder } from '../test-server.test-support.js';
import { writeCertificates } from './certificates.test-support.js';
import { Child } from './child.test-support.js';
import type { HubProcessRequest, HubProcessSettings } from './hub-process.test-support.js';
import { type Line, startLibrary as startLibraryProcess } from './library-process.test-support.js';
import { freePort, hasStunnel, startTunnel } from './tunnels.test-support.js';

let folder: ReturnType<typeof temporaryFolder>;
const children: Child[] = [];
beforeEach(() => {
  folder = temporaryFolder();
});
afterEach(async () => {
  await Promise.all(children.splice(0).map((child) => child.end()));
  folder.remove();
});

function run(child: Child): Child {
  children.push(child);
  return child;
}

async function startLibrary(name: string, symbols: readonly string[], line: Line): Promise<string> {
  const { api } = await run(startLibraryProcess(folder.path, name, symbols, line)).ready();
  if (api === undefined) throw new Error('a server without API');
  return api;
}

async function startHub(settings: HubProcessSettings): Promise<Child> {
  const hub = run(Child.source('./hub-process.test-support.ts', JSON.stringify(settings)));
  await hub.ready();
  return hub;
}

interface Loan {
  readonly id: string;
  readonly state: string;
}

async function call<Answer>(api: string, path: string, body?: object): Promise<Answer> {
  const response = await fetch(
    new URL(path, api),
    body && { method: 'POST', body: JSON.stringify(body), headers: { 'content-type': 'application/json' } },
  );
  if (!response.ok) throw new Error(`${path}: ${response.status} ${await response.text()}`);
  return (await response.json()) as Answer;
}

const loanIn = (api: string, library: string, state: string): Promise<string> =>
  eventually(async () => {
    const query = new URLSearchParams({ library, state, limit: '1' });
    const { transactions } = await call<{ transactions: readonly Loan[] }>(api, `/transactions?${query}`);
    return transactions[0]?.id;
  });

const act = (api: string, id: string, action: string, body: object = {}): Promise<Loan> =>
  call(api, `/transactions/${id}/actions/${action}`, body);

/** A whole loan: patron check, order, a lender that says no, one that ships, and the way back. */
async function lendAndReturn(borrowing: string, lending: string, hub: Child): Promise<void> {
  const ask = <Answer>(request: HubProcessRequest): Promise<Answer> => hub.ask(request);
  const { id } = await ask<{ id: string }>({ submit: anOrder });

  const first = await loanIn(lending, 'DE-L1', 'requested');
  await act(lending, first, 'cannot-fill', { reason: 'in-use-on-loan' });
  const second = await loanIn(lending, 'DE-L2', 'requested');
  await act(lending, second, 'ship', { due: '2030-02-01' });
  expect(await ask<HubOrder>({ reached: { id, state: 'Shipped' } })).toMatchObject({ asked: 2 });

  const borrowed = await loanIn(borrowing, 'DE-B1', 'shipped');
  await act(borrowing, borrowed, 'receive');
  await act(borrowing, borrowed, 'return');
  await ask<HubOrder>({ reached: { id, state: 'Return' } });
  expect(await act(lending, second, 'check-in')).toMatchObject({ state: 'checkedIn' });

  const turns = await ask<readonly HubTurn[]>({ turns: true });
  expect(turns.map(({ library, command, code }) => `${library} ${command} ${code}`)).toEqual([
    'DE-B1 SLNPAlleBenutzerDaten 250',
    'DE-B1 SLNPFLBestellung PFL 250',
    'DE-L1 SLNPFLBestellung AFL 250',
    'DE-L1 SLNPInfo2FLServer NotAvailable 240',
    'DE-L2 SLNPFLBestellung AFL 250',
    'DE-L2 SLNPInfo2FLServer Shipped 240',
    'DE-B1 SLNPPFLDatenAenderung 240',
    'DE-B1 SLNPInfo2FLServer Return 240',
  ]);
}

const parties = ['borrower', 'lender', 'zfl'] as const;
const addressOf = (port: number) => ({ host: '127.0.0.1', port });

const librariesAt = (borrower: number, lender: number): HubProcessSettings['libraries'] => ({
  'DE-B1': addressOf(borrower),
  ...Object.fromEntries(lendingLibraries.map((symbol) => [symbol, addressOf(lender)])),
});

test('a loan among three processes over mutual TLS', { timeout: 60_000 }, async () => {
  const { ca, of } = await writeCertificates(folder.path, parties);
  const [borrowerPort, lenderPort, hubPort] = [await freePort(), await freePort(), await freePort()];
  const [borrowing, lending, hub] = await Promise.all([
    startLibrary('borrower', ['DE-B1'], { port: borrowerPort, hubPort, tls: { ca, files: of.borrower } }),
    startLibrary('lender', lendingLibraries, { port: lenderPort, hubPort, tls: { ca, files: of.lender } }),
    startHub({ port: hubPort, tls: { ca, ...of.zfl }, libraries: librariesAt(borrowerPort, lenderPort) }),
  ]);
  await lendAndReturn(borrowing, lending, hub);
});

test('who has no certificate of the region is not heard', { timeout: 60_000 }, async () => {
  const { ca, of } = await writeCertificates(folder.path, parties);
  const port = await freePort();
  const api = await startLibrary('borrower', ['DE-B1'], {
    port,
    hubPort: 1,
    tls: { ca, files: of.borrower },
  });
  const question = AlleBenutzerDaten.create({ BenutzerNummer: '4711' });
  const address = addressOf(port);
  const pem = (file: string): string => readFileSync(file, 'utf8');
  const stranger = createTcpConnector({ tls: { ca: pem(ca) } });
  await expect(askOnce(question, { connector: stranger, address })).rejects.toThrow(/./);
  const known = createTcpConnector({ tls: { ca: pem(ca), cert: pem(of.zfl.cert), key: pem(of.zfl.key) } });
  const { message } = await askOnce(question, { connector: known, address });
  expect(message.fields['Nachname']).toBe('Beispiel');
  expect(message.fields).not.toHaveProperty('OpacPin');
  expect(await call(api, '/transactions')).toMatchObject({ transactions: [] });
});

test.runIf(hasStunnel)(
  `the same loan through stunnel at every end${hasStunnel ? '' : ' (skipped: stunnel4 is not installed)'}`,
  { timeout: 60_000 },
  async () => {
    const { ca, of } = await writeCertificates(folder.path, parties);
    const ports = await Promise.all(Array.from({ length: 9 }, freePort));
    const [borrowerPort = 0, lenderPort = 0, hubPort = 0] = ports;
    const [borrowerTls = 0, lenderTls = 0, hubTls = 0] = ports.slice(3);
    const [toBorrower = 0, toLender = 0, toHub = 0] = ports.slice(6);
    const toHubOfLender = await freePort();
    const tunnels = await Promise.all([
      startTunnel(folder.path, 'borrower', ca, of.borrower, [
        { name: 'in', isClient: false, accept: borrowerTls, connect: borrowerPort },
        { name: 'out', isClient: true, accept: toHub, connect: hubTls },
      ]),
      startTunnel(folder.path, 'lender', ca, of.lender, [
        { name: 'in', isClient: false, accept: lenderTls, connect: lenderPort },
        { name: 'out', isClient: true, accept: toHubOfLender, connect: hubTls },
      ]),
      startTunnel(folder.path, 'zfl', ca, of.zfl, [
        { name: 'in', isClient: false, accept: hubTls, connect: hubPort },
        { name: 'to-borrower', isClient: true, accept: toBorrower, connect: borrowerTls },
        { name: 'to-lender', isClient: true, accept: toLender, connect: lenderTls },
      ]),
    ]);
    children.push(...tunnels);
    const [borrowing, lending, hub] = await Promise.all([
      startLibrary('borrower', ['DE-B1'], { port: borrowerPort, hubPort: toHub }),
      startLibrary('lender', lendingLibraries, { port: lenderPort, hubPort: toHubOfLender }),
      startHub({ port: hubPort, libraries: librariesAt(toBorrower, toLender) }),
    ]);
    await lendAndReturn(borrowing, lending, hub);
  },
);
