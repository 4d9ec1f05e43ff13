import { EncodeError, type GuardContext, type LendingEvent, marked, StateError } from '@interlend/core';
import { describe, expect, it } from 'vitest';
import {
  AlleBenutzerDaten,
  dummyOrderId,
  FLBestellung,
  Info2FLServer,
  PFLDatenAenderung,
} from '../messages/commands.js';
import type { SlnpCommand } from '../messages/message.js';
import { errorReply, okReply } from '../messages/replies.js';
import { profileNamed, rulesFor } from '../profiles/index.js';
import { createSlnp, slnp } from '../slnp.js';
import type { SlnpGuard } from './guard.js';

const context: GuardContext = { now: new Date('2026-03-04T12:00:00Z'), isStrict: false };
const order = (more: Record<string, string> = {}): SlnpCommand =>
  FLBestellung.create({
    BsTyp: 'AFL',
    BestellId: '20260000001',
    SigelNB: 'DE-B1',
    SigelGB: 'DE-L1',
    BenutzerNummer: 'NB-1',
    Titel: 'Kater Murr',
    ExternReferenz: 'P-1',
    ...more,
  });
const pfl = (more: Record<string, string> = {}): SlnpCommand => {
  const { SigelGB: _, ExternReferenz: __, ...rest } = order({ BsTyp: 'PFL', ...more }).parameters;
  return { ...order(), parameters: rest };
};
const begun = (message: SlnpCommand, more: Partial<GuardContext> = {}): SlnpGuard => {
  const { guard } = slnp.receive(undefined, message, { ...context, ...more });
  if (!guard) throw new Error('the order was refused');
  return guard;
};
const shipped: LendingEvent = { type: 'shipped', from: 'lender', service: 'loan', due: '2026-04-01' };
const returned: LendingEvent = { type: 'returned', from: 'borrower', returnedOn: '2026-03-30' };
const change = (more: Record<string, string> = {}): SlnpCommand =>
  PFLDatenAenderung.create({ PFLNummer: '20260000001', SigelGB: 'DE-L1', Signatur: '07/A 1', ...more });

describe('an order', () => {
  it('to a lender is taken, and its reference repeated', () => {
    const step = slnp.receive(undefined, order(), context);
    expect(step).toMatchObject({
      verdict: 'accepted',
      event: { type: 'requested', request: { borrower: { symbol: 'DE-B1' }, lender: { symbol: 'DE-L1' } } },
      answer: {
        code: 250,
        command: 'SLNPFLBestellung',
        fields: { PFLNummer: 'P-1', OKMsg: 'Bestellung angenommen' },
      },
      replies: [],
    });
    expect(step.key).toBeUndefined();
  });

  it('to the borrower is taken under the number of the central server', () => {
    expect(slnp.receive(undefined, pfl(), context).answer).toMatchObject({
      fields: { PFLNummer: '20260000001' },
    });
  });

  it.each(['BsTyp', 'BestellId', 'SigelNB', 'BenutzerNummer', 'Titel'])(
    'without %s is answered 520',
    (name) => {
      const { [name]: _, ...parameters } = order().parameters;
      const step = slnp.receive(undefined, { ...order(), parameters }, context);
      expect(step).toMatchObject({
        verdict: 'refused',
        guard: undefined,
        answer: { code: 520, text: `SlnpRequestError: Parameter fehlt: ${name}` },
      });
    },
  );

  it('of another kind is answered 520 and does not say what came', () => {
    const step = slnp.receive(undefined, order({ BsTyp: 'XFL' }), context);
    expect(step.answer).toMatchObject({ code: 520, text: 'SlnpRequestError: Wert ungültig: BsTyp' });
  });

  it('that comes again is answered as before, whatever the order of its parameters', () => {
    const guard = begun(order());
    const again = {
      ...order(),
      parameters: Object.fromEntries(Object.entries(order().parameters).reverse()),
    };
    const step = slnp.receive(guard, again, context);
    expect(step).toMatchObject({ verdict: 'repeat', guard, answer: guard.answer });
    expect(step.event).toBeUndefined();
  });

  it('that comes again after it was shipped is answered as before', () => {
    const { guard } = slnp.say(begun(order()), shipped, context);
    expect(slnp.receive(guard, order(), context)).toMatchObject({ verdict: 'repeat', guard });
  });

  it('with a number that was used is refused', () => {
    const guard = begun(order());
    const step = slnp.receive(guard, order({ Titel: 'Anderes' }), context);
    expect(step).toMatchObject({ verdict: 'refused', guard, answer: { code: 510 } });
  });

  it('that Koha hears twice is refused, as Koha does', () => {
    const step = slnp.receive(begun(order()), order(), { ...context, profile: 'koha' });
    expect(step).toMatchObject({ verdict: 'refused', answer: { code: 510 } });
  });

  it('with the number of a dummy gets a number of its own', () => {
    const step = slnp.receive(undefined, pfl({ BestellId: dummyOrderId }), { ...context, ownNumber: 'A1' });
    expect(step).toMatchObject({ answer: { fields: { PFLNummer: 'A1' } } });
    expect(step.key).toBe(slnp.correlate(change({ PFLNummer: 'A1' })).key);
    expect(slnp.correlate(pfl({ BestellId: dummyOrderId })).key).toBe('');
  });

  it('is known by its number and the lender that is asked', () => {
    const key = slnp.correlate(order()).key;
    expect(slnp.correlate(order({ SigelGB: 'DE-L2' })).key).not.toBe(key);
    const report = slnp.say(begun(order()), shipped, context).replies[0];
    expect(slnp.correlate(report as SlnpCommand).key).toBe(key);
    expect(slnp.correlate(pfl()).key).toBe(slnp.correlate(change()).key);
  });
});

describe('a reader', () => {
  const findPatron: GuardContext['findPatron'] = (identifier) =>
    identifier === 'NB-1'
      ? {
          identifier,
          givenName: 'Erika',
          familyName: 'Beispiel',
          mayBorrow: false,
          blockedBecause: 'gesperrt',
        }
      : undefined;
  const question = AlleBenutzerDaten.create({ BenutzerNummer: 'NB-1' });

  it('is told about without a password', () => {
    const step = slnp.receive(undefined, question, { ...context, findPatron });
    expect(step).toMatchObject({ verdict: 'accepted', guard: undefined });
    expect(step.answer).toMatchObject({
      code: 250,
      fields: { BenutzerNummer: 'NB-1', Nachname: 'Beispiel', FLBerechtigt: 'N', Sperre: 'gesperrt' },
    });
    expect(JSON.stringify(step.answer)).not.toMatch(/Pin|Kennwort/);
  });

  it('who is not known, and readers nobody is told about, look alike', () => {
    const other = AlleBenutzerDaten.create({ BenutzerNummer: 'X' });
    const unknown = slnp.receive(undefined, other, { ...context, findPatron });
    expect(unknown).toMatchObject({ verdict: 'refused', answer: { code: 510 } });
    expect(slnp.receive(undefined, question, context).answer).toEqual(unknown.answer);
  });

  it('who may not borrow gets no order', () => {
    const step = slnp.receive(undefined, pfl(), { ...context, findPatron });
    expect(step).toMatchObject({ guard: undefined, answer: { code: 510, text: 'gesperrt' } });
  });
});

describe('a change of data', () => {
  it('says that a lender ships; a later one is news', () => {
    const first = slnp.receive(begun(pfl()), change(), context);
    expect(first).toMatchObject({
      verdict: 'accepted',
      event: { type: 'shipped', service: 'loan', note: 'supplied by DE-L1, shelf mark 07/A 1' },
      answer: okReply('SLNPPFLDatenAenderung'),
      guard: { state: 'SHIPPED', lender: 'DE-L1' },
    });
    const second = slnp.receive(first.guard, change({ SigelGB: 'DE-L2' }), context);
    expect(second).toMatchObject({
      event: { type: 'message', note: 'supplied by DE-L2, shelf mark 07/A 1' },
      guard: { state: 'SHIPPED', lender: 'DE-L2' },
    });
    expect(slnp.receive(second.guard, change({ SigelGB: 'DE-L2' }), context)).toMatchObject({
      verdict: 'repeat',
    });
  });

  it('for a number that nobody gave is refused', () => {
    for (const [PFLNummer, symbol] of [
      ['4712', 'PFLNummerNichtVorhanden'],
      ['47 12', 'PFLNummerNichtPlausibel'],
    ] as const) {
      const step = slnp.receive(undefined, change({ PFLNummer }), context);
      expect(step).toMatchObject({ verdict: 'refused', answer: { code: 510 } });
      expect(step.answer).toHaveProperty('text', expect.stringContaining(`${symbol}: `));
    }
  });
});

describe('a report', () => {
  it.each([
    [shipped, 'Shipped', { LeihFrist: '01.04.2026' }],
    [{ type: 'unfilled', from: 'lender', reason: 'lost' }, 'NotAvailable', { Bemerkung: 'Verlust' }],
    [{ type: 'unfilled', from: 'lender' }, 'NotAvailable', { Bemerkung: 'nicht lieferbar' }],
  ] as const)('by the lender: %j', (event, Status, more) => {
    const { replies, losses } = slnp.say(begun(order()), event, context);
    expect(replies).toEqual([
      Info2FLServer.create({
        Status,
        BestellId: '20260000001',
        BsTyp: 'AFL',
        SigelGB: 'DE-L1',
        SigelNB: 'DE-B1',
        PFLNummer: 'P-1',
        ...more,
      }),
    ]);
    expect(losses).toEqual([]);
  });

  it('lists what its parameters cannot carry', () => {
    const { losses } = slnp.say(begun(order()), { ...shipped, method: 'van' }, context);
    expect(losses.map(({ path }) => path)).toEqual(['method']);
  });

  it('may be made once, and by the side whose it is', () => {
    const lent = slnp.say(begun(order()), shipped, context).guard;
    expect(() => slnp.say(lent, { type: 'unfilled', from: 'lender' }, context)).toThrow(StateError);
    expect(() => slnp.say(begun(order()), returned, context)).toThrow(/not the AFL side/);
    expect(() => slnp.say(begun(pfl()), shipped, context)).toThrow(/not the PFL side/);
    expect(() => slnp.say(begun(pfl({ BsTyp2: 'C' })), returned, context)).toThrow(StateError);
  });

  it.each(['received', 'willSupply', 'checkedIn', 'requested', 'recalled'])(
    'for %s does not exist',
    (type) => {
      const event = { type, from: 'lender' } as unknown as LendingEvent;
      expect(() => slnp.say(begun(order()), event, context)).toThrow(EncodeError);
    },
  );

  it('is done with a success; a refusal is for a person, and gone when the desk speaks', () => {
    const said = slnp.say(begun(pfl()), returned, context).guard;
    const done = slnp.receive(said, okReply('SLNPInfo2FLServer'), context);
    expect(done).toMatchObject({ verdict: 'accepted', guard: { awaiting: [] } });
    expect(done.event).toBeUndefined();
    const refused = slnp.receive(said, errorReply(510, 'x', 'BestellIdNichtVorhanden'), context);
    expect(refused).toMatchObject({
      needsReview: true,
      event: { type: 'errorReported', problem: 'BestellIdNichtVorhanden', about: 'SLNPInfo2FLServer Return' },
    });
    const putOff = slnp.receive(said, errorReply(511, 'x'), context);
    expect(putOff).toMatchObject({ verdict: 'noted', guard: { awaiting: ['Return'] } });
    expect(slnp.receive(done.guard, okReply('x'), context)).toMatchObject({ verdict: 'noted' });
  });

  it('has the names that the central server wants', () => {
    const own = profileNamed('default');
    const names = { ...rulesFor(undefined).info2flserver, status: 'Meldung', orderId: 'BestNr' };
    const other = createSlnp([
      { ...own, rules: { ...own.rules, info2flserver: marked(names, 'documented') } },
    ]);
    const { replies } = other.say(begun(order()), shipped, context);
    expect(replies[0]).toMatchObject({ parameters: { Meldung: 'Shipped', BestNr: '20260000001' } });
    expect(other.correlate(replies[0] as SlnpCommand).key).toBe(other.correlate(order()).key);
  });
});

describe('time', () => {
  it('tells a person when nobody ships by the day the reader needs it', () => {
    const { guard, wakeAt } = slnp.receive(undefined, pfl({ ErledFrist: '31.03.2026' }), context);
    expect(wakeAt).toEqual(new Date('2026-04-01T00:00:00Z'));
    const early = slnp.expire(guard as SlnpGuard, context);
    expect(early).toMatchObject({ verdict: 'noted', wakeAt });
    expect(early.needsReview).toBeUndefined();
    const late = slnp.expire(guard as SlnpGuard, { ...context, now: new Date('2026-04-01T00:00:00Z') });
    expect(late).toMatchObject({ needsReview: true, wakeAt: null, replies: [] });
    expect(slnp.receive(guard, change(), context)).toMatchObject({ wakeAt: null });
  });
});

describe('what is no command of a library system', () => {
  it('is answered 520', () => {
    const step = slnp.receive(
      undefined,
      Info2FLServer.create({ Status: 'Shipped', BestellId: '1', BsTyp: 'AFL' }),
      context,
    );
    expect(step.answer).toMatchObject({
      code: 520,
      text: 'SlnpLookupError: Kommando nicht bekannt: SLNPInfo2FLServer',
    });
  });

  it('is answered 520 when it cannot be read, with the line and nothing of it', () => {
    const bytes = new TextEncoder().encode('SLNPFLBestellung\nErika\nSLNPEndCommand\n');
    let answer: unknown;
    try {
      slnp.decode(bytes);
    } catch (error) {
      answer = slnp.answerUndecodable?.(bytes, error as never, context);
    }
    expect(answer).toEqual(errorReply(520, 'Kommando nicht lesbar, Zeile 2', 'SlnpRequestError'));
  });
});
