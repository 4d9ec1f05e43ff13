import { type ArtMessage, encodeArt, type Order } from '@interlend/artemail';
import type { LendingEvent, Role } from '@interlend/core';
import { formatMail, type PlainMail } from '@interlend/mail';
import { type Exchange, exchangeDigest, type Mutation, messageTurns } from '@interlend/testing';
import { toHex } from '@interlend/wire/ber';
import { stateAfter } from '../expected-states.js';

/** Fields of the neutral event behind a mail. */
export type Meaning = { readonly type: LendingEvent['type'] } & Readonly<Record<string, unknown>>;

/** One turn of a conversation. `{n}` stands for the request number. */
export type Line =
  | {
      readonly kind: 'partner';
      readonly subject?: string;
      readonly text: string;
      readonly means?: Meaning;
      readonly verdict?: 'repeat' | 'noted';
      /** The mail of an earlier turn once more, counted from 1. */
      readonly again?: number;
      readonly note?: string;
    }
  | { readonly kind: 'order'; readonly order: Omit<Order, 'requestNumber'> }
  | { readonly kind: 'letter'; readonly subject: string; readonly text: string; readonly answers?: number }
  | { readonly kind: 'desk'; readonly event: Meaning };

/** A made-up conversation. */
export interface Script {
  readonly name: string;
  readonly title: string;
  readonly partnerRole: Role;
  readonly lines: readonly Line[];
  readonly requirements: readonly string[];
  readonly expect: Exchange['expect'];
  readonly mutations: readonly Mutation[];
}

/** Who writes to whom. */
export interface MailCast {
  readonly protocol: 'artemail' | 'email';
  /** Folder of the exchanges. */
  readonly folder: string;
  readonly software: string;
  readonly profile: string;
  readonly own: string;
  readonly partner: string;
}

export const BritishLibraryCast: MailCast = {
  protocol: 'artemail',
  folder: 'british-library',
  software: 'made-up replies of the British Library',
  profile: 'british-library',
  own: 'desk@library.example',
  partner: 'artemail@bl.example',
};

export const LetterCast: MailCast = {
  protocol: 'email',
  folder: 'letters',
  software: 'made-up letters in the form of Alma',
  profile: 'alma',
  own: 'desk@library.example',
  partner: 'ill@partner.example',
};

/** The symbols that the two have in messages which name no library. */
export function symbolsOf({ own, partner }: MailCast, partnerRole: Role) {
  const [ours, theirs] = [{ symbol: `MAIL:${own}` }, { symbol: `MAIL:${partner}` }];
  return partnerRole === 'lender' ? { borrower: ours, lender: theirs } : { borrower: theirs, lender: ours };
}

/** Sixteen characters with a digit, as the reference server makes them. */
function numberOf({ folder }: MailCast, name: string): string {
  let hash = 7;
  for (const character of `${folder}/${name}`) hash = (hash * 31 + character.charCodeAt(0)) % 36 ** 6;
  const letters = name.replaceAll(/[^a-z]/g, '').toUpperCase();
  return `${letters.slice(0, 9).padEnd(9, 'X')}0${hash.toString(36).toUpperCase().padStart(6, '0')}`;
}

/** Makes the exchange file of a script. */
export function perform(cast: MailCast, script: Script): Exchange {
  const ownRole: Role = script.partnerRole === 'lender' ? 'borrower' : 'lender';
  const number = numberOf(cast, script.name);
  const filled = (text: string): string => text.replaceAll('{n}', number);
  const turns: Exchange['turns'][number][] = [];
  const partnersId = (turn: number): string => `<${script.name}.${turn}@${cast.partner.split('@')[1]}>`;
  const minute = (turn: number): string => `2024-03-04T10:${String(turn).padStart(2, '0')}:00Z`;
  let state = 'idle';
  for (const [index, line] of script.lines.entries()) {
    const event = line.kind === 'desk' ? line.event : line.kind === 'partner' ? line.means : undefined;
    state = stateAfter(ownRole, state, event);
    turns.push(turnOf(line, index));
  }

  function turnOf(line: Line, index: number): Exchange['turns'][number] {
    const ours = {
      from: cast.own,
      to: cast.partner,
      date: minute(index),
      messageId: `<${index}@${cast.own.split('@')[1]}>`,
    };
    switch (line.kind) {
      case 'partner': {
        const former = line.again === undefined ? undefined : turns[line.again - 1];
        const mail: PlainMail = {
          from: cast.partner,
          to: cast.own,
          subject: filled(line.subject ?? 'Replies'),
          date: minute(index),
          messageId: partnersId(index + 1),
          text: filled(line.text),
        };
        return {
          from: script.partnerRole,
          hex: former && 'hex' in former ? former.hex : toHex(formatMail(mail)),
          connection: index + 1,
          ...(line.means ? { means: line.means } : {}),
          state,
          verdict: line.verdict ?? 'accepted',
          ...(line.note === undefined ? {} : { note: line.note }),
        };
      }
      case 'order': {
        const message: ArtMessage = {
          kind: 'orders',
          mail: { ...ours, subject: 'FILEREFNO 1' },
          file: { account: { customerCode: '12-3456' }, orders: [{ requestNumber: number, ...line.order }] },
        };
        return { from: ownRole, hex: toHex(encodeArt(message)), connection: index + 1, verdict: 'accepted' };
      }
      case 'letter': {
        const mail: PlainMail = {
          ...ours,
          subject: filled(line.subject),
          ...(line.answers === undefined
            ? {}
            : { inReplyTo: partnersId(line.answers), references: [partnersId(line.answers)] }),
          autoSubmitted: 'auto-generated',
          text: filled(line.text),
        };
        return { from: ownRole, hex: toHex(formatMail(mail)), connection: index + 1, verdict: 'accepted' };
      }
      case 'desk':
        return { desk: ownRole, event: { ...line.event }, state };
      default:
        return line satisfies never;
    }
  }

  const messages = messageTurns({ turns });
  return {
    format: 1,
    id: `${cast.protocol}/${cast.folder}/${script.name}`,
    title: script.title,
    protocol: cast.protocol,
    transport: 'smtp',
    peer: { software: cast.software, profile: cast.profile, role: script.partnerRole },
    provenance: {
      origin: 'synthetic',
      source: 'conformance/src/synthetic, written by our own codec',
      licence: 'Apache-2.0',
      redactions: [],
      sha256: exchangeDigest(messages),
    },
    ...(ownRole === 'borrower'
      ? { opening: { group: `${cast.folder}-1`.toUpperCase(), qualifier: number } }
      : {}),
    codec: { roundTrip: 'octets', writing: {}, deviations: [] },
    requirements: [...script.requirements],
    match: [],
    turns,
    expect: script.expect,
    mutations: [...script.mutations],
  };
}
