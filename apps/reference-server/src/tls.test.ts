import { X509Certificate } from 'node:crypto';
import { writeFileSync } from 'node:fs';
import { connect } from 'node:net';
import { join } from 'node:path';
import { encode } from '@interlend/iso-ill';
import { generate } from 'selfsigned';
import { afterEach, beforeAll, describe, expect, test } from 'vitest';
import { defaultRegistry } from './protocols.js';
import type { Server } from './server.js';
import type { SettingsInput } from './settings.js';
import {
  aRequest,
  borrower,
  eventually,
  fastDelivery,
  lender,
  loanIn,
  startServer,
  temporaryFolder,
} from './test-server.test-support.js';

interface Pem {
  readonly cert: string;
  readonly key: string;
}

/** A certificate for this machine, signed by `authority`, or an authority when there is none. */
async function issue(name: string, authority?: Pem): Promise<Pem> {
  const made = await generate([{ name: 'commonName', value: name }], {
    keyType: 'ec',
    algorithm: 'sha256',
    extensions: authority
      ? [{ name: 'subjectAltName', altNames: [{ type: 7, ip: '127.0.0.1' }] }]
      : [
          { name: 'basicConstraints', cA: true, critical: true },
          { name: 'keyUsage', keyCertSign: true, critical: true },
        ],
    ...(authority && { ca: authority }),
  });
  return { cert: made.cert, key: made.private };
}

/** A side with its certificate, as files, and what it is known by. */
interface Identity {
  readonly certificateFile: string;
  readonly keyFile: string;
  readonly fingerprint: string;
}

const folder = temporaryFolder();
const authorityFile = join(folder.path, 'authority.pem');
const strangersFile = join(folder.path, 'strangers.pem');
let ours: Identity;
let theirs: Identity;
/** Signed by the same authority as the others. */
let somebody: Identity;
/** Signed by an authority that nobody here knows. */
let stranger: Identity;

beforeAll(async () => {
  const [authority, strangers] = await Promise.all([issue('Test Authority'), issue('Another Authority')]);
  writeFileSync(authorityFile, authority.cert);
  writeFileSync(strangersFile, strangers.cert);
  const identity = async (name: string, by: Pem): Promise<Identity> => {
    const { cert, key } = await issue(name, by);
    const [certificateFile, keyFile] = ['cert', 'key'].map((part) =>
      join(folder.path, `${name}-${part}.pem`),
    );
    writeFileSync(certificateFile ?? '', cert);
    writeFileSync(keyFile ?? '', key);
    return {
      certificateFile: certificateFile ?? '',
      keyFile: keyFile ?? '',
      fingerprint: new X509Certificate(cert).fingerprint256,
    };
  };
  ours = await identity('ours', authority);
  theirs = await identity('theirs', authority);
  somebody = await identity('somebody', authority);
  stranger = await identity('stranger', strangers);
  return () => folder.remove();
});

const servers: Server[] = [];
afterEach(async () => {
  for (const server of servers.splice(0)) await server.stop();
});

interface Side {
  readonly symbol: string;
  readonly other: string;
  readonly transport: string;
  /** What it shows, as a listener and as a caller. */
  readonly shows: Identity;
  /** What the other one must show. */
  readonly wants: Identity;
  readonly trusts?: string;
  readonly port?: number;
  readonly peerPort: number;
}

async function start({
  symbol,
  other,
  transport,
  shows,
  wants,
  trusts,
  port,
  peerPort,
}: Side): Promise<Server> {
  const { certificateFile, keyFile } = shows;
  const caFile = trusts ?? authorityFile;
  const more: Partial<SettingsInput> = {
    listeners: [
      {
        protocol: 'iso-ill',
        transport,
        port: port ?? 0,
        tls: { certificateFile, keyFile, clientCaFile: authorityFile },
      },
    ],
    peers: [
      {
        symbol: other,
        protocol: 'iso-ill',
        transport,
        address: `127.0.0.1:${peerPort}`,
        tls: { caFile, certificateFile, keyFile },
        certificate: wants.fingerprint,
      },
    ],
    delivery: fastDelivery,
  };
  const server = await startServer(symbol, more, { registry: defaultRegistry });
  servers.push(server);
  return server;
}

/** A lender that believes nobody but us. */
const startLender = (transport: string, peerPort = 1): Promise<Server> =>
  start({ symbol: lender, other: borrower, transport, shows: theirs, wants: ours, peerPort });

/** A lender that was asked for something by a caller who shows and trusts this. */
async function asked(
  transport: string,
  caller: { readonly shows: Identity; readonly trusts?: string },
): Promise<{ readonly lending: Server; readonly borrowing: Server; readonly id: string }> {
  const lending = await startLender(transport);
  const peerPort = portOf(lending);
  const borrowing = await start({
    symbol: borrower,
    other: lender,
    transport,
    wants: theirs,
    peerPort,
    ...caller,
  });
  const { id } = await borrowing.desk.borrow(aRequest);
  return { lending, borrowing, id };
}

/** A port that was free a moment ago: each side's settings name the other's. */
async function freePort(): Promise<number> {
  const server = await startServer(borrower);
  const port = server.listeners[0]?.port ?? 0;
  await server.stop();
  return port;
}

const portOf = (server: Server): number => server.listeners[0]?.port ?? 0;

describe.each(['1611', '499'])('over mutual TLS on %s', (transport) => {
  test('a loan goes from its request to its check-in', async () => {
    const port = await freePort();
    const lending = await startLender(transport, port);
    const borrowing = await start({
      symbol: borrower,
      other: lender,
      transport,
      shows: ours,
      wants: theirs,
      port,
      peerPort: portOf(lending),
    });
    const day = '2030-01-02';
    const { id } = await borrowing.desk.borrow(aRequest);
    const lent = await loanIn(lending, 'requested');
    await lending.desk.act(lent, () => ({
      type: 'shipped',
      from: 'lender',
      service: 'loan',
      due: '2030-02-01',
    }));
    await loanIn(borrowing, 'shipped');
    await borrowing.desk.act(id, () => ({
      type: 'received',
      from: 'borrower',
      service: 'loan',
      receivedOn: day,
    }));
    await borrowing.desk.act(id, () => ({ type: 'returned', from: 'borrower', returnedOn: day }));
    await eventually(async () =>
      (await lending.store.events(lent)).some(({ event }) => event.type === 'returned') ? true : undefined,
    );
    await lending.desk.act(lent, () => ({ type: 'checkedIn', from: 'lender', checkedInOn: day }));
    expect(await loanIn(borrowing, 'checkedIn')).toBe(id);
  });

  test('a peer with the certificate of somebody else is not believed', async () => {
    const { lending } = await asked(transport, { shows: somebody });
    const refused = await eventually(async () => (await lending.store.received('refused', 1))[0]);
    expect(refused.warnings?.join()).toContain('certificate-not-allowed');
    expect((await lending.store.transactions({}, 1)).rows).toEqual([]);
  });

  test('a caller whose authority is unknown gets nothing across, and its message goes to a person', async () => {
    const { lending, borrowing } = await asked(transport, { shows: stranger });
    await eventually(async () => (await borrowing.store.outbox()).find(({ state }) => state === 'review'));
    expect(await lending.store.received('done', 1)).toEqual([]);
    expect((await lending.store.transactions({}, 1)).rows).toEqual([]);
  });

  test('a listener whose authority is unknown is sent nothing', async () => {
    const { lending, borrowing, id } = await asked(transport, { shows: ours, trusts: strangersFile });
    await eventually(async () => (await borrowing.store.outbox()).find(({ state }) => state === 'review'));
    expect((await borrowing.store.attempts(id))[0]?.problem).toBe('tls (handshake)');
    expect((await lending.store.transactions({}, 1)).rows).toEqual([]);
  });
});

test('plain octets on a port with TLS have no effect', async () => {
  const lending = await startLender('1611');
  const socket = connect({ host: '127.0.0.1', port: portOf(lending) });
  const ended = new Promise((resolve) => {
    socket.on('error', resolve).on('close', resolve);
  });
  socket.write(
    encode({
      apdu: 'Cancel',
      protocolVersionNum: 2,
      transactionId: { transactionGroupQualifier: 'G', transactionQualifier: 'Q' },
      serviceDateTime: { dateTimeOfThisService: { date: '20300102' } },
      requesterId: { personOrInstitutionSymbol: { institutionSymbol: borrower } },
      responderId: { personOrInstitutionSymbol: { institutionSymbol: lender } },
    }),
  );
  await ended;
  for (const state of ['waiting', 'done', 'refused'] as const)
    expect(await lending.store.received(state, 1)).toEqual([]);
});
