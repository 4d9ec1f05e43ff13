import { DecodeError, type Item, type LendingRequest, type ServiceType } from '@interlend/core';
import type { SlnpFields, SlnpMessage } from '../messages/message.js';
import { parseDate } from './dates.js';

/** Whether an order asks for a copy: it says so, or names an article. */
export function serviceOf({ BsTyp2, AufsatzAutor, AufsatzTitel }: SlnpFields): ServiceType {
  return BsTyp2 === 'C' || AufsatzAutor !== undefined || AufsatzTitel !== undefined ? 'copy' : 'loan';
}

type Defined<T> = { [Key in keyof T]: Exclude<T[Key], undefined> };

/** Leaves out what is undefined. */
function known<T extends object>(values: T): Partial<Defined<T>> {
  return Object.fromEntries(Object.entries(values).filter(([, value]) => value !== undefined)) as Partial<
    Defined<T>
  >;
}

/** As {@link known}, or `undefined` when nothing is left. */
function knownOrNothing<T extends object>(values: T): Partial<Defined<T>> | undefined {
  const rest = known(values);
  return Object.keys(rest).length > 0 ? rest : undefined;
}

function joined(separator: string, ...parts: readonly (string | undefined)[]): string | undefined {
  const present = parts.filter((part) => part !== undefined);
  return present.length > 0 ? present.join(separator) : undefined;
}

function toItem(order: SlnpFields): Item {
  return known({
    kind: order['Issn'] !== undefined || order['Heft'] !== undefined ? ('serial' as const) : undefined,
    title: order['Titel'],
    subTitle: order['UnterTitel'],
    author: order['Verfasser'],
    sponsoringBody: order['Koerperschaft'],
    publisher: order['Verlag'],
    placeOfPublication: order['EOrt'],
    publicationDate: order['EJahr'],
    edition: order['Auflage'],
    series: order['ReihenTitel'],
    volumeIssue: joined(' ', order['Band'], order['Heft'] === undefined ? undefined : `(${order['Heft']})`),
    component: knownOrNothing({
      title: order['AufsatzTitel'],
      author: order['AufsatzAutor'],
      pages: order['Seitenangabe'],
    }),
    isbn: order['Isbn'],
    issn: order['Issn'],
    callNumber: order['Signatur'],
    additionalNumbers: joined(
      '; ',
      ...(['TitelId', 'HBZId', 'SpecIssue'] as const).map((name) =>
        order[name] === undefined ? undefined : `${name} ${order[name]}`,
      ),
    ),
    verificationSource: order['Quelle'],
  });
}

function toPatron(order: SlnpFields): LendingRequest['patron'] {
  // In a lender's order the number is the borrowing library's: no reader is behind it.
  if (order['BsTyp'] !== 'PFL') return undefined;
  return knownOrNothing({
    name: joined(' ', order['Vorname'], order['Nachname']) ?? order['Bezeichung'],
    identifier: order['BenutzerNummer'],
  });
}

/**
 * The neutral request in an order. The borrower's own order may name no lender yet: its symbol is empty then. What the
 * neutral model has no place for stays readable in the message.
 *
 * @throws DecodeError `badly-structured` for any other message
 */
export function toRequest(message: SlnpMessage): LendingRequest {
  if (message.kind !== 'command' || message.command !== 'SLNPFLBestellung') {
    throw new DecodeError('badly-structured', 'expected SLNPFLBestellung', { offset: 0 });
  }
  const { parameters: order } = message;
  const service = serviceOf(order);
  return {
    borrower: { symbol: order['SigelNB'] ?? '' },
    lender: { symbol: order['SigelGB'] ?? '' },
    services: [service],
    item: toItem(order),
    ...known({
      patron: toPatron(order),
      deliverTo:
        order['AusgabeOrt'] === undefined ? undefined : { postal: { extended: order['AusgabeOrt'] } },
      needBefore: order['ErledFrist'] === undefined ? undefined : parseDate(order['ErledFrist']),
      maximumCost: order['MaxKostenKopie'] === undefined ? undefined : { value: order['MaxKostenKopie'] },
      accountNumber: order['Kostenstelle'],
      note: order['Bemerkung'],
    }),
  };
}
