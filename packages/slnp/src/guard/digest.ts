import { createHash } from 'node:crypto';
import type { SlnpCommand } from '../messages/message.js';

/** SHA-256 of what a command says, in hex, whatever the order of its parameters. */
export function digestOf({ command, parameters, blocks }: SlnpCommand): string {
  const sorted = Object.entries(parameters).sort(([one], [other]) => (one < other ? -1 : 1));
  return createHash('sha256')
    .update(JSON.stringify([command, sorted, blocks ?? []]))
    .digest('hex');
}
