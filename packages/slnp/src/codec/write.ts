import { EncodeError } from '@interlend/core';
import { encodeText, type LineCharset, trimBlanks } from '@interlend/wire/lines';
import type {
  SlnpBlock,
  SlnpCommand,
  SlnpFields,
  SlnpMessage,
  SlnpRecord,
  SlnpReply,
} from '../messages/message.js';
import { type Escape, withoutControls } from './read.js';
import { commandName, isWord, reservedWords } from './words.js';

/** How one side writes. */
export interface WriteSettings {
  readonly charset: LineCharset;
  readonly escaping: Escape;
  /** End of every line but the last of a command. */
  readonly lineEnd: 'lf' | 'crlf';
  /** End of `SLNPEndCommand`. */
  readonly commandEnd: 'lf' | 'crlf';
  /** Koha ends a reply with a line that holds a space. */
  readonly blankLineAfterReply: boolean;
  /** Codes of repeated data: 602 before each record, or 604 and 605 around it. */
  readonly records: '602' | '604';
  /** Whether `SLNPQuit` is followed by `SLNPEndCommand`. */
  readonly bareQuit: boolean;
  readonly lineOctets: number;
}

const ends = { lf: '\n', crlf: '\r\n' } as const;

/** The octets of a message. @throws EncodeError */
export function writeMessage(message: SlnpMessage, settings: WriteSettings): Uint8Array {
  const lines = new LineWriter(settings, message.kind === 'command' ? message.command : '');
  switch (message.kind) {
    case 'command':
      writeCommand(message, lines);
      break;
    case 'reply':
      writeReply(message, lines);
      break;
    case 'greeting':
      lines.line(`220 ${lines.value(message.text, 'text')}`, 'text');
      break;
    default:
      message satisfies never;
  }
  return lines.octets();
}

function writeCommand({ command, parameters, blocks }: SlnpCommand, lines: LineWriter): void {
  if (!commandName.test(command) || reservedWords.has(command)) {
    throw new EncodeError(
      'invalid-value',
      'expected the name of a command, which begins with SLNP',
      'command',
    );
  }
  lines.line(command, '');
  if (command === 'SLNPQuit') {
    if (Object.keys(parameters).length > 0 || blocks) {
      throw new EncodeError('unknown-element', 'expected SLNPQuit without parameters', command);
    }
    if (!lines.settings.bareQuit) lines.line('SLNPEndCommand', '', lines.settings.commandEnd);
    return;
  }
  writeBlock({ parameters, ...(blocks && { blocks }) }, lines);
  lines.line('SLNPEndCommand', '', lines.settings.commandEnd);
}

function writeBlock({ parameters, blocks }: SlnpBlock, lines: LineWriter): void {
  lines.fields('', parameters);
  for (const block of blocks ?? []) {
    lines.line('SLNPBegin', '');
    writeBlock(block, lines);
    lines.line('SLNPEnd', '');
  }
}

function writeReply(reply: SlnpReply, lines: LineWriter): void {
  const { code, text, command, fields, records = [], unknown = [] } = reply;
  if (!Number.isInteger(code) || code < 200 || code > 599 || (code >= 300 && code < 500) || code === 220) {
    throw new EncodeError('invalid-value', 'expected a code of class 2 or 5 that is no greeting', 'code');
  }
  if (command !== undefined) lines.line(`600 ${lines.value(command, 'command')}`, 'command');
  lines.fields('601 ', fields);
  for (const record of records) writeRecord(record, lines);
  for (const line of unknown) {
    if (!/^6\d\d( |$)/.test(line) || /^60[0-5]/.test(line)) {
      throw new EncodeError('invalid-value', 'expected a line with a code from 606 to 699', 'unknown');
    }
    lines.line(lines.value(line, 'unknown'), 'unknown');
  }
  lines.line(`${code} ${lines.value(text, 'text')}`, 'text');
  if (lines.settings.blankLineAfterReply) lines.line(' ', '');
}

function writeRecord({ fields, records = [] }: SlnpRecord, lines: LineWriter): void {
  if (lines.settings.records === '602' && records.length === 0) {
    lines.line('602 ', '');
    lines.fields('603 ', fields);
    return;
  }
  lines.line('604 SLNPBegin', '');
  lines.fields('603 ', fields);
  for (const record of records) writeRecord(record, lines);
  lines.line('605 SLNPEnd', '');
}

/** Gathers lines in octets. */
class LineWriter {
  readonly settings: WriteSettings;
  readonly #subject: string;
  readonly #parts: Uint8Array[] = [];
  #length = 0;

  constructor(settings: WriteSettings, subject: string) {
    this.settings = settings;
    this.#subject = subject;
  }

  /** A value in one line; nothing is lost but the ends of lines and blanks at its own. */
  value(text: string, name: string): string {
    if (typeof text !== 'string') {
      throw new EncodeError('invalid-value', 'expected text', this.#path(name));
    }
    const escaped =
      this.settings.escaping === 'backslash'
        ? text.replace(/\\/g, '\\\\').replace(/\r\n|\n|\r/g, '\\n')
        : text;
    return trimBlanks(withoutControls(escaped));
  }

  /** A line per field; a field without a value is left out. */
  fields(prefix: string, fields: SlnpFields): void {
    for (const [name, text] of Object.entries(fields)) {
      if (!isWord(name)) {
        throw new EncodeError(
          'invalid-value',
          'expected a name of letters, digits and underscores',
          this.#path(name),
        );
      }
      const value = this.value(text, name);
      if (value !== '') this.line(`${prefix}${name}:${value}`, name);
    }
  }

  line(text: string, name: string, end: 'lf' | 'crlf' = this.settings.lineEnd): void {
    const { charset, lineOctets } = this.settings;
    const octets = encodeText(`${text}${ends[end]}`, charset);
    if (!octets) {
      throw new EncodeError('unsayable-character', `expected characters of ${charset}`, this.#path(name));
    }
    if (octets.length > lineOctets) {
      throw new EncodeError('too-long', `expected a line of at most ${lineOctets} octets`, this.#path(name));
    }
    this.#parts.push(octets);
    this.#length += octets.length;
  }

  octets(): Uint8Array {
    const whole = new Uint8Array(this.#length);
    let at = 0;
    for (const part of this.#parts) {
      whole.set(part, at);
      at += part.length;
    }
    return whole;
  }

  #path(name: string): string {
    return [this.#subject, name].filter((part) => part !== '').join('.');
  }
}
