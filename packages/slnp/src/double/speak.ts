import { type Connector, isInterlendError, type PeerAddress } from '@interlend/core';
import { askOnce } from '../client.js';
import { encode } from '../codec.js';
import { describe } from '../describe.js';
import type { Login } from '../login.js';
import type { SlnpCommand, SlnpReply } from '../messages/message.js';
import { isRetryableCode } from '../messages/replies.js';
import type { SlnpRules } from '../profiles/rules.js';
import { writingOf } from '../profiles/writing.js';
import type { FaultPlan, OutgoingFault } from './faults.js';

/** How a library is reached. */
export interface LibraryLine {
  readonly connector: Connector;
  readonly address: PeerAddress;
  readonly rules: SlnpRules;
  /** Needed where the rules name a login. */
  readonly login?: Login;
}

/** How often, and after which pause, a command without a reply is said again. */
export interface Patience {
  readonly attempts: number;
  readonly pauseMs: number;
}

/** Says a command until it has a final reply; `undefined` when it gets none. Faults of the plan come first. */
export async function speak(
  command: SlnpCommand,
  line: LibraryLine,
  plan: FaultPlan,
  patience: Patience,
  signal: AbortSignal,
): Promise<SlnpReply | undefined> {
  for (let attempt = 1; attempt <= patience.attempts; attempt++) {
    if (attempt > 1) await pause(patience.pauseMs, signal);
    if (signal.aborted) return undefined;
    const fault = plan.nextOutgoing(describe(command));
    try {
      const reply = await sayOnce(command, line, fault, signal);
      if (reply && !isRetryableCode(reply.code)) return reply;
    } catch (error) {
      if (!isInterlendError(error)) throw error;
    }
  }
  return undefined;
}

async function sayOnce(
  command: SlnpCommand,
  line: LibraryLine,
  fault: OutgoingFault | undefined,
  signal: AbortSignal,
): Promise<SlnpReply | undefined> {
  const ask = async (said: SlnpCommand | Uint8Array): Promise<SlnpReply> =>
    (await askOnce(said, { ...line, signal })).message;
  switch (fault?.say) {
    case undefined:
      return ask(command);
    case 'twice':
      await ask(command);
      return ask(command);
    case 'without': {
      const { [fault.parameter]: _, ...parameters } = command.parameters;
      await ask({ ...command, parameters });
      return undefined;
    }
    case 'latin-1':
      return ask(encode(command, { ...writingOf(line.rules), charset: 'iso-8859-1' }));
    case 'half':
      await sayAndLeave(encode(command, writingOf(line.rules)).subarray(0, -8), line, signal);
      return undefined;
    case 'and-leave':
      await sayAndLeave(encode(command, writingOf(line.rules)), line, signal);
      return undefined;
    default:
      return fault satisfies never;
  }
}

async function sayAndLeave(
  bytes: Uint8Array,
  { connector, address }: LibraryLine,
  signal: AbortSignal,
): Promise<void> {
  const connection = await connector.open(address, { signal });
  try {
    await connection.send(bytes, { signal });
    await connection.end();
  } finally {
    await connection.close();
  }
}

function pause(ms: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const done = (): void => {
      clearTimeout(timer);
      signal.removeEventListener('abort', done);
      resolve();
    };
    const timer = setTimeout(done, ms);
    signal.addEventListener('abort', done);
    if (signal.aborted) done();
  });
}
