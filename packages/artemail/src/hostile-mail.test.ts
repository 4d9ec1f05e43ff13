import { isInterlendError, type LendingEvent } from '@interlend/core';
import { formatMail, messageIdFor, toPlainForm } from '@interlend/mail';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { artemail } from './british-library/artemail.js';
import type { ArtMessage } from './british-library/messages.js';
import { automatic, begun } from './british-library/ordering.test-support.js';
import { email } from './letters/email.js';

const inputs = Number(process.env['INTERLEND_FUZZ_INPUTS'] ?? 5000);
const key = 'EX1001';
const messageId = messageIdFor({ key, serial: 1, domain: 'library.example' });
const mail = (from: string, ...rest: readonly string[]): string =>
  [`From: ${from}`, 'To: desk@library.example', `In-Reply-To: ${messageId}`, ...rest].join('\r\n');
const inParts = (type: string, ...parts: readonly string[]): readonly string[] => [
  `Content-Type: multipart/${type}; boundary=x`,
  '',
  ...parts.flatMap((part) => ['--x', part]),
  '--x--',
];

/** Mails of every kind that comes, from which the others are made. */
const seeds: readonly string[] = [
  mail(
    'artemail@bl.example',
    'Subject: Replies',
    'Message-ID: <1@bl.example>',
    '',
    `${key} NOT*NUKL\r\n${key} USE*3  soon`,
  ),
  mail('artemail@bl.example', 'Subject: ARTEMAIL FILE REJECTED FILEREFNO 7', '', 'ERROR A03'),
  mail(
    'ill@partner.example',
    `Subject: Lender Ship Email Letter [ILL ${key}]`,
    '',
    `Request ID: ${key}\r\nShipping Date: 05/03/2024\r\nDue Date: 05/04/2024`,
  ),
  mail(
    'ill@partner.example',
    `Subject: Re: Requested Material [ILL ${key}]`,
    'Content-Transfer-Encoding: quoted-printable',
    'Content-Type: text/plain; charset=iso-8859-1',
    '',
    'Shipped: per Bot=\r\n=F6 \r\n\r\n> Request ID: x',
  ),
  mail(
    'ill@partner.example',
    'Subject: =?UTF-8?B?R3LDtsOfZQ==?=',
    ...inParts(
      'alternative',
      'Content-Type: text/plain\r\n\r\nUnfilled',
      'Content-Type: text/html\r\n\r\n<table><tr><td><b>Reject Reason:</b> Lost</td></tr></table>',
    ),
  ),
  mail(
    'ill@partner.example',
    'Subject: Requested Material',
    'Content-Type: text/html; charset=utf-8',
    'Content-Transfer-Encoding: base64',
    '',
    Buffer.from(`<p>Request ID: ${key}</p><p>Title: T</p><p>Request Format: Physical</p>`).toString('base64'),
  ),
  mail(
    'MAILER-DAEMON@mx.example',
    'Auto-Submitted: auto-replied',
    ...inParts(
      'report; report-type=delivery-status',
      'Content-Type: message/delivery-status\r\n\r\nReporting-MTA: dns; x\r\n\r\nAction: failed\r\nStatus: 5.1.1\r\nFinal-Recipient: rfc822; a@b.example',
      `Content-Type: text/rfc822-headers\r\n\r\nMessage-ID: ${messageId}`,
    ),
  ),
  mail('ill@partner.example', 'Auto-Submitted: auto-replied', 'Subject: Away', '', 'I am away'),
  Buffer.from(artemail.encode(begun().order)).toString('latin1'),
];

const pieces = [
  '\r\n',
  '\n',
  '\r',
  '\0',
  '\r\n\r\n',
  '--x\r\n',
  '--x--\r\n',
  'Content-Type: multipart/mixed; boundary=x\r\n\r\n',
  'Content-Type: message/rfc822\r\n\r\n',
  'Content-Transfer-Encoding: base64\r\n',
  'From: evil@elsewhere.example\r\n',
  'Content-Type: text/plain; charset=utf-16\r\n',
  '=?UTF-8?B?',
  '?=',
  '=\r\n',
  '<',
  '>',
  '"',
  '(',
  ';',
  '@',
  '<blockquote>',
  '&#0;',
  '\u00ff\u00fe',
  `${key} `,
  'NNNN\r\n',
  'TX',
  ' '.repeat(200),
];

/** A seed with octets taken out, put in, turned over, doubled, or brought together with those of another one. */
const mutated = fc
  .tuple(
    fc.constantFrom(...seeds),
    fc.array(fc.tuple(fc.nat(), fc.nat({ max: 5 }), fc.constantFrom(...pieces), fc.constantFrom(...seeds)), {
      minLength: 1,
      maxLength: 5,
    }),
  )
  .map(([seed, edits]) =>
    edits.reduce((text, [where, kind, piece, other]) => {
      const at = where % (text.length + 1);
      const rest = text.slice(at);
      switch (kind) {
        case 0:
          return text.slice(0, at);
        case 1:
          return text.slice(0, at) + rest.slice(1 + (where % 9));
        case 2:
          return text.slice(0, at) + String.fromCharCode(where % 256) + rest.slice(1);
        case 3:
          return text.slice(0, at) + rest.slice(0, 60) + rest;
        case 4:
          return text.slice(0, at) + other.slice(where % other.length);
        default:
          return text.slice(0, at) + piece + rest;
      }
    }, seed),
  );

const partner = { from: 'desk@library.example', to: 'ill@partner.example', replies: 'automatic' };
const lending = { ...automatic, partner };
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
const letters = email.say(
  email.begin({ borrower: 'EX:LIB', lender: 'EX:PARTNER', group: 'G', qualifier: key }),
  asked,
  lending,
).guard;

/** What was read is written and read the same, or cannot be said: a line that begins with a colon, for instance. */
function writtenAgain(message: ArtMessage): string {
  try {
    expect(artemail.decode(artemail.encode(message)).message).toEqual(message);
    return 'written';
  } catch (error) {
    if (!isInterlendError(error) || error.name !== 'EncodeError') throw error;
    return error.code;
  }
}

/** What becomes of a mail in each of the two protocols. What is no mail throws a DecodeError and nothing else. */
async function outcomesOf(octets: Uint8Array): Promise<readonly string[]> {
  const outcomes: string[] = [];
  const attempt = (run: () => string): void => {
    try {
      outcomes.push(run());
    } catch (error) {
      if (!isInterlendError(error) || error.name !== 'DecodeError') throw error;
      outcomes.push(error.code);
    }
  };
  let plain: Uint8Array;
  try {
    plain = await toPlainForm(artemail.conceal?.(octets, automatic.partner) ?? octets, {
      own: ['desk@library.example'],
    });
  } catch (error) {
    if (!isInterlendError(error) || error.name !== 'DecodeError') throw error;
    return [error.code];
  }
  attempt(() => {
    const { message } = artemail.decode(plain);
    artemail.correlateAll?.(message);
    artemail.describe(message);
    outcomes.push(writtenAgain(message));
    const step = artemail.receive(begun().guard, message, automatic);
    expect(step.replies).toEqual([]);
    expect(step.guard?.pending.length ?? 0).toBeLessThanOrEqual(32);
    return `artemail ${step.verdict}`;
  });
  attempt(() => {
    const { message } = email.decode(plain);
    email.correlate(message);
    email.describe(message);
    for (const guard of [letters, undefined])
      expect(email.receive(guard, message, lending).replies).toEqual([]);
    return `email ${email.receive(letters, message, lending).verdict}`;
  });
  return outcomes;
}

describe(`${inputs} mutated mails`, () => {
  it('mean something or nothing, or are no mails; none is answered by itself', {
    timeout: 3_600_000,
  }, async () => {
    const counts = new Map<string, number>();
    const before = process.memoryUsage().heapUsed;
    const start = performance.now();
    let slowest = 0;
    await fc.assert(
      fc.asyncProperty(mutated, async (text) => {
        const began = performance.now();
        for (const outcome of await outcomesOf(Buffer.from(text, 'latin1')))
          counts.set(outcome, (counts.get(outcome) ?? 0) + 1);
        slowest = Math.max(slowest, performance.now() - began);
      }),
      { numRuns: inputs },
    );
    if (inputs > 5000) {
      const seconds = (performance.now() - start) / 1000;
      const heapGrowthMiB = (process.memoryUsage().heapUsed - before) / 2 ** 20;
      console.log({ ...Object.fromEntries(counts), seconds, slowestMs: slowest, heapGrowthMiB });
    }
    // The mutations must reach every kind of outcome, or they prove little.
    for (const outcome of [
      'artemail accepted',
      'artemail noted',
      'email accepted',
      'email noted',
      'badly-structured',
    ])
      expect(counts.get(outcome), outcome).toBeGreaterThan(0);
  });
});

describe('an answering machine', () => {
  it('is not answered, however often it writes', () => {
    const away = email.decode(
      formatMail({ from: partner.to, to: partner.from, subject: 'Away', text: 'Away' }),
    ).message;
    let guard = letters;
    for (let times = 0; times < 200; times++) {
      const step = email.receive(
        guard,
        { ...away, messageId: `<${times}@x.example>`, nature: 'automatic' },
        lending,
      );
      expect(step).toMatchObject({ verdict: 'noted', replies: [] });
      if (step.guard) guard = step.guard;
    }
    expect(guard.pending).toEqual([]);
    expect(guard.serial).toBe(letters.serial);
  });

  it('is told by our letters that nobody waits for it', () => {
    const { replies } = email.say(
      letters,
      { type: 'returned', from: 'borrower', returnedOn: '2024-03-04' },
      lending,
    );
    expect(
      Buffer.from(email.encode(replies[0] ?? { from: '', to: '', subject: '', text: '' })).toString(),
    ).toContain('\r\nAuto-Submitted: auto-generated\r\n');
  });
});

describe('text of a partner in a letter of ours', () => {
  it.each(['T\r\nBcc: evil@elsewhere.example', 'T\n\nSHIPPED', 'T\u2028Bcc: x', 'T\0\u0085Bcc: x'])(
    'begins no line of its header: %j',
    (title) => {
      const event = {
        ...asked,
        request: { ...(asked.type === 'requested' ? asked.request : {}), item: { title } },
      };
      const start = email.begin({ borrower: 'EX:LIB', lender: 'EX:PARTNER', group: 'G', qualifier: key });
      const { replies } = email.say(start, event as LendingEvent, lending);
      const [header = ''] = Buffer.from(
        email.encode(replies[0] ?? { from: '', to: '', subject: '', text: '' }),
      )
        .toString()
        .split('\r\n\r\n');
      expect(header).not.toMatch(/^(bcc|shipped)/im);
    },
  );
});
