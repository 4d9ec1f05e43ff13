import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

/** One side's octets, or the end of its stream. */
export interface DialogueTurn {
  readonly from: 'client' | 'server';
  readonly text?: string;
  readonly close?: boolean;
}

/** A dialogue that was observed or documented elsewhere. It is read where it lies: it is not ours to copy. */
export interface Dialogue {
  readonly name: string;
  readonly title: string;
  readonly turns: readonly DialogueTurn[];
}

const folder = join(import.meta.dirname, '../../../../shared/reference/slnp');

export const areDialoguesThere = existsSync(folder);

/** Every dialogue of the reference; none where it is not there. */
export const dialogues: readonly Dialogue[] = areDialoguesThere
  ? readdirSync(folder)
      .filter((file) => file.endsWith('.json'))
      .map((file) => ({
        name: file.replace(/\.json$/, ''),
        ...(JSON.parse(readFileSync(join(folder, file), 'utf8')) as Omit<Dialogue, 'name'>),
      }))
  : [];

export function octetsOf(text: string): Uint8Array {
  return new TextEncoder().encode(text);
}

export function textOf(octets: Uint8Array): string {
  return new TextDecoder().decode(octets);
}

/** Everything one side says, in one piece. */
export function streamOf({ turns }: Dialogue, side: DialogueTurn['from']): string {
  return turns.map((turn) => (turn.from === side ? (turn.text ?? '') : '')).join('');
}
