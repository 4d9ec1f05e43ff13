import { optional, type ParametersOf } from './parameters.js';

const personal = { shows: 'personal' } as const;

/** Fields of the reply to `SLNPAlleBenutzerDaten`. Which of them a system tells is not public. */
export const PatronReply = {
  /** The reader's password, which some central servers compare themselves. Never told by this project. */
  OpacPin: optional('observed', { shows: 'secret' }),
  BenutzerNummer: optional('inferred', personal),
  Vorname: optional('inferred', personal),
  Nachname: optional('inferred', personal),
  GeburtsDatum: optional('inferred', personal),
  Alter: optional('inferred', personal),
  Strasse1: optional('inferred', personal),
  AdressZusatz1: optional('inferred', personal),
  Plz1: optional('inferred', personal),
  Ort1: optional('inferred', personal),
  Telefon1: optional('inferred', personal),
  Email1: optional('inferred', personal),
  Fax1: optional('inferred', personal),
  /** Whether interlibrary loan is open to the reader. */
  FLBerechtigt: optional('chosen', { values: ['J', 'N'] }),
  /** Why not. */
  Sperre: optional('chosen', personal),
} as const;

/** Fields of the reply to `SLNPFLBestellung`. */
export const OrderReply = {
  /** PFL: the number that the borrower's system gives. AFL: `ExternReferenz` again. */
  PFLNummer: optional('documented'),
  /** For staff. */
  OKMsg: optional('documented'),
} as const;

/** @interface */
export type PatronReplyFields = ParametersOf<typeof PatronReply>;
/** @interface */
export type OrderReplyFields = ParametersOf<typeof OrderReply>;
