import { splitAtColon } from '@interlend/wire/lines';
import type { SlnpBlock, SlnpCommand } from '../messages/message.js';
import { FieldCollector, type LineSource, type TextLine } from './read.js';
import { commandName, isWord, reservedWords } from './words.js';

/** Reads a command. @throws DecodeError */
export function readCommand(source: LineSource): SlnpCommand {
  const first = source.next();
  if (!first) source.fail('incomplete', 'expected a command, nothing but blanks came');
  if (!commandName.test(first.text) || reservedWords.has(first.text)) {
    source.fail('not-a-message', 'expected the name of a command, which begins with SLNP', first);
  }
  source.subject = first.text;
  if (first.text === 'SLNPQuit') {
    if (source.peek()?.text === 'SLNPEndCommand') source.next();
    assertEnd(source);
    return { kind: 'command', command: first.text, parameters: {} };
  }
  const { parameters, blocks } = readBlock(source, 'SLNPEndCommand', 0);
  assertEnd(source);
  return { kind: 'command', command: first.text, parameters, ...(blocks && { blocks }) };
}

function readBlock(source: LineSource, end: 'SLNPEndCommand' | 'SLNPEnd', depth: number): SlnpBlock {
  const collector = new FieldCollector(source);
  const blocks: SlnpBlock[] = [];
  for (;;) {
    const line = source.next();
    if (!line) source.fail('incomplete', `expected ${end}, the message ended`);
    if (line.text === end) break;
    if (line.text === 'SLNPBegin') {
      if (depth >= source.settings.depth) {
        source.fail('limit', `nested deeper than ${source.settings.depth} levels`, line);
      }
      blocks.push(readBlock(source, 'SLNPEnd', depth + 1));
    } else addParameter(source, collector, line, end);
  }
  return { parameters: collector.fields, ...(blocks.length > 0 && { blocks }) };
}

function addParameter(source: LineSource, collector: FieldCollector, line: TextLine, end: string): void {
  const field = splitAtColon(line.text);
  if (!field) {
    if (commandName.test(line.text)) {
      source.fail(
        'badly-structured',
        `expected a parameter or ${end}, found the word of another command`,
        line,
      );
    }
    source.fail('malformed', 'expected a parameter with a colon behind its name', line);
  }
  if (!isWord(field.name)) {
    source.fail('malformed', 'expected a name of letters, digits and underscores before the colon', line);
  }
  // Blanks are a way to leave a parameter out; nothing at all is refused by some servers.
  if (line.written.indexOf(':') === line.written.length - 1) {
    source.deviate('empty-parameter', line, `${field.name} has no value`, field.name);
  }
  collector.add(field.name, field.value, line);
}

export function assertEnd(source: LineSource): void {
  const line = source.next();
  if (line) source.fail('trailing-data', 'expected nothing after the end of the message', line);
}
