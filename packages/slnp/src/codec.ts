import { type Decoded, DecodeError } from '@interlend/core';
import type { LineCharset } from '@interlend/wire/lines';
import { type Escape, LineSource } from './codec/read.js';
import { readCommand } from './codec/read-command.js';
import { readReply } from './codec/read-reply.js';
import { type WriteSettings, writeMessage } from './codec/write.js';
import { slnpLimits } from './limits.js';
import type { SlnpMessage } from './messages/message.js';

/** How octets are read. */
export interface DecodeOptions {
  /** The first departure from the rules is an error. */
  readonly isStrict?: boolean;
  /** UTF-8 when absent. A line that is not UTF-8 is read as ISO 8859-1, and listed. */
  readonly charset?: LineCharset;
  readonly escaping?: Escape;
}

/** How messages are written; what is absent is as the profile `default` has it. */
export type EncodeOptions = Partial<Omit<WriteSettings, 'lineOctets'>>;

const defaultWriting: WriteSettings = {
  charset: 'utf-8',
  escaping: 'none',
  lineEnd: 'lf',
  commandEnd: 'lf',
  blankLineAfterReply: false,
  records: '604',
  bareQuit: false,
  lineOctets: slnpLimits.lineOctets,
};

/**
 * The message that a command, a reply or a greeting is. Lenient reading takes line ends of both kinds, blanks, empty and
 * repeated names, other character sets and unknown lines, and lists them.
 *
 * @throws DecodeError
 */
export function decode(bytes: Uint8Array, options: DecodeOptions = {}): Decoded<SlnpMessage> {
  if (bytes.length > slnpLimits.messageOctets) {
    throw new DecodeError('limit', `message larger than ${slnpLimits.messageOctets} octets`, {
      offset: slnpLimits.messageOctets,
    });
  }
  const source = new LineSource(bytes, {
    charset: options.charset ?? 'utf-8',
    escaping: options.escaping ?? 'none',
    depth: slnpLimits.depth,
  });
  const message = /^\d/.test(source.peek()?.text ?? '') ? readReply(source) : readCommand(source);
  const [first] = source.deviations;
  if (options.isStrict && first) {
    throw new DecodeError('deviation', `${first.code}: ${first.message}`, {
      offset: first.offset,
      path: first.path,
    });
  }
  return { message, deviations: source.deviations };
}

/**
 * The octets of a message. Parameters without a value are left out; ends of lines in a value become a space, or `\n` where
 * values are escaped.
 *
 * @throws EncodeError
 */
export function encode(message: SlnpMessage, options: EncodeOptions = {}): Uint8Array {
  return writeMessage(message, { ...defaultWriting, ...options });
}
