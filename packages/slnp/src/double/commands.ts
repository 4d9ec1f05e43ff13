import { AlleBenutzerDaten, FLBestellung, PFLDatenAenderung } from '../messages/commands.js';
import type { SlnpCommand } from '../messages/message.js';
import { type HubOrder, type OrderTask, presentLender } from './order.js';

/** Parameters that a lender's order does not have: they are the reader's, or the reader's library's. */
const borrowersOnly: readonly string[] = [
  'BenutzerNummer',
  'Vorname',
  'Nachname',
  'Bezeichung',
  'Strasse1',
  'AdressZusatz1',
  'Plz1',
  'Ort1',
  'Telefon1',
  'Email1',
  'Fax1',
  'TAN',
  'AusgabeOrt',
  'AusgabeOrtNumerisch',
];

/** What a task says, and to which library. */
export function commandFor(
  task: OrderTask,
  order: HubOrder,
): { readonly to: string; readonly command: SlnpCommand } {
  const { id, borrower, fields, rota, pflNumber } = order;
  const lender = presentLender(order);
  const title = fields['Titel'] ?? '';
  const reader = fields['BenutzerNummer'] ?? '';
  switch (task) {
    case 'askPatron':
      return { to: borrower, command: AlleBenutzerDaten.create({ BenutzerNummer: reader }) };
    case 'orderPfl':
      return {
        to: borrower,
        command: FLBestellung.create({
          BsTyp: 'PFL',
          BestellId: id,
          SigelNB: borrower,
          SigelListe: rota.join(':'),
          ...fields,
          BenutzerNummer: reader,
          Titel: title,
        }),
      };
    case 'orderAfl':
      return {
        to: lender ?? '',
        command: FLBestellung.create({
          BsTyp: 'AFL',
          BestellId: id,
          SigelNB: borrower,
          SigelGB: lender,
          ExternReferenz: pflNumber,
          ...Object.fromEntries(Object.entries(fields).filter(([name]) => !borrowersOnly.includes(name))),
          // At the lender the borrowing library is the patron.
          BenutzerNummer: borrower,
          Titel: title,
        }),
      };
    case 'changeData':
      return {
        to: borrower,
        command: PFLDatenAenderung.create({
          PFLNummer: pflNumber ?? '',
          SigelGB: lender,
          Signatur: order.shelfmark,
        }),
      };
    default:
      return task satisfies never;
  }
}
