import { command, mandatory, optional, type ParametersOf } from './parameters.js';

const personal = { shows: 'personal' } as const;

/** Reader data, asked by the central server before it takes an order. Central server → borrower's system. */
export const AlleBenutzerDaten = command('SLNPAlleBenutzerDaten', 'documented', {
  /** The reader's number, or login name. */
  BenutzerNummer: mandatory('documented', personal),
});

/**
 * An order. Central server → library system. `PFL` goes to the borrower's system, which gives the order a number of its own;
 * `AFL` asks a lender, and the reply is its answer.
 */
export const FLBestellung = command('SLNPFLBestellung', 'documented', {
  /** Passive (`PFL`) is the borrower's side, active (`AFL`) the lender's. */
  BsTyp: mandatory('documented', { values: ['PFL', 'AFL'] }),
  /** Number of the order at the central server: the year and seven digits. {@link dummyOrderId} is not unique. */
  BestellId: mandatory('documented'),
  /** The borrowing library. */
  SigelNB: mandatory('documented'),
  /** PFL: the reader. AFL: number of the borrowing library at the lender. */
  BenutzerNummer: mandatory('documented', personal),
  Titel: mandatory('documented'),
  /** `C` copy, `F` free-form, `L` loan; `V` is not known. */
  BsTyp2: optional('observed'),
  /** Record number in the union or local catalogue; 999999999 for free-form orders. */
  TitelId: optional('documented'),
  /** The lending library that is asked. */
  SigelGB: optional('observed'),
  /** Possible lenders, separated by colons. */
  SigelListe: optional('documented'),
  /** The borrower's reference: its PFL number. The reply to AFL repeats it. */
  ExternReferenz: optional('observed'),
  /** Record number in the hbz union catalogue. */
  HBZId: optional('observed'),
  MedTyp: optional('observed'),
  /** The particular issue that is wanted. */
  SpecIssue: optional('observed'),
  Vorname: optional('observed', personal),
  Nachname: optional('observed', personal),
  /** Name of an organisation; without a second n. */
  Bezeichung: optional('observed', personal),
  Strasse1: optional('observed', personal),
  AdressZusatz1: optional('observed', personal),
  Plz1: optional('observed', personal),
  Ort1: optional('observed', personal),
  Telefon1: optional('observed', personal),
  Email1: optional('observed', personal),
  Fax1: optional('observed', personal),
  /** Transaction number with which the reader paid. */
  TAN: optional('observed', { shows: 'secret' }),
  /** Needed by; its format is not known. */
  ErledFrist: optional('observed'),
  Verfasser: optional('documented'),
  UnterTitel: optional('observed'),
  ReihenTitel: optional('observed'),
  Koerperschaft: optional('observed'),
  Verlag: optional('documented'),
  EOrt: optional('documented'),
  EJahr: optional('documented'),
  Auflage: optional('documented'),
  Isbn: optional('documented'),
  Issn: optional('documented'),
  Band: optional('documented'),
  Heft: optional('documented'),
  AufsatzAutor: optional('documented'),
  AufsatzTitel: optional('documented'),
  Seitenangabe: optional('documented'),
  Quelle: optional('observed'),
  /** Shelf mark. */
  Signatur: optional('documented'),
  /** List of `KEY:value;`, not public: passed through. */
  Info: optional('observed'),
  Bemerkung: optional('documented'),
  Leihverkehrsart: optional('observed'),
  /** Pick-up place in words. */
  AusgabeOrt: optional('documented'),
  /** Pick-up place as a code. */
  AusgabeOrtNumerisch: optional('observed'),
  KostenUeb: optional('observed'),
  Kostenstelle: optional('observed'),
  MaxKostenKopie: optional('observed'),
});

/** Changed data of an order: who supplies, once a lender has shipped. Central server → borrower's system. */
export const PFLDatenAenderung = command('SLNPPFLDatenAenderung', 'documented', {
  /** The number that the borrower's system gave. */
  PFLNummer: mandatory('observed'),
  SigelGB: optional('observed'),
  Signatur: optional('observed'),
  BestellId: optional('inferred'),
  ErledFrist: optional('inferred'),
});

/**
 * What a library reports. Library system → central server. The command and its three variants are documented, its parameters
 * are not: their names are this project's choice, and the profile's rule `info2flserver` replaces them.
 */
export const Info2FLServer = command('SLNPInfo2FLServer', 'documented', {
  Status: mandatory('chosen', { values: ['Shipped', 'NotAvailable', 'Return'] }),
  BestellId: mandatory('chosen'),
  /** `AFL` from the lender, `PFL` from the borrower. */
  BsTyp: mandatory('chosen', { values: ['AFL', 'PFL'] }),
  SigelGB: optional('chosen'),
  SigelNB: optional('chosen'),
  PFLNummer: optional('chosen'),
  Signatur: optional('chosen'),
  MedienNummer: optional('chosen'),
  LeihFrist: optional('chosen'),
  Bemerkung: optional('chosen'),
});

/** The end of a session. */
export const Quit = command('SLNPQuit', 'documented', {});

/** Login to a SISIS server, older scheme. */
export const ServerInit = command('SLNPServerInit', 'observed', {
  Kennung: mandatory('observed', { shows: 'secret' }),
  Datenbank: optional('observed'),
});

/** Login to a SISIS server, newer scheme. */
export const SysParam = command('SLNPSysParam', 'observed', {
  LoginKennung: mandatory('observed'),
  ZweigStelle: optional('observed'),
  ParTyp: mandatory('observed'),
  SIASPasswort: optional('observed', { shows: 'secret' }),
});

/** What a central server says to a library system. */
export const libraryCommands = [AlleBenutzerDaten, FLBestellung, PFLDatenAenderung] as const;

/** A number that portals give to any order: it names none. */
export const dummyOrderId = '999999999';

/** What a library may report. */
export type InfoStatus = (typeof Info2FLServer)['parameters']['Status']['values'][number];

/** @interface */
export type FLBestellungParameters = ParametersOf<(typeof FLBestellung)['parameters']>;
/** @interface */
export type PFLDatenAenderungParameters = ParametersOf<(typeof PFLDatenAenderung)['parameters']>;
/** @interface */
export type Info2FLServerParameters = ParametersOf<(typeof Info2FLServer)['parameters']>;
