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
      lines.line(`220 ${lines.plain(message.text, 'text')}`, 'text');
      break;
    default:
      message satisfies never;
      throw new EncodeError('invalid-value', 'expected command, reply or greeting', 'kind');
  }
  return lines.octets();
}

function writeCommand({ command, parameters, blocks }: SlnpCommand, lines: LineWriter): void {
  if (typeof command !== 'string' || !commandName.test(command) || reservedWords.has(command)) {
    throw new EncodeError(
      'invalid-value',
      'expected the name of a command, which begins with SLNP',
      'command',
    );
  }
  lines.line(command, '');
  if (command === 'SLNPQuit') {
    if (Object.keys(parameters ?? {}).length > 0 || blocks) {
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
  for (const block of listed(blocks, 'blocks')) {
    lines.line('SLNPBegin', '');
    writeBlock(block, lines);
    lines.line('SLNPEnd', '');
  }
}

function writeReply(reply: SlnpReply, lines: LineWriter): void {
  const { code, text, command, fields, records, unknown } = reply;
  if (!Number.isInteger(code) || code < 200 || code > 599 || (code >= 300 && code < 500) || code === 220) {
    throw new EncodeError('invalid-value', 'expected a code of class 2 or 5 that is no greeting', 'code');
  }
  if (command !== undefined) lines.line(`600 ${lines.plain(command, 'command')}`, 'command');
  lines.fields('601 ', fields);
  for (const record of listed(records, 'records')) writeRecord(record, lines);
  for (const line of listed(unknown, 'unknown')) {
    if (typeof line !== 'string' || !/^6\d\d( |$)/.test(line) || /^60[0-5]/.test(line)) {
      throw new EncodeError('invalid-value', 'expected a line with a code from 606 to 699', 'unknown');
    }
    lines.line(lines.plain(line, 'unknown'), 'unknown');
  }
  lines.line(`${code} ${lines.plain(text, 'text')}`, 'text');
  if (lines.settings.blankLineAfterReply) lines.line(' ', '');
}

function writeRecord({ fields, records: written }: SlnpRecord, lines: LineWriter): void {
  const records = listed(written, 'records');
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

/** Members of a list that may be absent: values come from JSON, whatever their type says. */
function listed<Member>(list: readonly Member[] | undefined, name: string): readonly Member[] {
  if (list === undefined) return [];
  const isOdd = (member: unknown): boolean => typeof member !== 'string' && !isObject(member);
  if (Array.isArray(list) && !list.some(isOdd)) return list;
  throw new EncodeError('invalid-value', 'expected a list', name);
}

function isObject(value: unknown): value is object {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
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

  /** Text that is no value: it is never escaped. Ends of lines and other control characters become spaces. */
  plain(text: string, name: string): string {
    if (typeof text !== 'string') {
      throw new EncodeError('invalid-value', 'expected text', this.#path(name));
    }
    return trimBlanks(withoutControls(text));
  }

  /** A value in one line. */
  value(text: string, name: string): string {
    const isEscaped = this.settings.escaping === 'backslash' && typeof text === 'string';
    return this.plain(isEscaped ? text.replace(/\\/g, '\\\\').replace(/\r\n|\n|\r/g, '\\n') : text, name);
  }

  /** A line per field; a field without a value is left out. */
  fields(prefix: string, fields: SlnpFields): void {
    if (!isObject(fields)) {
      throw new EncodeError(
        'missing',
        'expected names and their values',
        this.#path(prefix === '' ? 'parameters' : 'fields'),
      );
    }
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
