import { type Connection, DecodeError } from '@interlend/core';
import { readFrames } from '@interlend/transport/frames';
import { commandWord } from './codec/words.js';
import { decode, encode } from './codec.js';
import { replyToFault, replyToUnreadable } from './faults.js';
import { createFramer } from './framer.js';
import { defaultSessionLimits, type SessionLimits } from './limits.js';
import { isLogin, loginCommands } from './login.js';
import { Quit } from './messages/commands.js';
import { isSuccess, type SlnpCommand, type SlnpMessage, type SlnpReply } from './messages/message.js';
import { findFault } from './messages/parameters.js';
import { errorReply, okReply } from './messages/replies.js';
import type { SlnpRules } from './profiles/index.js';
import { charsetOf, readingOf, writingOf } from './profiles/writing.js';

/** How one connection is served. */
export interface ServingOptions {
  /** `library` hears what a central server says, `hub` what libraries say. */
  readonly role: 'library' | 'hub';
  readonly rules: SlnpRules;
  /** Name in the greeting. */
  readonly name?: string;
  readonly limits?: Partial<SessionLimits>;
  /** Judges a login, where the rules name one; without it every login is refused. Nothing of a login goes any further. */
  readonly admits?: (login: SlnpCommand) => boolean;
  /** The octets of the reply to the octets of a command. When it rejects, the connection is broken off without a reply. */
  readonly answer: (command: Uint8Array) => Promise<Uint8Array>;
  /** Told of a stream in which no end of a command can be found; 520 was answered. */
  readonly onLost?: (error: DecodeError) => Promise<void>;
}

/**
 * One connection from the greeting to the goodbye: commands go one after the other, each is answered before the next one is
 * read.
 */
export async function serveSession(
  connection: Connection,
  { role, rules, name = 'Interlend', limits, admits, answer, onLost }: ServingOptions,
  signal: AbortSignal,
): Promise<void> {
  const { maxFrameAgeMs, commandsPerConnection } = { ...defaultSessionLimits, ...limits };
  const say = (message: SlnpMessage): Promise<void> =>
    connection.send(encode(message, writingOf(rules)), { signal });
  if (rules.greets === 'yes' || (rules.greets === 'role' && role === 'hub')) {
    await say({ kind: 'greeting', text: `SLNP ${name}@charset:${charsetOf(rules).toUpperCase()}` });
  }
  try {
    let commands = 0;
    let isAdmitted = rules.login === 'none';
    const patient = withIdleLimit(connection, rules.idleTimeoutMs, signal);
    for await (const bytes of readFrames(patient, createFramer('client'), { maxFrameAgeMs })) {
      if (isQuit(bytes)) {
        if (rules.quitReply === '240') await say(okReply(Quit.name));
        break;
      }
      const word = commandWord(bytes);
      if (isLogin(word)) {
        const reply = replyToLogin(bytes, rules, admits);
        isAdmitted = isSuccess(reply) || rules.login === 'none';
        await say(reply);
      } else if (isAdmitted) await connection.send(await answer(bytes), { signal });
      // Who did not say its name is told no more than that.
      else await say(replyToFault({ kind: 'unknown-command', command: word ?? '' }, rules.texts));
      if (++commands >= commandsPerConnection) break;
    }
  } catch (error) {
    if (!(error instanceof DecodeError)) throw error;
    // A half command at the end of the stream is nobody's loss: without a reply it is said again.
    if (error.code !== 'incomplete') await say(replyToUnreadable(error, rules.texts));
    await onLost?.(error);
  }
  await connection.end();
}

function replyToLogin(bytes: Uint8Array, rules: SlnpRules, admits: ServingOptions['admits']): SlnpReply {
  const { login, texts } = rules;
  try {
    const { message } = decode(bytes, readingOf(rules));
    if (message.kind !== 'command' || message.command !== login) {
      return replyToFault({ kind: 'unknown-command', command: commandWord(bytes) ?? '' }, texts);
    }
    const fault = findFault(message, loginCommands);
    if (fault) return replyToFault(fault, texts);
    return admits?.(message) === true
      ? okReply(message.command)
      : errorReply(510, texts.patronUnknown, 'SlnpRequestError');
  } catch (error) {
    if (!(error instanceof DecodeError)) throw error;
    return replyToUnreadable(error, texts);
  }
}

/** Whether a frame is the goodbye. */
function isQuit(bytes: Uint8Array): boolean {
  return String.fromCharCode(...bytes.subarray(0, 64)).trim() === Quit.name;
}

/** The connection, whose other end may be silent for so long and no longer. */
function withIdleLimit(connection: Connection, idleMs: number, signal: AbortSignal): Connection {
  return {
    peer: connection.peer,
    send: (bytes, options) => connection.send(bytes, options),
    end: () => connection.end(),
    close: () => connection.close(),
    async receive(options = {}) {
      const idle = AbortSignal.timeout(idleMs);
      const signals = [signal, idle, ...(options.signal ? [options.signal] : [])];
      try {
        return await connection.receive({ signal: AbortSignal.any(signals) });
      } catch (error) {
        if (idle.aborted && !signal.aborted && !options.signal?.aborted) return undefined;
        throw error;
      }
    },
  };
}
