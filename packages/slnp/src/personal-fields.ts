import type { PersonalField } from '@interlend/core';
import { libraryCommands, ServerInit, SysParam } from './messages/commands.js';
import type { SlnpBlock, SlnpFields, SlnpMessage, SlnpRecord } from './messages/message.js';
import type { Parameter } from './messages/parameters.js';
import { PatronReply } from './messages/reply-fields.js';

/** What is secret in commands beyond the ones for interlibrary loan. */
const elsewhere = ['Kennwort', 'SIASPasswort'] as const;

const hidden: ReadonlySet<string> = new Set([
  ...elsewhere,
  ...[PatronReply, ...[...libraryCommands, ServerInit, SysParam].map(({ parameters }) => parameters)].flatMap(
    (parameters) =>
      Object.entries<Parameter>(parameters)
        .filter(([, { shows }]) => shows !== undefined)
        .map(([name]) => name),
  ),
]);

/**
 * Texts of a message that identify a reader or are secret: passwords, numbers, names, addresses. For redaction and for logs;
 * the message itself is left as it is.
 */
export function personalFields(message: SlnpMessage): readonly PersonalField[] {
  switch (message.kind) {
    case 'command':
      return ofBlock(message, '');
    case 'reply':
      return [
        ...ofFields(message.fields, 'fields.'),
        ...(message.records ?? []).flatMap((record, index) => ofRecord(record, `records.${index}.`)),
      ];
    case 'greeting':
      return [];
    default:
      return message satisfies never;
  }
}

function ofFields(fields: SlnpFields, path: string): readonly PersonalField[] {
  return Object.entries(fields)
    .filter(([name]) => hidden.has(name))
    .map(([name, text]) => ({ path: `${path}${name}`, text }));
}

function ofBlock({ parameters, blocks = [] }: SlnpBlock, path: string): readonly PersonalField[] {
  return [
    ...ofFields(parameters, `${path}parameters.`),
    ...blocks.flatMap((block, index) => ofBlock(block, `${path}blocks.${index}.`)),
  ];
}

function ofRecord({ fields, records = [] }: SlnpRecord, path: string): readonly PersonalField[] {
  return [
    ...ofFields(fields, `${path}fields.`),
    ...records.flatMap((record, index) => ofRecord(record, `${path}records.${index}.`)),
  ];
}
