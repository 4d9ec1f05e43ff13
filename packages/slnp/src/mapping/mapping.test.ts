import { describe, expect, it } from 'vitest';
import { AlleBenutzerDaten, FLBestellung, Info2FLServer, PFLDatenAenderung } from '../messages/commands.js';
import { greetingAttributes, parseErrorText } from '../messages/message.js';
import { dataReply, errorReply, okReply } from '../messages/replies.js';
import { personalFields } from '../personal-fields.js';
import { rulesFor } from '../profiles/index.js';
import { formatDate, parseDate } from './dates.js';
import { toRequest } from './read-request.js';
import { reasonOf, wordsOf } from './reasons.js';
import { toEvent } from './to-event.js';

const rules = rulesFor(undefined);
const hearing = { rules, service: 'loan', today: '2026-03-04' } as const;
const everything = FLBestellung.create({
  ...Object.fromEntries(Object.keys(FLBestellung.parameters).map((name) => [name, `a ${name}`])),
  BsTyp: 'PFL',
  BestellId: '1',
  SigelNB: 'DE-B1',
  SigelGB: 'DE-L1',
  BenutzerNummer: '4711',
  Titel: 'A title',
  ErledFrist: '31.12.2026',
});

describe('an order as a request', () => {
  it('has a place for what the desk knows', () => {
    expect(toRequest(everything)).toEqual({
      borrower: { symbol: 'DE-B1' },
      lender: { symbol: 'DE-L1' },
      services: ['copy'],
      item: {
        kind: 'serial',
        title: 'A title',
        subTitle: 'a UnterTitel',
        author: 'a Verfasser',
        sponsoringBody: 'a Koerperschaft',
        publisher: 'a Verlag',
        placeOfPublication: 'a EOrt',
        publicationDate: 'a EJahr',
        edition: 'a Auflage',
        series: 'a ReihenTitel',
        volumeIssue: 'a Band (a Heft)',
        component: { title: 'a AufsatzTitel', author: 'a AufsatzAutor', pages: 'a Seitenangabe' },
        isbn: 'a Isbn',
        issn: 'a Issn',
        callNumber: 'a Signatur',
        additionalNumbers: 'TitelId a TitelId; HBZId a HBZId; SpecIssue a SpecIssue',
        verificationSource: 'a Quelle',
      },
      patron: { name: 'a Vorname a Nachname', identifier: '4711' },
      deliverTo: { postal: { extended: 'a AusgabeOrt' } },
      needBefore: '2026-12-31',
      maximumCost: { value: 'a MaxKostenKopie' },
      accountNumber: 'a Kostenstelle',
      note: 'a Bemerkung',
    });
  });

  it('to a lender has no reader: its number is the borrowing library’s', () => {
    const order = { ...everything, parameters: { ...everything.parameters, BsTyp: 'AFL' } };
    expect(toRequest(order)).not.toHaveProperty('patron');
  });

  it('is nothing else', () => {
    expect(() => toRequest(okReply('x'))).toThrow(expect.objectContaining({ code: 'badly-structured' }));
  });
});

describe('what a central server hears and a library says', () => {
  const afl = FLBestellung.create({
    BsTyp: 'AFL',
    BestellId: '1',
    SigelNB: 'DE-B1',
    BenutzerNummer: '1',
    Titel: 'x',
  });

  it.each([
    ['Shipped', { LeihFrist: '2026-04-01' }, { type: 'shipped', due: '2026-04-01' }],
    ['NotAvailable', { Bemerkung: 'Leider entliehen' }, { type: 'unfilled', reason: 'in-use-on-loan' }],
    ['Return', {}, { type: 'returned', from: 'borrower', returnedOn: '2026-03-04' }],
  ] as const)('%s', (Status, more, meaning) => {
    const report = Info2FLServer.create({ Status, BestellId: '1', BsTyp: 'AFL', ...more });
    expect(toEvent(report, hearing)).toMatchObject(meaning);
  });

  it('an order is answered yes, no, or not at all', () => {
    const answered = { ...hearing, answered: afl };
    expect(toEvent(dataReply('SLNPFLBestellung', { OKMsg: 'ja' }), answered)).toEqual({
      type: 'willSupply',
      from: 'lender',
      note: 'ja',
    });
    expect(toEvent(errorReply(510, 'Es existieren keine Exemplare', 'SlnpRequestError'), answered)).toEqual({
      type: 'unfilled',
      from: 'lender',
      reason: 'not-owned',
      note: 'Es existieren keine Exemplare',
    });
    expect(toEvent(errorReply(520, 'x'), answered)).toMatchObject({ type: 'errorReported', problem: '520' });
    expect(toEvent(errorReply(510, 'x'), hearing)).toBeUndefined();
  });

  it('a change of data ships', () => {
    expect(toEvent(PFLDatenAenderung.create({ PFLNummer: '1' }), hearing)).toEqual({
      type: 'shipped',
      from: 'lender',
      service: 'loan',
    });
    expect(toEvent(AlleBenutzerDaten.create({ BenutzerNummer: '1' }), hearing)).toBeUndefined();
  });
});

describe('reasons', () => {
  it('that have German words are read back as the same', () => {
    const reasons = [
      'in-use-on-loan',
      'in-process',
      'lost',
      'non-circulating',
      'not-owned',
      'on-reserve',
      'not-on-shelf',
    ] as const;
    for (const reason of reasons) expect(reasonOf(wordsOf(reason, 'x'), rules.reasons)).toBe(reason);
  });

  it('that have none are said in the words of the list, or as the profile has it', () => {
    expect(wordsOf('poor-condition', 'x')).toBe('In poor condition');
    expect(wordsOf(undefined, 'x')).toBe('x');
    expect(wordsOf(99, 'x')).toBe('x');
    expect(reasonOf('etwas anderes', rules.reasons)).toBe('other');
  });
});

describe('texts', () => {
  it('of dates in three forms', () => {
    for (const text of ['1.4.2026', '01.04.2026', '2026-04-01', '20260401'])
      expect(parseDate(text)).toBe('2026-04-01');
    for (const text of ['', '31.02.2026', 'bald', '2026-13-01']) expect(parseDate(text)).toBeUndefined();
    expect(formatDate('2026-04-01')).toBe('01.04.2026');
  });

  it('of errors and greetings', () => {
    expect(parseErrorText('SlnpRequestError: x: y')).toEqual({ symbol: 'SlnpRequestError', words: 'x: y' });
    expect(parseErrorText('nicht da')).toEqual({ words: 'nicht da' });
    expect(greetingAttributes({ kind: 'greeting', text: 'SLNP A@Version:V4@charset:UTF-8' })).toEqual({
      version: 'V4',
      charset: 'UTF-8',
    });
    expect(greetingAttributes({ kind: 'greeting', text: 'hello' })).toEqual({});
  });
});

describe('personal fields', () => {
  it('are the reader’s and secrets, wherever they stand', () => {
    expect(personalFields(everything).map(({ path }) => path)).toEqual(
      expect.arrayContaining([
        'parameters.BenutzerNummer',
        'parameters.Nachname',
        'parameters.TAN',
        'parameters.Email1',
      ]),
    );
    expect(personalFields(everything).map(({ text }) => text)).not.toContain('A title');
    const reply = dataReply('X', { OpacPin: '1234' }, [
      { fields: { Kennwort: 'a' }, records: [{ fields: { Sperre: 'b' } }] },
    ]);
    expect(personalFields(reply)).toEqual([
      { path: 'fields.OpacPin', text: '1234' },
      { path: 'records.0.fields.Kennwort', text: 'a' },
      { path: 'records.0.records.0.fields.Sperre', text: 'b' },
    ]);
    expect(personalFields({ kind: 'greeting', text: 'x' })).toEqual([]);
  });
});
