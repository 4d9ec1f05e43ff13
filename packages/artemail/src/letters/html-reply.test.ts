import type { LendingEvent } from '@interlend/core';
import { parsePlainMail, toPlainForm } from '@interlend/mail';
import { describe, expect, it } from 'vitest';
import { email } from './email.js';

const now = new Date('2024-03-04T12:00:00Z');
const partner = { from: 'desk@library.example', to: 'ill@partner.example', replies: 'automatic' };
const context = { now, isStrict: false, partner };
const asked: LendingEvent = {
  type: 'requested',
  from: 'borrower',
  request: {
    borrower: { symbol: 'EX:LIB' },
    lender: { symbol: 'EX:PARTNER' },
    services: ['loan'],
    item: { kind: 'monograph', title: 'On Examples' },
  },
};

/** What a reply in HTML, and in nothing else, means for a loan that was asked for. */
async function meaning(html: string, subject = 'Re: Requested Material [ILL EX1001]') {
  const begun = email.begin({ borrower: 'EX:LIB', lender: 'EX:PARTNER', group: 'G', qualifier: 'EX1001' });
  const { guard } = email.say(begun, asked, context);
  const raw = Buffer.from(
    [
      'From: ill@partner.example',
      'To: desk@library.example',
      `Subject: ${subject}`,
      'Date: Wed, 06 Mar 2024 08:00:00 +0000',
      'Message-ID: <1@partner.example>',
      'MIME-Version: 1.0',
      'Content-Type: text/html; charset=utf-8',
      'Content-Transfer-Encoding: base64',
      '',
      Buffer.from(html).toString('base64'),
    ].join('\r\n'),
  );
  return email.receive(guard, parsePlainMail(await toPlainForm(raw)), context);
}

describe('a reply in HTML', () => {
  it('is read by its labels, as Alma lays out a letter', async () => {
    const row = (label: string, value: string): string => `<tr><td><b>${label}: </b>${value}</td></tr>`;
    const step = await meaning(
      `<html><head><title>Letter</title><style>td { color: red }</style></head><body>
        <table cellpadding="5">${row('Request ID', 'EX1001')}${row('Title', 'On Examples &amp; More')}
        ${row('Reject Reason', 'At the bindery')}${row('Note', 'back in <i>May</i>')}</table></body></html>`,
      'Any subject',
    );
    expect(step.event).toEqual({
      type: 'unfilled',
      from: 'lender',
      reason: 'at-bindery',
      note: 'back in May',
    });
  });

  it('is read by its labels where they stand in a column of their own', async () => {
    const step = await meaning(
      `<table><tr><th>Request ID:</th><td>EX1001</td></tr><tr><th>Shipping Date</th><td>: 05/03/2024</td></tr>
        <tr><td><span>Due</span> <span>Date:</span></td><td>05/04/2024</td></tr></table>`,
      'Any subject',
    );
    expect(step.event).toMatchObject({ type: 'shipped', shippedOn: '2024-03-05', due: '2024-04-05' });
  });

  it.each([
    [
      'in a block of its own',
      '<div>Unfilled</div><blockquote type="cite"><p>Shipping Date: 01/01/2024</p></blockquote>',
    ],
    [
      'below the head of the mail that is answered',
      `<p>Unfilled</p><hr><div><b>From:</b> desk@library.example<br><b>Sent:</b> Monday<br><b>To:</b> ILL<br>
        <b>Subject:</b> Requested Material</div><table><tr><td>Shipping Date: 01/01/2024</td></tr></table>`,
    ],
  ])('is not read where it quotes, %s', async (_, html) => {
    expect((await meaning(html)).event).toEqual({ type: 'unfilled', from: 'lender' });
  });

  it('runs nothing and shows nothing that readers do not see', async () => {
    const step = await meaning(
      '<script>Unfilled</script><style>Unfilled</style><p>We are looking for it</p>',
    );
    expect(step).toMatchObject({ verdict: 'noted', needsReview: true });
    expect(step.warnings.join()).not.toContain('Unfilled');
  });
});
