import { execFile } from 'node:child_process';
import { tmpdir } from 'node:os';
import { promisify } from 'node:util';
import type { PeerAddress } from '@interlend/core';
import { type Exchange, type Recording, record } from '@interlend/testing';
import { createTcpAcceptor, createTcpConnector } from '@interlend/transport/tcp';
import type { RunningServer, ServerSettings } from '../engine/engine.js';
import { isoIllUnderTest as isoIll } from '../run/protocols.js';
import { exchangeOf } from './recorded-exchange.js';
import { recorderFor } from './recorder-for.js';

const transport = '499';
const command = 'yaz-illclient';
const runsWithinMs = 15_000;

/** Symbols of the client's library and of the library under test. */
export const YazParties = { borrower: 'TEST:REQ', lender: 'TEST:RSP' } as const;

/** What the client is told to ask for, in its own words and in those of the desk. */
export interface YazRequest {
  readonly name: 'loan' | 'copy';
  readonly title: string;
  readonly parameters: Readonly<Record<string, string>>;
  readonly request: Exchange['expect']['request'];
}

const head = {
  'protocol-version-num': '2',
  'service-date-time,this,date': '20240103',
  'service-date-time,this,time': '101112',
  'requester-id,person-or-institution-symbol,institution': YazParties.borrower,
  'responder-id,person-or-institution-symbol,institution': YazParties.lender,
  'transaction-id,initial-requester-id,person-or-institution-symbol,institution': YazParties.borrower,
  'requester-optional-messages,can-send-RECEIVED': '1',
  'requester-optional-messages,can-send-RETURNED': '1',
  'requester-optional-messages,requester-SHIPPED': '2',
  'requester-optional-messages,requester-CHECKED-IN': '2',
  'client-id,client-name': 'Invented Reader',
  'client-id,client-identifier': 'CARD-0001',
} as const;

/** The two requests that are recorded. The reader is invented, and redacted all the same. */
export const YazRequests: readonly YazRequest[] = [
  {
    name: 'loan',
    title: 'yaz-illclient asks for a book on one connection and is told that its request has come',
    parameters: {
      ...head,
      'transaction-id,transaction-group-qualifier': 'YAZ-LOAN',
      'transaction-id,transaction-qualifier': 'YAZ-LOAN-1',
      'ill-service-type': '1',
      'item-id,item-type': '1',
      'item-id,author': 'Galò, Nicolò',
      'item-id,title': 'Perché sì: città e università',
      'item-id,ISBN': '0596000278',
      'requester-note': 'Please hurry',
    },
    request: {
      services: ['loan'],
      item: {
        kind: 'monograph',
        author: 'Galò, Nicolò',
        title: 'Perché sì: città e università',
        isbn: '0596000278',
      },
      note: 'Please hurry',
    },
  },
  {
    name: 'copy',
    title:
      'yaz-illclient asks for a copy of an article on one connection and is told that its request has come',
    parameters: {
      ...head,
      'transaction-id,transaction-group-qualifier': 'YAZ-COPY',
      'transaction-id,transaction-qualifier': 'YAZ-COPY-1',
      'ill-service-type': '2',
      'item-id,item-type': '2',
      'item-id,title': 'Journal of Examples',
      'item-id,volume-issue': '12(3)',
      'item-id,author-of-article': 'Doe, J.',
      'item-id,title-of-article': 'On examples',
      'item-id,pagination': '1-10',
    },
    request: {
      services: ['copy'],
      item: {
        kind: 'serial',
        title: 'Journal of Examples',
        volumeIssue: '12(3)',
        component: { author: 'Doe, J.', title: 'On examples', pages: '1-10' },
      },
    },
  },
];

const run = promisify(execFile);

/** The client's version, or `undefined` where it is not installed. */
export async function yazVersion(): Promise<string | undefined> {
  const { exitCode, text } = await runClient(['-V']);
  return exitCode === undefined ? undefined : (/\d+(\.\d+)+/.exec(text)?.[0] ?? 'unknown');
}

/** What the client did, and what passed on the wire meanwhile. */
export interface YazRun {
  /** 0: a status report came; 6: another message; 7: an error report. */
  readonly exitCode: number;
  readonly recording: Recording;
}

/** Lets the client send a request to a two-way listener, with the recorder between them. */
export async function runYaz(request: YazRequest, server: PeerAddress): Promise<YazRun> {
  const recorder = await record({
    ...recorderFor(isoIll, 'borrower'),
    routes: [
      {
        listen: { host: '127.0.0.1', port: 0 },
        target: server,
        client: 'borrower',
        acceptor: createTcpAcceptor(),
        connector: createTcpConnector(),
      },
    ],
  });
  try {
    const [address] = recorder.addresses;
    const parameters = Object.entries(request.parameters).flatMap(([name, value]) => [
      '-D',
      `ill,${name}=${value}`,
    ]);
    const { exitCode } = await runClient([...parameters, `${address?.host}:${address?.port}`]);
    if (exitCode === undefined) throw new Error(`${command} is not installed`);
    return { exitCode, recording: recorder.recording() };
  } finally {
    await recorder.close();
  }
}

/** Without exit code where there is no such command. */
async function runClient(
  args: readonly string[],
): Promise<{ readonly exitCode: number | undefined; readonly text: string }> {
  try {
    // The client leaves a copy of its request in the folder it runs in.
    const { stdout, stderr } = await run(command, args, { timeout: runsWithinMs, cwd: tmpdir() });
    return { exitCode: 0, text: stdout + stderr };
  } catch (error) {
    if (!(error instanceof Error) || !('code' in error)) throw error;
    if (error.code === 'ENOENT') return { exitCode: undefined, text: '' };
    if (typeof error.code !== 'number') throw error;
    const said =
      'stdout' in error && 'stderr' in error ? `${String(error.stdout)}${String(error.stderr)}` : '';
    return { exitCode: error.code, text: said };
  }
}

/** What a server needs for these recordings. */
export const yazSettings: ServerSettings = {
  listeners: [{ protocol: 'iso-ill', transport: '499' }],
  libraries: [{ symbol: YazParties.lender, name: 'Example Library' }],
  peers: [{ symbol: YazParties.borrower, protocol: 'iso-ill', transport: '499', profile: 'ipig' }],
};

/** The 499 listener of a server that was started with {@link yazSettings}. @throws when there is none */
export function yazListener({ listeners }: RunningServer): PeerAddress {
  const [listener] = listeners;
  if (!listener) throw new Error('the server has no listener');
  return listener;
}

/** Makes the exchange file of a recording. @throws when the recording is not one conversation without doubts */
export async function yazExchange(
  request: YazRequest,
  { recording }: YazRun,
  version: string,
  captured: Date,
): Promise<Exchange> {
  const arguments_ = Object.entries(request.parameters)
    .filter(([name]) => !name.startsWith('client-id'))
    .map(([name, value]) => `-D 'ill,${name}=${value}'`);
  const { exchange } = await exchangeOf(
    recording.turns,
    recording,
    {
      id: `iso-ill/yaz-illclient/${request.name}`,
      title: request.title,
      transport,
      peer: { software: command, version, profile: 'ipig', role: 'borrower' },
      source: `${command} ${version} of Debian against the 499 listener of the reference server, recorded between them: ${command} ${arguments_.join(' ')}`,
      captured,
      licence: 'Apache-2.0',
      // Writing options that come nearest to libyaz.
      writing: { trueOctet: 1, defaults: 'write' },
      requirements: [
        'two-way-connection',
        'indefinite-lengths',
        'true-as-one',
        'defaults-written',
        'empty-structures',
      ],
      match: [
        {
          path: 'statusReport.userStatusReport',
          rule: 'present',
          why: 'dates of the run, and as much of the history as the side keeps',
        },
      ],
    },
    isoIll,
  );
  return {
    ...exchange,
    expect: { ...exchange.expect, ...(request.request ? { request: request.request } : {}) },
    mutations: [
      {
        title: 'another state reported',
        turn: 2,
        change: { path: 'statusReport.providerStatusReport', to: 'SHIPPED' },
        fails: { check: 'guard/turn-2', names: 'statusReport.providerStatusReport' },
      },
      ...exchange.mutations,
    ],
  };
}
