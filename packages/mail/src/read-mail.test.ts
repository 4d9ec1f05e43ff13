import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { messageIdFor, relatedKeys } from './correlation.js';
import { formatMail } from './format-mail.js';
import { anyMail, lines } from './mail-samples.test-support.js';
import { parsePlainMail } from './parse-plain-mail.js';
import { toPlainForm } from './plain-form.js';
import { readMail } from './read-mail.js';

const head = ['From: ILL Desk <ill@partner.example>', 'To: desk@library.example', 'Subject: Re: LOAN-1'];

describe('readMail', () => {
  it('reads the rows of a letter in HTML as label and value', async () => {
    const mail = await readMail(
      lines(
        ...head,
        'Content-Type: text/html; charset=utf-8',
        '',
        '<html><head><style>b { x: y }</style><title>Letter</title></head><body>',
        '<table><tr><td><b>Request ID: </b></td><td>01UNI0000008</td></tr>',
        '<tr><td><b>Title</b>: Foo &amp; Bar</td></tr></table><p>Yours<br>A. Desk</p><script>x()</script></body></html>',
      ),
    );
    expect(mail.text).toBe('Request ID: 01UNI0000008\nTitle: Foo & Bar\nYours\nA. Desk');
  });

  it('takes the plain part of two, and names what it left out', async () => {
    const mail = await readMail(
      lines(
        ...head,
        'Content-Type: multipart/mixed; boundary=x',
        '',
        '--x',
        'Content-Type: multipart/alternative; boundary=y',
        '',
        '--y',
        'Content-Type: text/plain; charset=iso-8859-1',
        'Content-Transfer-Encoding: quoted-printable',
        '',
        'Gr=F6=DFe',
        '--y',
        'Content-Type: text/html',
        '',
        '<b>other</b>',
        '--y--',
        '--x',
        'Content-Type: application/pdf; name=a.pdf',
        'Content-Disposition: attachment',
        '',
        'x',
        '--x--',
      ),
    );
    expect(mail.text.trim()).toBe('Größe');
    expect(mail.leftOut).toEqual(['1 attachment']);
  });

  it('reads a bounce and finds the mail that it is about', async () => {
    const messageId = messageIdFor({ key: 'LOAN-1', serial: 2, domain: 'library.example' });
    const mail = await readMail(
      lines(
        'From: MAILER-DAEMON@mx.partner.example',
        'To: desk@library.example',
        'Subject: Undelivered',
        'Auto-Submitted: auto-replied',
        'Content-Type: multipart/report; report-type=delivery-status; boundary=x',
        '',
        '--x',
        'Content-Type: text/plain',
        '',
        'Sorry.',
        '--x',
        'Content-Type: message/delivery-status',
        '',
        'Reporting-MTA: dns; mx.partner.example',
        '',
        'Final-Recipient: rfc822; fine@partner.example',
        'Action: delivered',
        'Status: 2.0.0',
        '',
        'Final-Recipient: rfc822; ill@partner.example',
        'Action: failed',
        'Status: 5.1.1',
        'Diagnostic-Code: smtp; 550 5.1.1',
        '    no such user',
        '--x',
        'Content-Type: text/rfc822-headers',
        '',
        `Message-ID: ${messageId}`,
        'Subject: Request',
        '--x--',
      ),
    );
    expect(mail).toMatchObject({
      nature: 'bounce',
      bounce: {
        action: 'failed',
        status: '5.1.1',
        recipient: 'ill@partner.example',
        diagnostic: '550 5.1.1 no such user',
        messageId,
      },
    });
    expect(relatedKeys(mail)).toEqual(['LOAN-1']);
  });

  it.each([
    ['automatic', ['Auto-Submitted: auto-replied (vacation)']],
    ['automatic', ['Precedence: auto_reply']],
    ['automatic', ['X-Autoreply: yes']],
    [undefined, ['Auto-Submitted: auto-generated', 'Precedence: bulk']],
    [undefined, []],
  ])('judges a mail as %s with %j', async (nature, fields) => {
    expect((await readMail(lines(...fields, ...head, '', 'x'))).nature).toBe(nature);
  });

  it('knows a mail of its own and one that goes in circles', async () => {
    const own = await readMail(lines(...head, '', 'x'), { own: ['ILL@partner.example'] });
    expect(own.nature).toBe('loop');
    const hops = Array.from({ length: 101 }, (_, hop) => `Received: from a by b with SMTP id ${hop}`);
    expect((await readMail(lines(...hops, ...head, '', 'x'))).nature).toBe('loop');
    expect((await readMail(lines(...hops.slice(1), ...head, '', 'x'))).nature).toBeUndefined();
  });

  it.each([
    ['proven', 'Authentication-Results: mx.library.example; dkim=pass header.d=partner.example'],
    ['proven', 'Authentication-Results: mx.library.example; spf=pass smtp.mailfrom=x@partner.example'],
    [
      'disproved',
      'Authentication-Results: mx.library.example; dkim=pass header.d=partner.example; dmarc=fail',
    ],
    [undefined, 'Authentication-Results: mx.library.example; dkim=pass header.d=evil.example'],
    [undefined, 'Authentication-Results: mx.evil.example; dkim=pass header.d=partner.example'],
    [undefined, 'Received: from evil by mx\r\nAuthentication-Results: mx.library.example; dmarc=pass'],
  ])('believes only its own server about the sender: %s for %s', async (proof, field) => {
    const mail = await readMail(lines(field, ...head, '', 'x'), { trustedAuthority: 'mx.library.example' });
    expect(mail.proof).toBe(proof);
  });

  it('takes no findings from the mail itself', async () => {
    const mail = await readMail(
      lines('Interlend-Proof: proven', 'Interlend-Nature: bounce', ...head, '', 'x'),
    );
    expect(mail).not.toHaveProperty('proof');
    expect(mail).not.toHaveProperty('nature');
  });

  it.each([
    ['two senders', 'badly-structured', lines('From: a@b.example', ...head, '', 'x')],
    ['no sender', 'badly-structured', lines('To: a@b.example', '', 'x')],
    ['a sender without address', 'badly-structured', lines('From: Somebody', '', 'x')],
    ['too many octets', 'limit', lines(...head, '', 'x'.repeat(5 * 1024 * 1024))],
    ['endless headers', 'limit', lines(...head, `X: ${'x'.repeat(200_000)}`, '', 'x')],
  ])('refuses %s', async (_, code, bytes) => {
    await expect(readMail(bytes)).rejects.toMatchObject({ name: 'DecodeError', code });
  });

  it('stops at parts within parts', async () => {
    const open = Array.from({ length: 40 }, (_, depth) => [
      `Content-Type: multipart/mixed; boundary=b${depth}`,
      '',
      `--b${depth}`,
    ]).flat();
    await expect(readMail(lines(...head, ...open, '', 'x'))).rejects.toMatchObject({ code: 'limit' });
  });

  it('says so when the charset is not what it claims', async () => {
    const bytes = Buffer.concat([
      Buffer.from([...head, 'Content-Type: text/plain; charset=utf-8', '', ''].join('\r\n')),
      Buffer.from([0x47, 0xf6, 0xdf]),
    ]);
    expect((await readMail(bytes)).leftOut).toEqual(['characters that do not fit the charset']);
    const unknown = await readMail(
      lines(...head, 'Content-Type: text/plain; charset=klingon', '', 'plain text'),
    );
    expect(unknown.text.trim()).toBe('plain text');
  });

  it('cuts a text that has no end', async () => {
    const mail = await readMail(lines(...head, '', 'x'.repeat(600_000)));
    expect(mail.text).toHaveLength(512 * 1024);
    expect(mail.leftOut).toEqual(['the end of a long text']);
  });

  it('gives what can be written again, or a DecodeError, whatever comes', async () => {
    const marks = [
      '\r\n',
      '=?UTF-8?B?',
      '--x',
      'Content-Type: multipart/mixed; boundary=x\r\n\r\n',
      '\0',
      '<',
      '"',
    ];
    await fc.assert(
      fc.asyncProperty(
        anyMail,
        fc.array(fc.tuple(fc.nat(), fc.oneof(fc.constantFrom(...marks), fc.string())), { maxLength: 6 }),
        async (mail, cuts) => {
          let text = Buffer.from(formatMail(mail)).toString('latin1');
          for (const [at, piece] of cuts) {
            const place = at % (text.length + 1);
            text = text.slice(0, place) + piece + text.slice(place);
          }
          try {
            parsePlainMail(await toPlainForm(Buffer.from(text, 'latin1')));
          } catch (error) {
            expect(error).toMatchObject({ name: 'DecodeError' });
          }
        },
      ),
      { numRuns: 1000 },
    );
  });
});
