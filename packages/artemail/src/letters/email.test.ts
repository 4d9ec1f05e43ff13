import { advance, type LendingEvent, newTransaction } from '@interlend/core';
import type { PlainMail } from '@interlend/mail';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { MailGuard } from '../guard/guard.js';
import { Letters } from '../tables/letters.js';
import { parseDay } from './dates.js';
import { email } from './email.js';
import { readEmailPartner } from './partner.js';
import { readLetter, readRows, referenceIn } from './read-letter.js';

const now = new Date('2024-03-04T12:00:00Z');
const us = {
  from: 'desk@library.example',
  to: 'ill@partner.example',
  replies: 'automatic',
  invitesAnswers: true,
};
const them = { from: 'ill@partner.example', to: 'desk@library.example', replies: 'automatic' };
const borrowing = { now, isStrict: false, partner: us };
const lending = { now, isStrict: false, partner: them };
const request = {
  borrower: { symbol: 'EX:LIB' },
  lender: { symbol: 'EX:PARTNER' },
  services: ['loan'],
  item: {
    kind: 'monograph',
    title: 'Über Beispiele',
    author: 'Jones',
    isbn: '0000000000',
    publicationDate: '1998',
  },
  needBefore: '2024-05-01',
  note: 'first floor',
} as const;

function asked(): { readonly borrower: MailGuard; readonly lender: MailGuard; readonly letter: PlainMail } {
  const begun = email.begin({ borrower: 'EX:LIB', lender: 'EX:PARTNER', group: 'G', qualifier: 'EX1001' });
  const step = email.say(begun, { type: 'requested', from: 'borrower', request }, borrowing);
  const letter = step.replies[0] as PlainMail;
  const heard = email.receive(undefined, email.decode(email.encode(letter)).message, lending);
  return { borrower: step.guard, lender: heard.guard as MailGuard, letter };
}

const from = (text: string, change: Partial<PlainMail> = {}): PlainMail => ({
  from: 'ill@partner.example',
  to: 'desk@library.example',
  subject: 'Re: Requested Material [ILL EX1001]',
  date: '2024-03-06T08:00:00Z',
  messageId: `<${text.length}.${change.subject ?? ''}@partner.example>`.replaceAll(/[ ()[\]:]/g, ''),
  text,
  ...change,
});

describe('a letter', () => {
  it('asks with a row for each thing, and says how to answer', () => {
    const { letter } = asked();
    expect(letter.subject).toBe('Requested Material [ILL EX1001]');
    expect(letter.text.split('\n').slice(0, 8)).toEqual([
      'Request ID: EX1001',
      'Needed By: 01/05/2024',
      'Title: Über Beispiele',
      'Author: Jones',
      'Publication Date: 1998',
      'ISBN: 0000000000',
      'Request Format: Physical',
      'Note: first floor',
    ]);
    expect(letter.text).toContain(
      'SHIPPED <mailto:desk@library.example?subject=Re%3A%20Requested%20Material',
    );
  });

  it('begins a transaction at the other side, with the same request', () => {
    const { letter, lender } = asked();
    const { event } = email.receive(undefined, letter, lending);
    const { borrower: _, lender: __, ...rest } = request;
    expect(event).toMatchObject({
      type: 'requested',
      request: { ...rest, borrower: { symbol: 'MAIL:desk@library.example' } },
    });
    expect(lender).toMatchObject({ role: 'lender', key: 'EX1001' });
    expect(email.receive(lender, letter, lending)).toMatchObject({ verdict: 'repeat' });
  });

  it.each([
    { type: 'willSupply', from: 'lender', reason: 'on-order' },
    { type: 'unfilled', from: 'lender', reason: 'at-bindery' },
    { type: 'shipped', from: 'lender', service: 'loan', shippedOn: '2024-03-04', due: '2024-04-04' },
    { type: 'renewAnswered', from: 'lender', isAccepted: false },
    { type: 'renewAnswered', from: 'lender', isAccepted: true, due: '2024-05-04' },
    { type: 'recalled', from: 'lender' },
    { type: 'checkedIn', from: 'lender', checkedInOn: '2024-03-04' },
    { type: 'message', from: 'lender', note: 'the second volume follows' },
    { type: 'returned', from: 'borrower', returnedOn: '2024-03-04' },
    { type: 'renewRequested', from: 'borrower', desiredDue: '2024-05-04' },
    { type: 'message', from: 'borrower', note: 'thank you' },
  ] as const satisfies readonly LendingEvent[])('carries $type of the $from', (event) => {
    const sides = asked();
    const [speaker, hearer, saying, hearing] =
      event.from === 'lender'
        ? [sides.lender, sides.borrower, lending, borrowing]
        : [sides.borrower, sides.lender, borrowing, lending];
    const { replies } = email.say(speaker, event, saying);
    const mail = email.decode(email.encode(replies[0] as PlainMail)).message;
    expect(email.correlate(mail).key).toBe('EX1001');
    expect(email.receive(hearer, mail, hearing)).toMatchObject({ verdict: 'accepted', event });
  });

  it.each([
    { type: 'received', from: 'borrower', service: 'loan', receivedOn: '2024-03-04' },
    { type: 'cancelRequested', from: 'borrower' },
    { type: 'lost', from: 'borrower' },
    { type: 'statusQueried', from: 'borrower' },
  ] as const satisfies readonly LendingEvent[])(
    'that is known by its subject alone is proposed: $type',
    (event) => {
      const sides = asked();
      const { replies } = email.say(sides.borrower, event, borrowing);
      const step = email.receive(sides.lender, replies[0] as PlainMail, lending);
      const understood = step.event ?? step.proposals?.[0]?.event;
      expect(understood).toMatchObject(event);
    },
  );

  it('says nothing for which there is none', () => {
    expect(() =>
      email.say(asked().lender, { type: 'conditional', from: 'lender', condition: 'charges' }, lending),
    ).toThrow(expect.objectContaining({ code: 'unsayable-event' }));
  });

  it('answers the newest mail of the other side', () => {
    const { lender, letter } = asked();
    const { replies } = email.say(lender, { type: 'willSupply', from: 'lender' }, lending);
    expect(replies[0]).toMatchObject({ inReplyTo: letter.messageId });
  });

  it('is told apart from every other by its marks and its subject', () => {
    const partner = readEmailPartner(us);
    for (const row of Letters) {
      const label = 'mark' in row ? `${partner.labels[row.mark][0]}: x\n` : '';
      expect(readLetter(from(label, { subject: row.subject }), partner).letter).toEqual(row);
    }
  });

  it('is read by the labels of the partner', () => {
    const partner = readEmailPartner({
      ...us,
      labels: { rejectReason: ['Grund der Ablehnung'], requestId: ['Bestellnummer'] },
    });
    const rows = readRows(
      'Bestellnummer: EX1001\nGRUND DER  ABLEHNUNG : At the bindery\nReject Reason: other',
      partner,
    );
    expect(rows).toEqual({ requestId: 'EX1001', rejectReason: 'At the bindery' });
  });

  it('keeps a reason that no table has as text', () => {
    const { borrower } = asked();
    const step = email.receive(borrower, from('Request ID: EX1001\nReject Reason: Mice ate it\n'), borrowing);
    expect(step.event).toEqual({ type: 'unfilled', from: 'lender', note: 'Mice ate it' });
  });
});

describe('a reply', () => {
  it.each([
    ['SHIPPED', { type: 'shipped', service: 'loan' }],
    ['shipped: by courier', { type: 'shipped', note: 'by courier' }],
    ['Not available.', { type: 'unfilled' }],
    ['Will supply', { type: 'willSupply' }],
    ['\n\nUNFILLED\n\nRegards\n> Request ID: EX1001\n> Shipping Date: 01/01/2024', { type: 'unfilled' }],
    ['Answer: sent\nSome text', { type: 'shipped' }],
  ])('that begins with a word says it: %j', (text, event) => {
    expect(email.receive(asked().borrower, from(text), borrowing)).toMatchObject({
      verdict: 'accepted',
      event,
    });
  });

  it.each(['Sorry, we have to look for it first.', 'RECEIVED', '', 'Is this shipped?'])(
    'that does not is shown to a person: %j',
    (text) => {
      const step = email.receive(asked().borrower, from(text), borrowing);
      expect(step).toMatchObject({ verdict: 'noted', needsReview: true });
      expect(step).not.toHaveProperty('event');
    },
  );

  it('is found by its reference, by the mail it answers, or by its row', () => {
    const { letter } = asked();
    expect(email.correlate(from('x')).key).toBe('EX1001');
    expect(email.correlate(from('x', { subject: 'Hi', inReplyTo: letter.messageId as string })).key).toBe(
      'EX1001',
    );
    expect(email.correlate(from('Request ID: EX1001', { subject: 'Hi' })).key).toBe('EX1001');
    expect(referenceIn('Request for Renewal of a Resource Sharing Request (01UNI0000008)')).toBe(
      '01UNI0000008',
    );
    expect(referenceIn('Hello (x)')).toBeUndefined();
  });

  it('of a stranger begins nothing and changes nothing', () => {
    const { letter, borrower } = asked();
    expect(email.receive(undefined, { ...letter, from: 'evil@elsewhere.example' }, lending)).toMatchObject({
      guard: undefined,
      verdict: 'noted',
    });
    expect(
      email.receive(borrower, from('SHIPPED', { from: 'evil@elsewhere.example' }), borrowing).verdict,
    ).toBe('noted');
  });

  it('means something to the desk, whatever a partner writes', () => {
    const lines = fc.constantFrom(
      'SHIPPED',
      'Request ID: EX1001',
      'Shipping Date: 99/99/2024',
      'Due Date: 01/02/2024',
      'Reject Reason: x',
      'Renew Answer: maybe',
      'Renew Answer: yes',
      'Old Due Date: -',
      'Needed By: soon',
      '> quoted',
      'Note: ',
      ':',
    );
    fc.assert(
      fc.property(
        fc.array(fc.oneof(lines, fc.string()), { maxLength: 8 }),
        fc.constantFrom(...Letters),
        (text, { subject }) => {
          const step = email.receive(asked().borrower, from(text.join('\n'), { subject }), borrowing);
          if (step.event === undefined) return;
          const before = advance(newTransaction('borrower', request), {
            type: 'requested',
            from: 'borrower',
            request,
          });
          try {
            advance(before, step.event);
          } catch (error) {
            expect(error).toMatchObject({ name: 'StateError' });
          }
        },
      ),
      { numRuns: 1000 },
    );
  });
});

describe('the settings of a partner', () => {
  it.each([
    ['partner.labels.rejectReason', { ...us, labels: { rejectReason: 'x' } }],
    ['partner.labels.colour', { ...us, labels: { colour: ['x'] } }],
    ['partner.subjects.NoLetter', { ...us, subjects: { NoLetter: 'x' } }],
    ['partner.answers.shipped', { ...us, answers: { shipped: [] } }],
    ['partner.replies', { ...us, replies: 'sometimes' }],
    ['partner.fromName', { ...us, fromName: 'Desk\r\nBcc: x@y.example' }],
  ])('are refused at %s', (key, settings) => {
    expect(() => email.assertPartner?.(settings)).toThrow(
      expect.objectContaining({ name: 'ConfigError', key }),
    );
  });

  it('may word the letters', () => {
    const worded = {
      ...us,
      openings: { FulOutgoingEmailLetter: 'Dear colleague,\nplease lend us {title}.' },
      subjects: { FulOutgoingEmailLetter: 'Bestellung' },
    };
    const begun = email.begin({ borrower: 'EX:LIB', lender: 'EX:PARTNER', group: 'G', qualifier: 'EX1001' });
    const { replies } = email.say(
      begun,
      { type: 'requested', from: 'borrower', request },
      { ...borrowing, partner: worded },
    );
    expect(replies[0]).toMatchObject({ subject: 'Bestellung [ILL EX1001]' });
    expect((replies[0] as PlainMail).text).toMatch(
      /^Dear colleague,\nplease lend us Über Beispiele\.\n\nRequest ID: EX1001\n/,
    );
  });
});

describe('a day', () => {
  it.each([
    ['04/03/2024', '2024-03-04'],
    ['2024-03-04', '2024-03-04'],
    ['31/02/2024', undefined],
    ['soon', undefined],
  ])('%s is %s', (text, day) => {
    expect(parseDay(text)).toBe(day);
  });
});
