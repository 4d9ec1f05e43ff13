import fc from 'fast-check';
import type { PlainMail } from './plain-mail.js';

export const sample: PlainMail = {
  from: 'desk@library.example',
  to: 'ill@partner.example',
  subject: 'Request LOAN-1',
  date: '2024-03-04T12:00:00Z',
  messageId: '<ill.TE9BTi0x.1@library.example>',
  text: 'Title: On Examples\n',
};

/** The octets of lines, CRLF between them. */
export const lines = (...texts: readonly string[]): Uint8Array =>
  new Uint8Array(Buffer.from(texts.join('\r\n'), 'utf8'));

const word = fc.stringMatching(/^[A-Za-z0-9]{1,12}$/);
const address = fc.tuple(word, word).map(([local, domain]) => `${local}@${domain}.example`);
const id = fc.tuple(word, word).map(([left, right]) => `<${left}@${right}.example>`);
const oneLine = fc
  .string({ unit: 'grapheme', maxLength: 120 })
  .map((text) => text.replaceAll(/[\p{Cc}\u2028\u2029]/gu, '').trim());
const text = fc
  .array(fc.string({ unit: 'grapheme', maxLength: 200 }), { maxLength: 8 })
  .map((all) => all.map((each) => each.replaceAll(/(?!\t)[\p{Cc}\u2028\u2029]/gu, '')).join('\n'));

/** Any mail that can be written. */
export const anyMail: fc.Arbitrary<PlainMail> = fc.record(
  {
    from: address,
    to: address,
    subject: oneLine,
    text,
    fromName: oneLine.filter((name) => name !== ''),
    date: fc
      .date({
        min: new Date('1990-01-01T00:00:00Z'),
        max: new Date('2090-01-01T00:00:00Z'),
        noInvalidDate: true,
      })
      .map((moment) => moment.toISOString().replace(/\.\d{3}Z/, 'Z')),
    messageId: id,
    inReplyTo: id,
    references: fc.array(id, { minLength: 1, maxLength: 12 }),
    autoSubmitted: fc.constant('auto-generated' as const),
  },
  { requiredKeys: ['from', 'to', 'subject', 'text'] },
);
