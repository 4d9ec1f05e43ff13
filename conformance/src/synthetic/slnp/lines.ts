import {
  AlleBenutzerDaten,
  dataReply,
  errorReply,
  FLBestellung,
  type FLBestellungParameters,
  Info2FLServer,
  type Info2FLServerParameters,
  okReply,
  PFLDatenAenderung,
  type SlnpCommand,
} from '@interlend/slnp';
import type { Mutation } from '@interlend/testing';
import type { Line, Meaning } from './script.js';

export const borrowingLibrary = 'DE-B1';
export const lendingLibrary = 'DE-L1';

const accepted = 'Bestellung angenommen';
const requested = { type: 'requested' } as const;

type Order = Partial<FLBestellungParameters> & { readonly BestellId: string };

export const book = {
  Titel: 'Lebensansichten des Katers Murr',
  Verfasser: 'Hoffmann, E. T. A.',
  EJahr: '1820',
  TitelId: 'BV000000001',
} as const;

export const article = {
  Titel: 'Beispiele. Zeitschrift für Muster',
  AufsatzTitel: 'Vom Beispiel',
  AufsatzAutor: 'Muster, M.',
  Band: '12',
  Heft: '3',
  Seitenangabe: '45-67',
  BsTyp2: 'C',
} as const;

/** What a lender is asked. */
export function lendersOrder(order: Order): SlnpCommand {
  return FLBestellung.create({
    BsTyp: 'AFL',
    SigelNB: borrowingLibrary,
    SigelGB: lendingLibrary,
    BenutzerNummer: 'NB-0001',
    ExternReferenz: `P${order.BestellId}`,
    ...book,
    ...order,
  });
}

/** What the borrower's system is told. */
export function borrowersOrder(order: Order): SlnpCommand {
  return FLBestellung.create({
    BsTyp: 'PFL',
    SigelNB: borrowingLibrary,
    SigelListe: 'DE-L1:DE-L2',
    BenutzerNummer: '4711',
    ...book,
    ...order,
  });
}

/** An order, and the reply that takes it. */
export function orders(order: SlnpCommand): readonly Line[] {
  return [{ kind: 'hub', says: order, means: requested }, takes(order)];
}

/** The reply that takes an order: it has the lender's reference, or the borrower's own number. */
export function takes({ parameters }: SlnpCommand): Line {
  const number = parameters['BsTyp'] === 'PFL' ? parameters['BestellId'] : parameters['ExternReferenz'];
  return {
    kind: 'own',
    says: dataReply(FLBestellung.name, {
      ...(number !== undefined && { PFLNummer: number }),
      OKMsg: accepted,
    }),
  };
}

/** The reader is asked about first. */
export const asksForReader: readonly Line[] = [
  { kind: 'hub', says: AlleBenutzerDaten.create({ BenutzerNummer: '4711' }) },
  {
    kind: 'own',
    says: dataReply(AlleBenutzerDaten.name, {
      BenutzerNummer: '4711',
      Vorname: 'Erika',
      Nachname: 'Beispiel',
      FLBerechtigt: 'J',
    }),
  },
];

/** What staff does, the report that must follow, and the reply of the central server. */
export function reports(
  event: Meaning,
  report: Info2FLServerParameters,
  reply: Line = done,
): readonly Line[] {
  return [{ kind: 'desk', event }, { kind: 'own', says: Info2FLServer.create(report) }, reply];
}

export const done: Line = { kind: 'hub', says: okReply(Info2FLServer.name) };

/** A report of the lender about an order. */
export function lendersReport(
  id: string,
  Status: 'Shipped' | 'NotAvailable',
  more: Partial<Info2FLServerParameters> = {},
): Info2FLServerParameters {
  return {
    Status,
    BestellId: id,
    BsTyp: 'AFL',
    SigelGB: lendingLibrary,
    SigelNB: borrowingLibrary,
    PFLNummer: `P${id}`,
    ...more,
  };
}

/** The borrower's report that the item is on its way back. */
export function borrowersReport(id: string, lender: string | undefined): Info2FLServerParameters {
  return {
    Status: 'Return',
    BestellId: id,
    BsTyp: 'PFL',
    ...(lender !== undefined && { SigelGB: lender }),
    SigelNB: borrowingLibrary,
    PFLNummer: id,
  };
}

/** The borrower's system is told who supplies. */
export function changes(
  id: string,
  change: { readonly SigelGB?: string; readonly Signatur?: string },
  means: Meaning,
): readonly Line[] {
  return [
    { kind: 'hub', says: PFLDatenAenderung.create({ PFLNummer: id, ...change }), means },
    { kind: 'own', says: okReply(PFLDatenAenderung.name) },
  ];
}

/** Something that is answered, and has no effect. */
export function refuses(
  says: SlnpCommand | string,
  code: number,
  text: string,
  symbol: string,
): readonly Line[] {
  return [
    { kind: 'hub', says, verdict: 'refused' },
    { kind: 'own', says: errorReply(code, text, symbol) },
  ];
}

/** A copy in which the partner expects another value of our message than it should. */
export function wrongExpectation(turn: number, path: string, to: string | number): Mutation {
  return {
    title: `another ${path} expected`,
    turn,
    change: { path, to },
    fails: { check: `guard/turn-${turn}`, names: path },
  };
}

/** A copy in which the partner says something else than it should. */
export function otherWord(
  turn: number,
  path: string,
  to: string | number,
  fails: Mutation['fails'],
): Mutation {
  return { title: `another ${path} said`, turn, change: { path, to }, fails };
}

/** A copy whose message ends early. */
export function cutShort(turn: number): Mutation {
  return {
    title: 'the last octets are missing',
    turn,
    change: { cut: 4 },
    fails: { check: `codec/turn-${turn}`, names: 'SLNPEndCommand' },
  };
}
