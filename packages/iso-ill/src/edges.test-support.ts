import type { Acceptor, Connection, Connector } from '@interlend/core';
import { createMemoryNetwork, type MemoryFaults } from '@interlend/transport/memory';
import { createTcpAcceptor, createTcpConnector } from '@interlend/transport/tcp';
import { afterEach } from 'vitest';
import { encode } from './codec.js';
import type { IllApdu } from './messages/apdus.js';

/** Both ends of a network and what its listeners complained about. */
export interface TestNetwork {
  readonly connector: Connector;
  readonly acceptor: Acceptor;
  readonly errors: unknown[];
}

/** The networks that a test runs over, made anew for each. */
export const networks: readonly { readonly name: string; readonly make: () => TestNetwork }[] = [
  { name: 'memory', make: () => memoryNetwork() },
  { name: 'memory in single octets', make: () => memoryNetwork({ chunkSizes: [1], delayTurns: 1 }) },
  {
    name: 'TCP',
    make: () => {
      const errors: unknown[] = [];
      return {
        errors,
        connector: createTcpConnector({ limits: { closeGraceMs: 50 } }),
        acceptor: createTcpAcceptor({ onError: (error) => errors.push(error), limits: { closeGraceMs: 50 } }),
      };
    },
  },
];

export function memoryNetwork(faults: MemoryFaults | readonly MemoryFaults[] = {}): TestNetwork {
  const errors: unknown[] = [];
  return { errors, ...createMemoryNetwork({ faults, onError: (error) => errors.push(error) }) };
}

export const anywhere = { host: '127.0.0.1', port: 0 } as const;

/** The elements that every APDU of a test transaction begins with. */
export function headOf(transactionQualifier: string) {
  return {
    protocolVersionNum: 2,
    transactionId: { transactionGroupQualifier: 'TGQ-0001', transactionQualifier },
    serviceDateTime: { dateTimeOfThisService: { date: '20240103', time: '101112' } },
    requesterId: { personOrInstitutionSymbol: { institutionSymbol: 'TEST:REQ' } },
    responderId: { personOrInstitutionSymbol: { institutionSymbol: 'TEST:RSP' } },
  } as const;
}

export function messageApdu(note: string, transactionQualifier = 'TQ-0001'): IllApdu {
  return { apdu: 'Message', ...headOf(transactionQualifier), note };
}

export function requestApdu(transactionQualifier = 'TQ-0001'): IllApdu {
  return {
    apdu: 'ILL-Request',
    ...headOf(transactionQualifier),
    illServiceType: ['loan'],
    requesterOptionalMessages: {
      canSendReceived: true,
      canSendReturned: true,
      requesterShipped: 'desires',
      requesterCheckedIn: 'desires',
    },
    itemId: { title: 'On Examples' },
  };
}

export function answerApdu(transactionQualifier = 'TQ-0001'): IllApdu {
  return {
    apdu: 'ILL-Answer',
    ...headOf(transactionQualifier),
    transactionResults: 'unfilled',
    resultsExplanation: { unfilledResults: { reasonUnfilled: 'not-on-shelf' } },
  };
}

/** Framed like a Message of the transaction, without its mandatory note. */
export function brokenApdu(transactionQualifier = 'TQ-0001'): Uint8Array {
  return encode({ apdu: 'Expired', ...headOf(transactionQualifier) }).with(0, 0x71);
}

/** A promise that somebody else settles. */
export function gate(): { readonly opened: Promise<void>; readonly open: () => void } {
  let open = (): void => {};
  const opened = new Promise<void>((resolve) => {
    open = resolve;
  });
  return { opened, open };
}

/** Receives until as many octets have come as an APDU has. */
export async function receiveOne(connection: Connection, apdu: IllApdu): Promise<void> {
  for (let left = encode(apdu).length; left > 0; ) left -= (await connection.receive())?.length ?? left;
}

/** A list of what is to be closed after each test, in its order. */
export function closedAfterEach(): { close(): Promise<void> }[] {
  const open: { close(): Promise<void> }[] = [];
  afterEach(async () => {
    await Promise.all(open.splice(0).map((thing) => thing.close()));
  });
  return open;
}

/** Everything that comes until the peer ends its side. */
export async function readAll(connection: Connection): Promise<Uint8Array> {
  const octets: number[] = [];
  for (let chunk = await connection.receive(); chunk; chunk = await connection.receive())
    octets.push(...chunk);
  return Uint8Array.from(octets);
}

/** The octets of APDUs back to back. */
export function octetsOf(...apdus: readonly IllApdu[]): Uint8Array {
  return Uint8Array.from(apdus.flatMap((apdu) => [...encode(apdu)]));
}

/** Sends what a peer may break off in its middle, and ends. */
export async function offer(connection: Connection, octets: Uint8Array): Promise<void> {
  await connection.send(octets).then(
    () => connection.end(),
    () => {},
  );
}

export const http = Buffer.from('GET / HTTP/1.1\r\n\r\n');

/** What tells test APDUs apart. */
export function noteOf(message: IllApdu): unknown {
  return 'note' in message ? message.note : message.apdu;
}
