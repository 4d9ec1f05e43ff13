import type { LendingEvent, Role } from '@interlend/core';
import { decode, type EncodeOptions, encode, type IllApdu, isoIll, type SystemId } from '@interlend/iso-ill';
import { type Exchange, exchangeDigest, type Mutation, messageTurns, turnBytes } from '@interlend/testing';
import { toHex } from '@interlend/wire/ber';
import { type LengthStyle, withLengths, withoutInnerSequence } from './ber-variations.js';
import { stateAfter } from './expected-states.js';

/** How the messages of a made-up partner look on the wire. */
export interface WritingStyle {
  readonly lengths: LengthStyle;
  readonly trueOctet: 255 | 1;
  readonly defaults: 'keep' | 'omit' | 'write';
  readonly version: 1 | 2;
  readonly hasInnerSequence: boolean;
}

/** A row of the matrix as the two parties of its made-up conversations. */
export interface Cast {
  /** Folder of the exchanges, and name of the row. */
  readonly system: string;
  readonly software: string;
  readonly profile: string;
  /** Symbol of the partner's library. */
  readonly partner: string;
  /** Symbol of the library under test. */
  readonly own: string;
  readonly style: WritingStyle;
  /** How its messages travel; `1611` when absent. */
  readonly transport?: '499';
  /** Whether the side under test takes it strictly. */
  readonly isStrict?: true;
}

type HeadKey = 'protocolVersionNum' | 'transactionId' | 'serviceDateTime' | 'requesterId' | 'responderId';
type Body<Apdu> = Apdu extends { readonly apdu: 'Forward-Notification' }
  ? Omit<Apdu, Exclude<HeadKey, 'responderId'>>
  : Apdu extends unknown
    ? Omit<Apdu, HeadKey>
    : never;
/** An APDU without the elements that every APDU begins with. A Forward-Notification names another responder than the others. */
export type ApduBody = Body<IllApdu>;

/** Fields of the neutral event behind a message. */
export type Meaning = { readonly type: LendingEvent['type'] } & Readonly<Record<string, unknown>>;

/** Overrides of the elements that every APDU begins with. */
type Head = Partial<Pick<IllApdu, 'serviceDateTime'>>;

/** One turn of a conversation as it is written down here. */
export type Line =
  | {
      readonly kind: 'peer';
      readonly body: ApduBody;
      /** Absent where the message has no meaning to the desk. */
      readonly means: Meaning | undefined;
      readonly verdict?: 'accepted' | 'repeat' | 'noted' | 'refused';
      /** Octets of an earlier turn, counted from 1, once more. */
      readonly again?: number;
      readonly head?: Head;
      readonly note?: string;
    }
  | { readonly kind: 'own'; readonly body: ApduBody; readonly head?: Head }
  | { readonly kind: 'desk'; readonly event: Meaning }
  | { readonly kind: 'timer' };

/** A conversation as it is written down here. */
export interface Script {
  readonly name: string;
  readonly title: string;
  readonly partnerRole: Role;
  readonly lines: readonly Line[];
  readonly requirements: readonly string[];
  readonly expect: Exchange['expect'];
  readonly mutations: readonly Mutation[];
  readonly style?: Partial<WritingStyle>;
  readonly match?: Exchange['match'];
}

const institution = (symbol: string): SystemId => ({
  personOrInstitutionSymbol: { institutionSymbol: symbol },
});

/** Sixteen characters, as the reference server makes them: so they can be exchanged for its own without a change of length. */
function qualifierOf(cast: Cast, name: string): string {
  const text = `${cast.system}${name}`.replaceAll('-', '').toUpperCase();
  let hash = 0;
  for (const character of text) hash = (hash * 31 + character.charCodeAt(0)) % 36 ** 5;
  return `${text.slice(0, 11).padEnd(11, '0')}${hash.toString(36).toUpperCase().padStart(5, '0')}`;
}

/** The requirements that a way of writing shows. */
function habits({ lengths, trueOctet, defaults }: WritingStyle): readonly string[] {
  return [
    ...(lengths.startsWith('indefinite') ? ['indefinite-lengths'] : []),
    ...(lengths === 'long' ? ['long-lengths'] : []),
    ...(trueOctet === 1 ? ['true-as-one'] : []),
    ...(defaults === 'write' ? ['defaults-written'] : []),
  ];
}

/** What a line says in the words of the desk; nothing where the message stands for itself. */
function eventOf(line: Line): Meaning | undefined {
  switch (line.kind) {
    case 'peer':
      return line.means;
    case 'desk':
      return line.event;
    case 'timer':
      return { type: 'expired' };
    case 'own':
      return undefined;
    default:
      return line satisfies never;
  }
}

/** Makes the exchange file of a script: the values of the script, written by our codec in the partner's style. */
export function perform(cast: Cast, script: Script): Exchange {
  const style: WritingStyle = { ...cast.style, ...script.style };
  const qualifier = qualifierOf(cast, script.name);
  // One for the whole row, as for one request with many lenders tried: only the qualifier tells transactions apart.
  const group = `${cast.system}-ILL-1`.toUpperCase();
  const isBorrower = script.partnerRole === 'borrower';
  const requesterId = institution(isBorrower ? cast.partner : cast.own);
  const responderId = institution(isBorrower ? cast.own : cast.partner);
  const ownRole: Role = isBorrower ? 'lender' : 'borrower';
  const writing: EncodeOptions = { trueOctet: style.trueOctet, defaults: style.defaults };

  const apdu = (body: ApduBody, at: number, version: 1 | 2): IllApdu => ({
    protocolVersionNum: version,
    transactionId: {
      initialRequesterId: requesterId,
      transactionGroupQualifier: group,
      transactionQualifier: qualifier,
    },
    serviceDateTime: {
      dateTimeOfThisService: { date: '20240304', time: `10${String(at).padStart(2, '0')}00` },
    },
    requesterId,
    responderId,
    ...body,
  });
  const written = (value: IllApdu): string => {
    const bytes = withLengths(encode(value, writing), style.lengths);
    return toHex(style.hasInnerSequence ? bytes : withoutInnerSequence(bytes));
  };

  const turns: Exchange['turns'][number][] = [];
  let state = 'idle';
  for (const [index, line] of script.lines.entries()) {
    state = stateAfter(ownRole, state, eventOf(line));
    turns.push(turnOf(line, index));
  }

  function turnOf(line: Line, index: number): Exchange['turns'][number] {
    switch (line.kind) {
      case 'peer': {
        const former = line.again === undefined ? undefined : turns[line.again - 1];
        return {
          from: script.partnerRole,
          hex:
            former && 'hex' in former
              ? former.hex
              : written({ ...apdu(line.body, index, style.version), ...line.head }),
          connection: index + 1,
          ...(line.means ? { means: line.means } : {}),
          state,
          verdict: line.verdict ?? 'accepted',
          ...(line.note === undefined ? {} : { note: line.note }),
        };
      }
      case 'own':
        return {
          from: ownRole,
          // An answer has the version of the request.
          hex: toHex(
            isoIll.encode(
              { ...apdu(line.body, index, isBorrower ? style.version : 2), ...line.head },
              { profile: cast.profile },
            ),
          ),
          connection: index + 1,
          verdict: 'accepted',
        };
      case 'desk':
        return { desk: ownRole, event: { ...line.event }, state };
      case 'timer':
        return { timer: ownRole, state };
      default:
        return line satisfies never;
    }
  }

  const messages = messageTurns({ turns });
  const peers = messages.filter(({ from }) => from === script.partnerRole);
  const deviations = peers.flatMap((turn) => decode(turnBytes(turn)).deviations.map(({ code }) => code));
  const isExact = peers.every((turn) => toHex(encode(decode(turnBytes(turn)).message, writing)) === turn.hex);
  return {
    format: 1,
    id: `iso-ill/${cast.system}/${script.name}`,
    title: script.title,
    protocol: 'iso-ill',
    transport: cast.transport ?? '1611',
    peer: {
      software: cast.software,
      profile: cast.profile,
      role: script.partnerRole,
      ...(cast.isStrict ? { mode: 'strict' as const } : {}),
    },
    provenance: {
      origin: 'synthetic',
      source: 'conformance/src/synthetic, written by our own codec',
      licence: 'Apache-2.0',
      redactions: [],
      sha256: exchangeDigest(messages),
    },
    ...(isBorrower ? {} : { opening: { group, qualifier } }),
    codec: {
      roundTrip: isExact ? 'octets' : 'value',
      writing: { trueOctet: style.trueOctet, defaults: style.defaults },
      deviations: [...new Set(deviations)].sort(),
    },
    requirements: [...script.requirements, ...habits(style)],
    match: [...(script.match ?? [])],
    turns,
    expect: script.expect,
    mutations: [...script.mutations],
  };
}
