import { email, personalFields } from '@interlend/artemail';
import { formatMail, type PlainMail, parsePlainMail } from '@interlend/mail';
import { redactMessage } from '@interlend/testing';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { protocolsUnderTest } from '../run/protocols.js';
import { keptMail } from './mail-form.js';
import { recorderFor } from './recorder-for.js';

const cast = { own: 'desk@library.example', partner: 'ill@partner.example', customerCode: '12-3456' };
const put = protocolsUnderTest.get('email');
if (!put) throw new Error('no e-mail');
const { redaction } = recorderFor(put, 'lender');
const letter = (more: Partial<PlainMail> = {}): PlainMail => ({
  from: 'ill@partner.example',
  to: 'desk@library.example',
  subject: 'Lender Ship Email Letter [ILL REQ0001]',
  date: '2026-01-31T10:00:00Z',
  messageId: '<1@partner.example>',
  text: 'Request ID: REQ0001\nTitle: On Examples\n',
  ...more,
});
const textOf = (bytes: Uint8Array | undefined): string => Buffer.from(bytes ?? []).toString('latin1');
const shownOf = (mail: PlainMail): string => {
  const redacted = redactMessage(formatMail(mail), redaction);
  if (!redacted) throw new Error('it cannot be redacted');
  const { fromName = '', text } = parsePlainMail(redacted.bytes);
  return `${fromName}\n${text}`;
};

describe('the form in which a mail is kept', () => {
  it('is the one in which it came, where it reads the same', async () => {
    const came = `Received: from [192.0.2.7] (mx [192.0.2.7])\r\n\tby post.example\r\n${textOf(formatMail(letter()))}`;
    const { bytes, redactions } = await keptMail(Buffer.from(came), true, cast);
    expect(textOf(bytes)).toBe(came.replaceAll('192.0.2.7', 'xxxxxxxxx'));
    expect(redactions).toEqual(['mail.received']);
  });

  it('is one plain text where there is a field that nobody reads', async () => {
    const came = `X-Patron: Rossi\r\nReply-To: Rossi <rossi@home.example>\r\n${textOf(formatMail(letter()))}`;
    const { bytes } = await keptMail(Buffer.from(came), true, cast);
    expect(textOf(bytes)).not.toMatch(/rossi/i);
    expect(email.decode(bytes).message).toMatchObject(letter());
  });

  it('is one plain text of what came in parts', async () => {
    const html = Buffer.from('<p>Request ID: REQ0001</p><p>Title: On Größe</p>').toString('base64');
    const head = textOf(formatMail(letter())).split('\r\nMIME-Version')[0];
    const came = `${head}\r\nMIME-Version: 1.0\r\nContent-Type: text/html; charset=utf-8\r\nContent-Transfer-Encoding: base64\r\n\r\n${html}\r\n`;
    const { bytes } = await keptMail(Buffer.from(came), true, cast);
    expect(email.decode(bytes).message.text).toContain('Title: On Größe');
  });

  it('has the libraries and the account of the suite', async () => {
    const order = letter({
      from: 'ill@uni.example',
      to: 'bl@other.example',
      text: '98-7654\nPW\n\nTXA1 S LOAN\nT\n\nNNNN\n',
    });
    const { bytes, redactions } = await keptMail(formatMail(order), false, cast);
    expect(parsePlainMail(bytes)).toMatchObject({
      from: cast.own,
      to: cast.partner,
      text: expect.stringMatching(/^12-3456\n/),
    });
    expect([...redactions].sort()).toEqual(['file.account.customerCode', 'mail.from', 'mail.to']);
  });
});

describe('redaction of a mail', () => {
  it('hides who wrote it, addresses, and lines that no table lists', () => {
    const mail = letter({
      fromName: 'Anna Bianchi',
      text: 'Dear Mr Rossi,\nRequest ID: REQ0001\nTitle: On Examples\nPatron: Mario Rossi\nNote: ask rossi@home.example\n',
    });
    const shown = shownOf(mail);
    for (const secret of ['Bianchi', 'Rossi', 'rossi@home.example']) expect(shown).not.toContain(secret);
    expect(shown).toContain('Request ID: REQ0001\nTitle: On Examples\n');
  });

  it('would show a patron whom only the protocol’s own fields are asked about', () => {
    const careless = {
      ...redaction,
      personalFields: (message: unknown) => personalFields(message as PlainMail),
    };
    const shown = redactMessage(formatMail(letter({ text: 'Patron: Mario Rossi\n' })), careless);
    expect(textOf(shown?.bytes)).toContain('Rossi');
  });

  it('hides a name in any letters, also where a line is broken in it', () => {
    const name = fc.stringMatching(/^[A-Za-zÄÖÜäöüßéøñ][A-Za-zÄÖÜäöüßéøñ .-]{3,30}[A-Za-zÄÖÜäöüßéøñ]$/);
    let kept = 0;
    fc.assert(
      fc.property(name, fc.nat({ max: 70 }), (patron, at) => {
        const bytes = formatMail(letter({ text: `Title: ${'é'.repeat(at)}\nPatron: ${patron}\n` }));
        const redacted = redactMessage(bytes, redaction);
        if (!redacted) return;
        kept += 1;
        expect(redacted.bytes).toHaveLength(bytes.length);
        expect(parsePlainMail(redacted.bytes).text).not.toContain(patron);
      }),
      { numRuns: 200 },
    );
    expect(kept).toBeGreaterThan(180);
  });
});
