import type { LendingEvent, Role } from '@interlend/core';
import { decode, type EncodeOptions, encode, type SlnpMessage, slnp } from '@interlend/slnp';
import { type Exchange, exchangeDigest, type Mutation, messageTurns, turnBytes } from '@interlend/testing';
import { toHex } from '@interlend/wire/ber';
import { stateAfter } from '../expected-states.js';

/** Fields of the neutral event behind a message. */
export type Meaning = { readonly type: LendingEvent['type'] } & Readonly<Record<string, unknown>>;

/** One turn of a conversation as it is written down here. The partner is a central server, in the place of the other library. */
export type Line =
  | {
      readonly kind: 'hub';
      /** A message, or its text as the partner's software writes it. */
      readonly says: SlnpMessage | string;
      readonly means?: Meaning;
      readonly verdict?: 'accepted' | 'repeat' | 'noted' | 'refused';
      readonly note?: string;
    }
  | { readonly kind: 'own'; readonly says: SlnpMessage }
  | { readonly kind: 'desk'; readonly event: Meaning };

/** A made-up conversation. */
export interface Script {
  readonly name: string;
  readonly title: string;
  /** The side that the central server stands for. */
  readonly hubFor: Role;
  readonly lines: readonly Line[];
  readonly requirements: readonly string[];
  readonly expect: Exchange['expect'];
  readonly mutations: readonly Mutation[];
  /** How the partner writes, where it does not write as we do. */
  readonly writing?: Pick<EncodeOptions, 'charset' | 'lineEnd' | 'commandEnd'>;
  /** Where the form of the partner's messages is written down; without it they are made up. */
  readonly documentedBy?: string;
}

const ownRoleOf = { borrower: 'lender', lender: 'borrower' } as const;

/** Makes the exchange file of a script. */
export function perform(script: Script): Exchange {
  const ownRole = ownRoleOf[script.hubFor];
  const writing = script.writing ?? {};
  const turns: Exchange['turns'][number][] = [];
  let state = 'idle';
  for (const [index, line] of script.lines.entries()) {
    const event = line.kind === 'desk' ? line.event : line.kind === 'hub' ? line.means : undefined;
    state = stateAfter(ownRole, state, event);
    turns.push(turnOf(line, index));
  }

  function turnOf(line: Line, index: number): Exchange['turns'][number] {
    switch (line.kind) {
      case 'hub':
        return {
          from: script.hubFor,
          hex: toHex(
            typeof line.says === 'string' ? new TextEncoder().encode(line.says) : encode(line.says, writing),
          ),
          connection: index + 1,
          ...(line.means ? { means: line.means } : {}),
          ...(state === 'idle' ? {} : { state }),
          verdict: line.verdict ?? 'accepted',
          ...(line.note === undefined ? {} : { note: line.note }),
        };
      case 'own':
        return {
          from: ownRole,
          hex: toHex(slnp.encode(line.says, { profile: 'default' })),
          connection: index + 1,
          verdict: 'accepted',
        };
      case 'desk':
        return { desk: ownRole, event: { ...line.event }, state };
      default:
        return line satisfies never;
    }
  }

  const messages = messageTurns({ turns });
  const hubs = messages.filter(({ from }) => from === script.hubFor);
  const deviations = hubs.flatMap((turn) => decode(turnBytes(turn)).deviations.map(({ code }) => code));
  const isExact = hubs.every((turn) => toHex(encode(decode(turnBytes(turn)).message, writing)) === turn.hex);
  return {
    format: 1,
    id: `slnp/slnp/${script.name}`,
    title: script.title,
    protocol: 'slnp',
    transport: 'tcp',
    peer: { software: 'made-up central server', profile: 'default', role: script.hubFor },
    provenance: {
      // One message of it may have a documented form; its values and the other turns are ours all the same.
      origin: 'synthetic',
      source: script.documentedBy ?? 'conformance/src/synthetic, written by our own codec',
      licence: 'Apache-2.0',
      redactions: [],
      sha256: exchangeDigest(messages),
    },
    codec: {
      roundTrip: isExact ? 'octets' : 'value',
      writing: { ...writing },
      deviations: [...new Set(deviations)].sort(),
    },
    requirements: [...script.requirements, 'encoding-kept'],
    match: [],
    turns,
    expect: script.expect,
    mutations: [...script.mutations],
  };
}
