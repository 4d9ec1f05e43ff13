import { errorReply } from '@interlend/slnp';
import {
  article,
  book,
  cutShort,
  lendersOrder,
  lendersReport,
  orders,
  otherWord,
  refuses,
  reports,
  takes,
  wrongExpectation,
} from './lines.js';
import type { Meaning, Script } from './script.js';

const shipped: Meaning = { type: 'shipped', service: 'loan', due: '2030-02-01' };
const ships = (id: string) => reports(shipped, lendersReport(id, 'Shipped', { LeihFrist: '01.02.2030' }));
const inShipped = { lender: 'shipped' } as const;

/** Conversations in which we lend: the central server asks for a borrower. */
export const hubBorrows: readonly Script[] = [
  {
    name: 'borrows-loan',
    title: 'A book is lent; that it came back is known here only',
    hubFor: 'borrower',
    lines: [
      ...orders(lendersOrder({ BestellId: '20260000101' })),
      ...ships('20260000101'),
      { kind: 'desk', event: { type: 'checkedIn', checkedInOn: '2030-01-20' } },
    ],
    requirements: ['order-afl', 'reply-echoes-reference', 'report-shipped', 'reply-240', 'local-only-steps'],
    expect: {
      lender: 'checkedIn',
      request: {
        borrower: { symbol: 'DE-B1' },
        lender: { symbol: 'DE-L1' },
        services: ['loan'],
        item: { title: book.Titel, author: book.Verfasser, publicationDate: book.EJahr },
      },
      facts: { due: '2030-02-01', checkedInOn: '2030-01-20' },
    },
    mutations: [
      wrongExpectation(2, 'fields.PFLNummer', 'P0'),
      wrongExpectation(4, 'parameters.Status', 'NotAvailable'),
      otherWord(1, 'parameters.Titel', 'Ein anderes Buch', {
        check: 'guard/end',
        names: 'request.item.title',
      }),
      cutShort(1),
    ],
  },
  {
    name: 'borrows-copy',
    title: 'A copy of an article is sent, and stays there',
    hubFor: 'borrower',
    lines: [
      ...orders(lendersOrder({ BestellId: '20260000102', ...article })),
      ...reports({ type: 'shipped', service: 'copy' }, lendersReport('20260000102', 'Shipped')),
    ],
    requirements: ['order-afl', 'copy-by-article', 'report-shipped'],
    expect: {
      lender: 'shipped',
      request: {
        services: ['copy'],
        item: {
          title: article.Titel,
          volumeIssue: '12 (3)',
          component: {
            title: article.AufsatzTitel,
            author: article.AufsatzAutor,
            pages: article.Seitenangabe,
          },
        },
      },
    },
    mutations: [
      otherWord(1, 'parameters.Seitenangabe', '1-2', {
        check: 'guard/end',
        names: 'request.item.component.pages',
      }),
      wrongExpectation(4, 'parameters.BestellId', '20260000103'),
    ],
  },
  {
    name: 'borrows-unfilled',
    title: 'The lender takes the order and says later that it cannot supply',
    hubFor: 'borrower',
    lines: [
      ...orders(lendersOrder({ BestellId: '20260000104' })),
      ...reports(
        { type: 'unfilled', reason: 'in-use-on-loan' },
        lendersReport('20260000104', 'NotAvailable', { Bemerkung: 'entliehen' }),
      ),
    ],
    requirements: ['order-afl', 'report-not-available', 'refusal-has-words'],
    expect: { lender: 'unfilled', facts: { outcome: { kind: 'unfilled', reason: 'in-use-on-loan' } } },
    mutations: [wrongExpectation(4, 'parameters.Bemerkung', 'vorgemerkt')],
  },
  {
    name: 'borrows-unfilled-in-words',
    title: 'Staff give the reason of a refusal in their own words',
    hubFor: 'borrower',
    lines: [
      ...orders(lendersOrder({ BestellId: '20260000105' })),
      ...reports(
        { type: 'unfilled', reason: 'poor-condition', note: 'Einband beschädigt' },
        lendersReport('20260000105', 'NotAvailable', { Bemerkung: 'Einband beschädigt' }),
      ),
    ],
    requirements: ['report-not-available', 'refusal-has-words'],
    expect: { lender: 'unfilled' },
    mutations: [wrongExpectation(4, 'parameters.Bemerkung', 'nicht lieferbar')],
  },
  {
    name: 'borrows-repeats-order',
    title: 'The same order comes twice and has one effect',
    hubFor: 'borrower',
    lines: [
      ...orders(lendersOrder({ BestellId: '20260000106' })),
      { kind: 'hub', says: lendersOrder({ BestellId: '20260000106' }), verdict: 'repeat' },
      takes(lendersOrder({ BestellId: '20260000106' })),
      ...ships('20260000106'),
    ],
    requirements: ['repeated-order', 'report-shipped'],
    expect: inShipped,
    mutations: [
      otherWord(3, 'parameters.Titel', 'Ein anderes Buch', { check: 'guard/turn-3', names: 'repeat' }),
      wrongExpectation(4, 'fields.OKMsg', 'zweimal'),
    ],
  },
  {
    name: 'borrows-conflicting-order',
    title: 'The number of an order comes with another title and is refused',
    hubFor: 'borrower',
    lines: [
      ...orders(lendersOrder({ BestellId: '20260000107' })),
      ...refuses(
        lendersOrder({ BestellId: '20260000107', Titel: 'Ein anderes Buch' }),
        510,
        'BestellId bereits verwendet',
        'SLNPEvalError',
      ),
      ...ships('20260000107'),
    ],
    requirements: ['conflicting-order', 'order-afl'],
    expect: { ...inShipped, request: { item: { title: book.Titel } } },
    mutations: [wrongExpectation(4, 'code', 520)],
  },
  {
    name: 'borrows-missing-title',
    title: 'An order without its title is answered 520 and changes nothing',
    hubFor: 'borrower',
    lines: [
      ...orders(lendersOrder({ BestellId: '20260000108' })),
      ...refuses(
        'SLNPFLBestellung\nBsTyp:AFL\nSigelNB:DE-B1\nSigelGB:DE-L1\nSigelListe:DE-L1:DE-L2\nBestellId:20260000108\nBenutzerNummer:NB-0001\nSLNPEndCommand\n',
        520,
        'Parameter fehlt: Titel',
        'SlnpRequestError',
      ),
      ...ships('20260000108'),
    ],
    requirements: ['mandatory-parameters', 'colon-in-value'],
    expect: inShipped,
    mutations: [wrongExpectation(4, 'code', 510)],
    documentedBy:
      'LMSCloud/ILLSLNPKoha@6566d48:ILLZFLServerKoha/test/ILLZFLServerKoha_test.txt describes the form; values and other turns are made up',
  },
  {
    name: 'borrows-free-form',
    title: 'An order without a catalogue record is taken, staff decide',
    hubFor: 'borrower',
    lines: [
      ...orders(lendersOrder({ BestellId: '20260000109', BsTyp2: 'F', TitelId: '999999999' })),
      ...reports(
        { type: 'unfilled', reason: 'not-owned' },
        lendersReport('20260000109', 'NotAvailable', { Bemerkung: 'keine Exemplare vorhanden' }),
      ),
    ],
    requirements: ['free-form-order', 'report-not-available'],
    expect: { lender: 'unfilled', request: { services: ['loan'] } },
    mutations: [wrongExpectation(4, 'parameters.Status', 'Shipped')],
  },
  {
    name: 'borrows-report-refused',
    title: 'The central server refuses a report, and staff are told',
    hubFor: 'borrower',
    lines: [
      ...orders(lendersOrder({ BestellId: '20260000110' })),
      ...reports(shipped, lendersReport('20260000110', 'Shipped', { LeihFrist: '01.02.2030' }), {
        kind: 'hub',
        says: errorReply(510, 'Status nicht möglich', 'StatusNichtMoeglich'),
        means: { type: 'errorReported', problem: 'StatusNichtMoeglich', about: 'SLNPInfo2FLServer Shipped' },
      }),
    ],
    requirements: ['report-refused', 'reply-class-binds'],
    expect: inShipped,
    mutations: [
      otherWord(5, 'text', 'Anders: Status nicht möglich', { check: 'guard/turn-5', names: 'problem' }),
    ],
  },
  {
    name: 'borrows-mixed-line-ends',
    title: 'Lines end with LF, commands with CR LF',
    hubFor: 'borrower',
    lines: [...orders(lendersOrder({ BestellId: '20260000111' })), ...ships('20260000111')],
    requirements: ['line-ends', 'order-afl'],
    expect: inShipped,
    mutations: [cutShort(1)],
    writing: { commandEnd: 'crlf' },
  },
  {
    name: 'borrows-crlf',
    title: 'All lines end with CR LF',
    hubFor: 'borrower',
    lines: [...orders(lendersOrder({ BestellId: '20260000112' })), ...ships('20260000112')],
    requirements: ['line-ends', 'order-afl'],
    expect: inShipped,
    mutations: [wrongExpectation(2, 'text', 'SLNPEnd')],
    writing: { lineEnd: 'crlf', commandEnd: 'crlf' },
  },
  {
    name: 'borrows-in-latin-1',
    title: 'A partner writes in ISO 8859-1 where UTF-8 is expected',
    hubFor: 'borrower',
    lines: [
      ...orders(lendersOrder({ BestellId: '20260000113', Titel: 'Über die ästhetische Erziehung' })),
      ...ships('20260000113'),
    ],
    requirements: ['charset-fallback', 'order-afl'],
    expect: { ...inShipped, request: { item: { title: 'Über die ästhetische Erziehung' } } },
    mutations: [
      {
        title: 'the title is in UTF-8 after all',
        turn: 1,
        change: { path: 'parameters.Titel', to: 'Uber die Erziehung' },
        fails: { check: 'codec/deviations', names: 'charset' },
      },
    ],
    writing: { charset: 'iso-8859-1' },
  },
];
