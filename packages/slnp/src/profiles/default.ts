import { marked } from '@interlend/core';
import type { Info2FLServerNames, ReasonBucket, ReplyTexts, SlnpProfile } from './rules.js';

const info2flserver: Info2FLServerNames = {
  status: 'Status',
  orderId: 'BestellId',
  side: 'BsTyp',
  lender: 'SigelGB',
  borrower: 'SigelNB',
  pflNumber: 'PFLNummer',
  shelfmark: 'Signatur',
  itemId: 'MedienNummer',
  dueDate: 'LeihFrist',
  note: 'Bemerkung',
};

const texts: ReplyTexts = {
  accepted: 'Bestellung angenommen',
  notSupplied: 'nicht lieferbar',
  patronUnknown: 'Benutzer nicht vorhanden',
  patronBlocked: 'Benutzer nicht zur Fernleihe berechtigt',
  orderConflict: 'BestellId bereits verwendet',
  orderUnknown: 'BestellId nicht vorhanden',
  statusImpossible: 'Status nicht möglich',
  pflNumberUnknown: 'PFL-Nummer nicht vorhanden',
  pflNumberImplausible: 'PFL-Nummer nicht plausibel',
  libraryUnknown: 'Bibliothek hier nicht bekannt',
  unreadable: 'Kommando nicht lesbar',
  parameterMissing: 'Parameter fehlt:',
  valueInvalid: 'Wert ungültig:',
  commandUnknown: 'Kommando nicht bekannt:',
};

/** The first bucket with a word in the text counts. */
const reasons: readonly ReasonBucket[] = [
  { words: ['vorgemerkt', 'vormerk', 'reserviert'], reason: 'on-reserve' },
  { words: ['bestellt', 'in bearbeitung'], reason: 'in-process' },
  { words: ['nicht ausleihbar', 'nicht verleihbar', 'präsenz', 'lesesaal'], reason: 'non-circulating' },
  { words: ['entliehen', 'ausgeliehen', 'verliehen'], reason: 'in-use-on-loan' },
  { words: ['verlust', 'verloren', 'vermisst'], reason: 'lost' },
  { words: ['nicht am standort', 'nicht auffindbar'], reason: 'not-on-shelf' },
  { words: ['keine exemplare', 'nicht vorhanden', 'kein bestand'], reason: 'not-owned' },
];

const chosen = 'nothing public says so';

/** How a peer is spoken to of which nothing more is known. */
export const fallback: SlnpProfile = {
  name: 'default',
  title: 'Any central server or library system',
  rules: {
    greeting: marked('auto', 'chosen', 'some servers greet and some do not'),
    greets: marked('role', 'chosen', chosen),
    login: marked('none', 'documented', 'peers are told apart by port, tunnel and certificate'),
    lineEnd: marked('lf', 'observed', 'a CR breaks one old client'),
    commandEnd: marked('lf', 'observed'),
    blankLineAfterReply: marked(false, 'chosen', chosen),
    quitReply: marked('240', 'observed', 'SISIS servers do'),
    bareQuit: marked(false, 'observed', 'the bare word is understood by newer servers only'),
    records: marked('604', 'observed'),
    charset: marked('utf-8', 'documented', 'for Koha; others announce theirs or do not say'),
    escaping: marked('none', 'chosen', 'the one escaping that is known is not decoded by its own software'),
    emptyParameters: marked('accept', 'observed', 'absent, empty and blank mean the same'),
    repeatedOrder: marked('answer-again', 'chosen', chosen),
    lenderAnswer: marked('async', 'documented', 'one of two ways; staff decide after the reply'),
    info2flserver: marked(info2flserver, 'chosen', 'no parameter of this command is public'),
    texts: marked(texts, 'chosen', 'the texts are free'),
    reasons: marked(reasons, 'chosen', 'reasons are free text'),
    connectTimeoutMs: marked(10_000, 'chosen', chosen),
    replyTimeoutMs: marked(30_000, 'observed', 'of a portal in front of a central server'),
    idleTimeoutMs: marked(300_000, 'chosen', chosen),
  },
};
