import { splitAtColon } from '@interlend/wire/lines';
import type { SlnpFields, SlnpGreeting, SlnpRecord, SlnpReply } from '../messages/message.js';
import { FieldCollector, type LineSource, type TextLine } from './read.js';
import { assertEnd } from './read-command.js';
import { isWord } from './words.js';

/** A record in the making. */
interface OpenRecord {
  readonly collector: FieldCollector;
  readonly records: SlnpRecord[];
  /** Begun by 604, to be ended by 605; else by 602 or the end. */
  readonly isNested: boolean;
}

/** Reads a reply, or the greeting. @throws DecodeError */
export function readReply(source: LineSource): SlnpReply | SlnpGreeting {
  const first = source.peek();
  source.subject = first && /^\d{3}/.test(first.text) ? first.text.slice(0, 3) : '';
  const reading = new ReplyReading(source);
  for (;;) {
    const line = source.next();
    if (!line) source.fail('incomplete', 'expected the end of a reply, the message ended');
    const parts = /^(\d)(\d\d)(?: (.*))?$/s.exec(line.text);
    if (!parts) source.fail('malformed', 'expected a code of three digits', line);
    const code = Number(`${parts[1]}${parts[2]}`);
    const text = parts[3] ?? '';
    if (parts[1] === '6') {
      reading.take(code, text, line);
      continue;
    }
    if (parts[1] !== '2' && parts[1] !== '5') {
      source.fail('unrecognized-message', `expected a code of class 2, 5 or 6, found ${code}`, line);
    }
    assertEnd(source);
    if (code === 220 && reading.isEmpty) return { kind: 'greeting', text };
    return reading.finish(code, text, line);
  }
}

class ReplyReading {
  readonly #source: LineSource;
  readonly #single: FieldCollector;
  readonly #records: SlnpRecord[] = [];
  readonly #open: OpenRecord[] = [];
  readonly #unknown: string[] = [];
  #command: string | undefined;
  #lines = 0;

  constructor(source: LineSource) {
    this.#source = source;
    this.#single = new FieldCollector(source);
  }

  get isEmpty(): boolean {
    return this.#lines === 0;
  }

  take(code: number, text: string, line: TextLine): void {
    this.#lines += 1;
    switch (code) {
      case 600:
        if (this.#command !== undefined)
          this.#source.fail('badly-structured', 'expected 600 only once', line);
        this.#command = text;
        break;
      case 601:
        this.#addTo(this.#single, text, line);
        break;
      case 602:
        this.#closeFlat(line);
        this.#begin(false);
        break;
      case 603:
        if (this.#open.length === 0) this.#begin(false);
        this.#addTo((this.#open.at(-1) as OpenRecord).collector, text, line);
        break;
      case 604:
        if (this.#open.at(-1)?.isNested !== true) this.#closeFlat(line);
        if (this.#open.length >= this.#source.settings.depth) {
          this.#source.fail('limit', `nested deeper than ${this.#source.settings.depth} levels`, line);
        }
        this.#begin(true);
        break;
      case 605:
        if (this.#open.at(-1)?.isNested !== true) {
          this.#source.fail('badly-structured', 'expected 604 before 605', line);
        }
        this.#close();
        break;
      default:
        this.#unknown.push(`${code} ${text}`.trimEnd());
        this.#source.deviate('unknown-line', line, `a line with code ${code} was passed over`);
    }
  }

  finish(code: number, text: string, line: TextLine): SlnpReply {
    this.#closeFlat(line);
    if (this.#open.length > 0) this.#source.fail('badly-structured', 'expected 605 before the end', line);
    return {
      kind: 'reply',
      code,
      text,
      ...(this.#command !== undefined && { command: this.#command }),
      fields: this.#single.fields,
      ...(this.#records.length > 0 && { records: this.#records }),
      ...(this.#unknown.length > 0 && { unknown: this.#unknown }),
    };
  }

  #addTo(collector: FieldCollector, text: string, line: TextLine): void {
    const field = splitAtColon(text);
    if (!field || !isWord(field.name)) {
      this.#source.fail('malformed', 'expected a name and a colon behind the code', line);
    }
    collector.add(field.name, field.value, line);
  }

  #begin(isNested: boolean): void {
    this.#open.push({ collector: new FieldCollector(this.#source), records: [], isNested });
  }

  #closeFlat(line: TextLine): void {
    const last = this.#open.at(-1);
    if (!last) return;
    if (last.isNested) this.#source.fail('badly-structured', 'expected 605 before this line', line);
    this.#close();
  }

  #close(): void {
    const { collector, records } = this.#open.pop() as OpenRecord;
    const fields: SlnpFields = collector.fields;
    const into = this.#open.at(-1)?.records ?? this.#records;
    into.push({ fields, ...(records.length > 0 && { records }) });
  }
}
