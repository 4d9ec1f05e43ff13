import { decode, encode, type IllApdu, type IllString, personalFields, randomApdu } from '@interlend/iso-ill';
import { redactMessage } from '@interlend/testing';
import { seededRandom } from '@interlend/wire/ber/random';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { isoIllUnderTest as put } from '../run/protocols.js';
import { recorderFor } from './recorder-for.js';

const { redaction } = recorderFor(put, 'borrower');
const isHidden = (text: string) => /^[x ]*$/.test(text);
const requestWith = (clientName: IllString): IllApdu => ({
  apdu: 'ILL-Request',
  protocolVersionNum: 2,
  transactionId: { transactionGroupQualifier: 'G', transactionQualifier: 'Q' },
  serviceDateTime: { dateTimeOfThisService: { date: '20260131', time: '100000' } },
  illServiceType: ['loan'],
  requesterOptionalMessages: {
    canSendReceived: true,
    canSendReturned: true,
    requesterShipped: 'desires',
    requesterCheckedIn: 'desires',
  },
  clientId: { clientName },
  itemId: { title: 'The Theory of Examples' },
});

describe('redaction of ISO ILL', () => {
  it('leaves no personal text and no other length in any APDU', () => {
    let withReader = 0;
    fc.assert(
      fc.property(fc.integer(), fc.constantFrom('ILL-Request' as const, 'Shipped' as const), (seed, kind) => {
        const bytes = encode(randomApdu(seededRandom(seed), kind));
        withReader += personalFields(decode(bytes).message).length > 0 ? 1 : 0;
        const redacted = redactMessage(bytes, redaction);
        if (!redacted) return;
        expect(redacted.bytes).toHaveLength(bytes.length);
        expect(personalFields(decode(redacted.bytes).message).filter(({ text }) => !isHidden(text))).toEqual(
          [],
        );
      }),
      { numRuns: 300 },
    );
    expect(withReader).toBeGreaterThan(20);
  });

  it.each([
    ['UTF-8', 'Müller, Jörg'],
    ['ISO 8859-1', { latin1: 'Müller, Jörg' }],
  ])('finds a name in %s', (_, clientName) => {
    const redacted = redactMessage(encode(requestWith(clientName)), redaction);
    expect(redacted?.paths).toEqual([expect.stringMatching(/^clientId\.clientName/)]);
    expect(Buffer.from(redacted?.bytes ?? []).toString('latin1')).not.toContain('ller');
  });

  it('does not take the title for the name of a reader who is called like it', () => {
    const redacted = redactMessage(encode(requestWith('The')), redaction);
    expect(redacted && decode(redacted.bytes).message).toMatchObject({
      clientId: { clientName: 'xxx' },
      itemId: { title: 'The Theory of Examples' },
    });
  });

  it('gives nothing for a name that is cut into pieces on the wire', () => {
    const name = Buffer.from('Invented Reader').toString('hex');
    const longer = Buffer.from('Invented Reader 123').toString('hex');
    // A constructed string of two segments has four octets more.
    const pieces = `3b130408${name.slice(0, 16)}0407${name.slice(16)}`;
    const hex = Buffer.from(encode(requestWith('Invented Reader 123'))).toString('hex');
    const bytes = Buffer.from(hex.replace(`1b13${longer}`, pieces), 'hex');
    expect(personalFields(decode(bytes).message)).toEqual([
      { path: 'clientId.clientName', text: 'Invented Reader' },
    ]);
    expect(redactMessage(bytes, redaction)).toBeUndefined();
  });
});
