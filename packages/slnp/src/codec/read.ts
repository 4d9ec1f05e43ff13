import { DecodeError, type DecodeErrorCode, type Deviation } from '@interlend/core';
import { decodeText, type LineCharset, splitLines, trimBlanks } from '@interlend/wire/lines';

/** How values are escaped: not at all, or newline as `\n` and backslash as `\\`. */
export type Escape = 'none' | 'backslash';

/** What reading depends on. */
export interface ReadSettings {
  readonly charset: LineCharset;
  readonly escaping: Escape;
  readonly depth: number;
}

/** A line with something on it. */
export interface TextLine {
  readonly offset: number;
  readonly number: number;
  /** Without blanks at its ends. */
  readonly text: string;
  /** As it was written. */
  readonly written: string;
}

/** Reads the lines of one message, and lists what was odd about them. */
export class LineSource {
  readonly deviations: Deviation[] = [];
  readonly settings: ReadSettings;
  /** Name of the command or reply, for paths. */
  subject = '';
  readonly #lines: readonly TextLine[];
  readonly #length: number;
  #next = 0;

  constructor(bytes: Uint8Array, settings: ReadSettings) {
    this.settings = settings;
    this.#length = bytes.length;
    this.#lines = splitLines(bytes).flatMap(({ offset, number, octets }) => {
      const written = this.#textOf(octets, offset, number);
      const text = trimBlanks(written);
      return text === '' ? [] : [{ offset, number, text, written }];
    });
  }

  next(): TextLine | undefined {
    return this.#lines[this.#next++];
  }

  peek(): TextLine | undefined {
    return this.#lines[this.#next];
  }

  deviate(code: string, line: Pick<TextLine, 'offset' | 'number'>, message: string, name?: string): void {
    const path = [this.subject, name ?? `line ${line.number}`].filter((part) => part !== '').join('.');
    this.deviations.push({ code, offset: line.offset, path, message });
  }

  /** @throws DecodeError for a line; what stands in it is never repeated, because it may be a reader's */
  fail(code: DecodeErrorCode, message: string, line?: TextLine): never {
    throw new DecodeError(code, line ? `line ${line.number}: ${message}` : message, {
      offset: line?.offset ?? this.#length,
      path: this.subject,
    });
  }

  #textOf(octets: Uint8Array, offset: number, number: number): string {
    const { charset } = this.settings;
    let text = decodeText(octets, charset);
    if (text === undefined) {
      this.deviate('charset', { offset, number }, `line is not ${charset}, it was read as iso-8859-1`);
      text = decodeText(octets, 'iso-8859-1') ?? '';
    }
    const clean = withoutControls(text);
    if (clean !== text)
      this.deviate('control-character', { offset, number }, 'a control character was read as a space');
    return clean;
  }
}

/** A tab is a blank; other control characters have no place in a value. */
export function withoutControls(text: string): string {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is looked for
  return text.replace(/[\u0000-\u0008\u000a-\u001f\u007f]+/g, ' ');
}

/** A value as it was meant. */
export function unescaped(value: string, escaping: Escape): string {
  if (escaping === 'none') return value;
  return value.replace(/\\([\\n])/g, (_, letter: string) => (letter === 'n' ? '\n' : '\\'));
}

/** Collects fields in their order. A name that comes twice gets both values, a line each. */
export class FieldCollector {
  readonly #fields = new Map<string, string>();
  readonly #source: LineSource;

  constructor(source: LineSource) {
    this.#source = source;
  }

  add(name: string, written: string, line: TextLine): void {
    const value = unescaped(written, this.#source.settings.escaping);
    const before = this.#fields.get(name);
    if (before === undefined) {
      if (value !== '') this.#fields.set(name, value);
      return;
    }
    this.#source.deviate('repeated-name', line, `${name} comes more than once`, name);
    if (value !== '') this.#fields.set(name, `${before}\n${value}`);
  }

  get fields(): Readonly<Record<string, string>> {
    return Object.fromEntries(this.#fields);
  }
}
