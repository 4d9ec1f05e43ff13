import { FLBestellung, libraryCommands, ServerInit, SysParam } from './messages/commands.js';
import type { SlnpBlock, SlnpFields, SlnpMessage, SlnpRecord } from './messages/message.js';
import type { Parameter } from './messages/parameters.js';

/** What is a reader's or secret in replies, and in commands beyond the ones for interlibrary loan. */
const elsewhere = ['OpacPin', 'Kennwort', 'SIASPasswort', 'GeburtsDatum', 'Alter', 'Sperre'] as const;

const hidden: ReadonlySet<string> = new Set([
  ...elsewhere,
  ...[...libraryCommands, FLBestellung, ServerInit, SysParam].flatMap(({ parameters }) =>
    Object.entries<Parameter>(parameters)
      .filter(([, { shows }]) => shows !== undefined)
      .map(([name]) => name),
  ),
]);

/**
 * Texts of a message that identify a reader or are secret: passwords, numbers, names, addresses. For redaction and for logs;
 * the message itself is left as it is.
 */
export function personalTexts(message: SlnpMessage): readonly string[] {
  switch (message.kind) {
    case 'command':
      return ofBlock(message);
    case 'reply':
      return [...ofFields(message.fields), ...(message.records ?? []).flatMap(ofRecord)];
    case 'greeting':
      return [];
    default:
      return message satisfies never;
  }
}

function ofFields(fields: SlnpFields): readonly string[] {
  return Object.entries(fields)
    .filter(([name]) => hidden.has(name))
    .map(([, value]) => value);
}

function ofBlock({ parameters, blocks = [] }: SlnpBlock): readonly string[] {
  return [...ofFields(parameters), ...blocks.flatMap(ofBlock)];
}

function ofRecord({ fields, records = [] }: SlnpRecord): readonly string[] {
  return [...ofFields(fields), ...records.flatMap(ofRecord)];
}
