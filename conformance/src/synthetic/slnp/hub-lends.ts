import { AlleBenutzerDaten, FLBestellung, okReply, PFLDatenAenderung } from '@interlend/slnp';
import {
  article,
  asksForReader,
  book,
  borrowersOrder,
  borrowersReport,
  changes,
  cutShort,
  orders,
  otherWord,
  refuses,
  reports,
  takes,
  wrongExpectation,
} from './lines.js';
import type { Line, Script } from './script.js';

const shipped = (note: string, service = 'loan') => ({ type: 'shipped', service, note }) as const;
const isReceived = (service: 'loan' | 'copy' = 'loan'): Line => ({
  kind: 'desk',
  event: { type: 'received', service, receivedOn: '2030-01-10' },
});
const returned = { type: 'returned', returnedOn: '2030-01-20' } as const;
const fromFirst = { SigelGB: 'DE-L1', Signatur: '07/A 1' } as const;
const firstSupplies = shipped('supplied by DE-L1, shelf mark 07/A 1');

const minimalOrder =
  'SLNPFLBestellung\nBsTyp:PFL\nSigelNB:DE-B1\nSigelListe: \nBestellId:20260000205\nXBenutzerNummer:0\nBenutzerNummer:4711\nTitel:Lebensansichten des Katers Murr\nIsbn:   9783150001530\nIssn: \nSignatur:07/A 1\nSLNPEndCommand\n';

/** Conversations in which we borrow: the central server speaks for lenders. */
export const hubLends: readonly Script[] = [
  {
    name: 'lends-loan',
    title: 'A reader is known, a book is ordered, comes and goes back',
    hubFor: 'lender',
    lines: [
      ...asksForReader,
      ...orders(borrowersOrder({ BestellId: '20260000201' })),
      ...changes('20260000201', fromFirst, firstSupplies),
      isReceived(),
      ...reports(returned, borrowersReport('20260000201', 'DE-L1')),
    ],
    requirements: [
      'patron-data',
      'order-pfl',
      'pfl-number-given',
      'data-change',
      'report-return',
      'reply-240',
      'local-only-steps',
    ],
    expect: {
      borrower: 'returned',
      request: { services: ['loan'], item: { title: book.Titel }, patron: { identifier: '4711' } },
      facts: { receivedOn: '2030-01-10', returnedOn: '2030-01-20' },
    },
    mutations: [
      wrongExpectation(2, 'fields.FLBerechtigt', 'N'),
      wrongExpectation(4, 'fields.PFLNummer', '0'),
      otherWord(5, 'parameters.SigelGB', 'DE-L9', { check: 'guard/turn-5', names: 'note' }),
      wrongExpectation(9, 'parameters.Status', 'Shipped'),
      cutShort(3),
    ],
  },
  {
    name: 'lends-copy',
    title: 'A copy comes and is not sent back',
    hubFor: 'lender',
    lines: [
      ...orders(borrowersOrder({ BestellId: '20260000202', ...article })),
      ...changes('20260000202', { SigelGB: 'DE-L2' }, shipped('supplied by DE-L2', 'copy')),
      isReceived('copy'),
    ],
    requirements: ['order-pfl', 'copy-by-article', 'data-change', 'local-only-steps'],
    expect: {
      borrower: 'received',
      request: { services: ['copy'], item: { component: { title: article.AufsatzTitel } } },
    },
    mutations: [
      otherWord(1, 'parameters.AufsatzTitel', 'Vom Gegenbeispiel', {
        check: 'guard/end',
        names: 'request.item.component.title',
      }),
    ],
  },
  {
    name: 'lends-changes-supplier',
    title: 'Another lender supplies in the end',
    hubFor: 'lender',
    lines: [
      ...orders(borrowersOrder({ BestellId: '20260000203' })),
      ...changes('20260000203', fromFirst, firstSupplies),
      ...changes('20260000203', { SigelGB: 'DE-L2' }, { type: 'message', note: 'supplied by DE-L2' }),
      isReceived(),
      ...reports(returned, borrowersReport('20260000203', 'DE-L2')),
    ],
    requirements: ['data-change', 'data-change-replaces', 'report-return'],
    expect: { borrower: 'returned' },
    mutations: [wrongExpectation(9, 'parameters.SigelGB', 'DE-L1')],
  },
  {
    name: 'lends-repeats-change',
    title: 'The same change of data comes twice and has one effect',
    hubFor: 'lender',
    lines: [
      ...orders(borrowersOrder({ BestellId: '20260000204' })),
      ...changes('20260000204', fromFirst, firstSupplies),
      {
        kind: 'hub',
        says: PFLDatenAenderung.create({ PFLNummer: '20260000204', ...fromFirst }),
        verdict: 'repeat',
      },
      { kind: 'own', says: okReply(PFLDatenAenderung.name) },
    ],
    requirements: ['data-change', 'data-change-repeated'],
    expect: { borrower: 'shipped' },
    mutations: [
      otherWord(5, 'parameters.Signatur', '08/B 2', { check: 'guard/turn-5', names: 'repeat' }),
      wrongExpectation(6, 'code', 510),
    ],
  },
  {
    name: 'lends-minimal-order',
    title: 'A short order with an unknown parameter, blank values and blanks before a value',
    hubFor: 'lender',
    lines: [
      { kind: 'hub', says: minimalOrder, means: { type: 'requested' } },
      takes(
        FLBestellung.create({
          BsTyp: 'PFL',
          BestellId: '20260000205',
          SigelNB: 'DE-B1',
          BenutzerNummer: '4711',
          Titel: '',
        }),
      ),
    ],
    requirements: ['order-pfl', 'unknown-parameters', 'blank-values', 'leading-blanks'],
    expect: {
      borrower: 'requested',
      request: {
        item: { title: 'Lebensansichten des Katers Murr', isbn: '9783150001530', callNumber: '07/A 1' },
      },
    },
    mutations: [
      otherWord(1, 'parameters.Isbn', '0', { check: 'guard/end', names: 'request.item.isbn' }),
      wrongExpectation(2, 'command', 'SLNPAlleBenutzerDaten'),
    ],
    documentedBy:
      'LMSCloud/ILLSLNPKoha@6566d48:ILLZFLServerKoha/test/ILLZFLServerKoha_test.txt describes the form; values are made up',
  },
  {
    name: 'lends-repeats-order',
    title: 'The same order comes twice and has one effect',
    hubFor: 'lender',
    lines: [
      ...orders(borrowersOrder({ BestellId: '20260000206' })),
      { kind: 'hub', says: borrowersOrder({ BestellId: '20260000206' }), verdict: 'repeat' },
      takes(borrowersOrder({ BestellId: '20260000206' })),
      ...changes('20260000206', fromFirst, firstSupplies),
    ],
    requirements: ['repeated-order', 'pfl-number-given'],
    expect: { borrower: 'shipped' },
    mutations: [wrongExpectation(4, 'fields.PFLNummer', '0')],
  },
  {
    name: 'lends-conflicting-order',
    title: 'The number of an order comes for another reader and is refused',
    hubFor: 'lender',
    lines: [
      ...orders(borrowersOrder({ BestellId: '20260000207' })),
      ...refuses(
        borrowersOrder({ BestellId: '20260000207', Titel: 'Ein anderes Buch' }),
        510,
        'BestellId bereits verwendet',
        'SLNPEvalError',
      ),
    ],
    requirements: ['conflicting-order'],
    expect: { borrower: 'requested' },
    mutations: [wrongExpectation(4, 'code', 240)],
  },
  {
    name: 'lends-unannounced',
    title: 'A book comes although nobody said so, and goes back',
    hubFor: 'lender',
    lines: [
      ...orders(borrowersOrder({ BestellId: '20260000208' })),
      isReceived(),
      ...reports(returned, borrowersReport('20260000208', undefined)),
    ],
    requirements: ['report-return', 'local-only-steps'],
    expect: { borrower: 'returned' },
    mutations: [wrongExpectation(5, 'parameters.PFLNummer', '0')],
  },
  {
    name: 'lends-reader-unknown',
    title: 'A reader is not known, and the order of another one is taken',
    hubFor: 'lender',
    lines: [
      ...refuses(
        AlleBenutzerDaten.create({ BenutzerNummer: '4799' }),
        510,
        'Benutzer nicht vorhanden',
        'SlnpRequestError',
      ),
      ...asksForReader,
      ...orders(borrowersOrder({ BestellId: '20260000209' })),
    ],
    requirements: ['patron-data', 'order-pfl'],
    expect: { borrower: 'requested' },
    mutations: [wrongExpectation(2, 'code', 520), wrongExpectation(4, 'fields.BenutzerNummer', '4799')],
  },
  {
    name: 'lends-unknown-number',
    title: 'A change of data for a number that nobody gave is refused',
    hubFor: 'lender',
    lines: [
      ...refuses(
        PFLDatenAenderung.create({ PFLNummer: '20260000999', ...fromFirst }),
        510,
        'PFL-Nummer nicht vorhanden',
        'PFLNummerNichtVorhanden',
      ),
      ...orders(borrowersOrder({ BestellId: '20260000210' })),
      ...changes('20260000210', fromFirst, firstSupplies),
    ],
    requirements: ['data-change', 'data-change-unknown-number', 'pfl-number-given'],
    expect: { borrower: 'shipped' },
    mutations: [wrongExpectation(2, 'text', 'PFLNummerNichtPlausibel: PFL-Nummer nicht plausibel')],
    documentedBy:
      'thekesolutions/koha-plugin-slnp-ill answers such a change in this form; values and other turns are made up',
  },
  {
    name: 'lends-late-change',
    title: 'Data of an order change after the book went back',
    hubFor: 'lender',
    lines: [
      ...orders(borrowersOrder({ BestellId: '20260000211' })),
      ...changes('20260000211', fromFirst, firstSupplies),
      isReceived(),
      ...reports(returned, borrowersReport('20260000211', 'DE-L1')),
      ...changes('20260000211', { SigelGB: 'DE-L2' }, { type: 'message', note: 'supplied by DE-L2' }),
    ],
    requirements: ['data-change', 'data-change-replaces', 'report-return'],
    expect: { borrower: 'returned' },
    mutations: [otherWord(9, 'parameters.SigelGB', 'DE-L9', { check: 'guard/turn-9', names: 'note' })],
  },
];
