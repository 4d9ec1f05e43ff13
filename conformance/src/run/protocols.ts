import type { Framer, PersonalField, Protocol, Role } from '@interlend/core';
import { type EncodeOptions, encode, illText, isoIll, personalFields } from '@interlend/iso-ill';
import type { Exchange, MatchRule } from '@interlend/testing';

type Writing = Exchange['codec']['writing'];

/** A protocol package as the runner uses it. A row of the matrix is covered when its protocol is in this list. */
export interface ProtocolUnderTest {
  readonly protocol: Protocol<unknown, unknown>;
  /** Writes a message as a partner's software does. */
  write(message: unknown, writing: Writing): Uint8Array;
  /** What differs from run to run, in any message of the side under test. */
  readonly volatile: readonly MatchRule[];
  /** Transports on which a requester waits on its connection and is told at once that its request has come. */
  readonly awaited: readonly string[];
  /** The clause that defines a message. */
  clauseOf(message: unknown): string;
  /** The identifier that whoever begins a transaction makes up for it. */
  qualifierOf(message: unknown): string;
  /** The identifier of the request as the patron sees it, the same for every lender tried. */
  groupOf(message: unknown): string;
  /** What must not be kept of a message when it is recorded: patron data and secrets, by field. */
  personalFields(message: unknown): readonly PersonalField[];
  /**
   * Finds where messages end while recording, in one direction of a connection. Absent where the framer of the protocol
   * does for both.
   */
  createRecordingFramer?(from: 'client' | 'server', transport: string): Framer;
}

export const isoIllUnderTest: ProtocolUnderTest = {
  protocol: isoIll as Protocol<unknown, unknown>,
  write: (message, writing) => {
    const options: EncodeOptions = {
      ...(typeof writing['trueOctet'] === 'number' ? { trueOctet: writing['trueOctet'] } : {}),
      ...(isDefaults(writing['defaults']) ? { defaults: writing['defaults'] } : {}),
    };
    return encode(message as Parameters<typeof encode>[0], options);
  },
  volatile: [
    { path: 'serviceDateTime.dateTimeOfThisService.date', rule: 'present', why: 'the day of the run' },
    { path: 'serviceDateTime.dateTimeOfThisService.time', rule: 'present', why: 'the time of the run' },
  ],
  awaited: ['499'],
  clauseOf: (message) =>
    `ISO 10161-1 clause 9, ${isoIll.describe(message as Parameters<typeof isoIll.describe>[0])}`,
  qualifierOf: (message) =>
    illText((message as Parameters<typeof encode>[0]).transactionId.transactionQualifier),
  groupOf: (message) =>
    illText((message as Parameters<typeof encode>[0]).transactionId.transactionGroupQualifier),
  personalFields: (message) => personalFields(message as Parameters<typeof encode>[0]),
};

function isDefaults(value: unknown): value is NonNullable<EncodeOptions['defaults']> {
  return value === 'keep' || value === 'omit' || value === 'write';
}

/** Every protocol that has a package, by the name that exchanges and systems use. */
export const protocolsUnderTest: ReadonlyMap<string, ProtocolUnderTest> = new Map([
  ['iso-ill', isoIllUnderTest],
]);

/** The role of the side under test. */
export function roleUnderTest(exchange: Exchange): Role {
  return exchange.peer.role === 'borrower' ? 'lender' : 'borrower';
}
