import * as slnp from '@interlend/slnp';
import type { MatchRule } from '@interlend/testing';
import type { Rewriting, RewritingValues } from './live.js';

type Change = (value: string, values: RewritingValues) => string;

const symbol: Change = (value, { written, partner }) =>
  value.trim() === written ? value.replace(written, partner) : value;
/** A number that was made from that of the order, for instance the borrower's own. */
const withOrder: Change = (value, { order }) => value.replace(order.written, order.live);
const particular =
  (name: string, written: string): Change =>
  (value, { particulars }) =>
    value.trim() === written ? value.replace(written, particulars[name] ?? written) : value;
const inTurn =
  (...changes: readonly Change[]): Change =>
  (value, values) =>
    changes.reduce((changed, change) => change(changed, values), value);

/** Values of this run, by the name of the parameter or field that holds them. */
const changes: Readonly<Record<string, Change>> = {
  BestellId: withOrder,
  ExternReferenz: withOrder,
  // The library's own number, once it has given one.
  PFLNummer: (value, values) => values.learned['PFLNummer'] ?? withOrder(value, values),
  SigelNB: symbol,
  SigelGB: symbol,
  SigelListe: (value, values) =>
    value
      .split(':')
      .map((member) => symbol(member, values))
      .join(':'),
  BenutzerNummer: inTurn(particular('reader', '4711'), particular('customer', 'NB-0001')),
  TitelId: particular('record', 'BV000000001'),
};

type ReportPart = keyof slnp.SlnpRules['info2flserver'];

/** What a report must name beside its kind and its order, which every one must. */
const namedBy: Readonly<Record<string, readonly ReportPart[]>> = {
  Shipped: ['lender'],
  NotAvailable: ['lender', 'note'],
  Return: ['borrower', 'pflNumber'],
};
const always: readonly ReportPart[] = ['status', 'orderId', 'side'];

const any = (path: string, why: string): MatchRule => ({ path, rule: 'any', why });
const present = (path: string, why: string): MatchRule => ({ path, rule: 'present', why });

const staffWords = 'the words of staff';
const ofTheSystem = 'a system has its own words';
const ofItsReader = 'the reader is one of the system';

const isAboutReader = (message: slnp.SlnpReply): boolean => message.command === 'SLNPAlleBenutzerDaten';

const written = slnp.rulesFor(undefined).info2flserver;

/** Symbol of the central server in the exchanges. */
export const writtenHub = 'ZFL-TEST';

/**
 * Messages of the exchanges in their own octets, line by line, so that every oddity of their lines is kept; parameters of
 * reports have the names that the rules give them.
 */
export function slnpRewriting({ info2flserver: names, texts }: slnp.SlnpRules): Rewriting {
  const parts = Object.keys(written) as readonly ReportPart[];
  const renamed = new Map(parts.map((part) => [written[part], names[part]]));

  return {
    own: writtenHub,

    rewrite(bytes, values) {
      const text = Buffer.from(bytes).toString('latin1');
      const isReport = /^\s*SLNPInfo2FLServer\b/.test(text);
      const changed = text.replaceAll(
        /^((?:60[13] )?[ \t]*)(\w+)([ \t]*:)([^\r\n]*)/gm,
        (_, blank: string, name: string, colon: string, value: string) => {
          const change = Object.hasOwn(changes, name) ? changes[name] : undefined;
          const said = isReport ? (renamed.get(name) ?? name) : name;
          return `${blank}${said}${colon}${change ? change(value, values) : value}`;
        },
      );
      return new Uint8Array(Buffer.from(changed, 'latin1'));
    },

    learn(message): Readonly<Record<string, string>> {
      const said = message as slnp.SlnpMessage;
      const number = said.kind === 'reply' ? said.fields['PFLNummer'] : undefined;
      return number === undefined ? {} : { PFLNummer: number };
    },

    free(message, { role, isExact }) {
      const said = message as slnp.SlnpMessage;
      if (said.kind === 'reply') {
        return [
          any('text', ofTheSystem),
          any('fields.OKMsg', ofTheSystem),
          // A lender repeats the number that it was told; the borrower's is its own.
          ...(role === 'borrower' && 'PFLNummer' in said.fields
            ? [present('fields.PFLNummer', 'the number of its own')]
            : []),
          ...(isAboutReader(said)
            ? Object.keys(said.fields).map((name) => any(`fields.${name}`, ofItsReader))
            : []),
        ];
      }
      if (isExact || said.kind !== 'command') return [];
      return [
        any(`parameters.${names.dueDate}`, staffWords),
        ...(names.note in said.parameters ? [present(`parameters.${names.note}`, staffWords)] : []),
      ];
    },

    optional(message) {
      const said = message as slnp.SlnpMessage;
      if (said.kind !== 'command') return new Set();
      const must = [...always, ...(namedBy[said.parameters[names.status] ?? ''] ?? [])].map(
        (part) => names[part],
      );
      const may = Object.keys(said.parameters).filter((name) => !must.includes(name));
      return new Set(may.map((name) => `parameters.${name}`));
    },

    refuse: () => slnp.encode(slnp.errorReply(510, texts.orderUnknown)),
  };
}
