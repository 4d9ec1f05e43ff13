import type { SlnpCommand, SlnpReply } from './messages/message.js';

/** A command, whether a table knows it or not. */
export const command = (
  name: string,
  parameters: SlnpCommand['parameters'],
  blocks?: SlnpCommand['blocks'],
): SlnpCommand => ({ kind: 'command', command: name, parameters, ...(blocks && { blocks }) });
/** A reply of one line, and what else is told. */
export const reply = (code: number, text: string, more: Partial<SlnpReply> = {}): SlnpReply => ({
  kind: 'reply',
  code,
  text,
  fields: {},
  ...more,
});
