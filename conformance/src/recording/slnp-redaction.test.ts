import { decode, encode, FLBestellung, personalFields } from '@interlend/slnp';
import { isFilled, redactMessage } from '@interlend/testing';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { slnpUnderTest as put } from '../run/protocols.js';
import { recorderFor } from './recorder-for.js';

const { redaction } = recorderFor(put, 'borrower');
/** Names as people have them: letters of any kind, and blanks inside. */
const name = fc.stringMatching(/^[A-Za-zÄÖÜäöüßéøñ][A-Za-zÄÖÜäöüßéøñ .-]{3,20}[A-Za-zÄÖÜäöüßéøñ]$/);
const reader = fc.record({
  BenutzerNummer: fc.stringMatching(/^[0-9A-Z]{4,16}$/),
  Vorname: name,
  Nachname: name,
  Strasse1: name,
  Email1: fc.stringMatching(/^[a-z]{4,9}@[a-z]{4,9}\.example$/),
});

const orderFor = (who: Record<string, string>, titel: string) =>
  FLBestellung.create({
    BsTyp: 'PFL',
    BestellId: '20260000001',
    SigelNB: 'DE-B1',
    Titel: titel,
    ...who,
    BenutzerNummer: who['BenutzerNummer'] ?? '',
  });

describe('redaction of SLNP', () => {
  it.each(['utf-8', 'iso-8859-1'] as const)('leaves no reader and no other length in %s', (charset) => {
    let kept = 0;
    fc.assert(
      fc.property(reader, (who) => {
        const bytes = encode(orderFor(who, `Brief an ${who.Nachname}`), { charset });
        const redacted = redactMessage(bytes, redaction);
        if (!redacted) return;
        kept += 1;
        expect(redacted.bytes).toHaveLength(bytes.length);
        const { message } = decode(redacted.bytes);
        expect(personalFields(message).filter(({ text }) => !isFilled(text))).toEqual([]);
        const text = Buffer.from(redacted.bytes).toString(charset === 'utf-8' ? 'utf8' : 'latin1');
        for (const secret of Object.values(who)) expect(text).not.toContain(secret);
      }),
      { numRuns: 200 },
    );
    expect(kept).toBeGreaterThan(190);
  });

  it('would show a reader whose field is not named', () => {
    const careless = {
      ...redaction,
      personalFields: (message: unknown) =>
        redaction.personalFields(message).filter(({ path }) => !path.endsWith('Nachname')),
    };
    const bytes = encode(orderFor({ BenutzerNummer: '4711', Nachname: 'Musterleserin' }, 'Briefe'), {});
    const shown = redactMessage(bytes, careless);
    expect(Buffer.from(shown?.bytes ?? []).toString()).toContain('Musterleserin');
  });
});
