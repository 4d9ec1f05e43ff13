import type { GuardContext, Refusal } from '@interlend/core';
import { describe, expect, it } from 'vitest';
import { decode, encode } from '../codec.js';
import { FLBestellung } from '../messages/commands.js';
import type { SlnpMessage } from '../messages/message.js';
import { deriveProfile, profileNamed } from '../profiles/index.js';
import { createSlnp } from '../slnp.js';

const lending = (name: string, lenderAnswer: 'sync' | 'async') =>
  deriveProfile(profileNamed('default'), { name, rules: { lenderAnswer }, evidence: 'documented' });
const slnp = createSlnp([lending('at-once', 'sync'), lending('later', 'async')]);

const context = (profile: string, refusal?: Refusal): GuardContext => ({
  now: new Date('2026-03-04T12:00:00Z'),
  isStrict: false,
  profile,
  refusalOf: ({ services }) => (services.includes('copy') ? undefined : refusal),
});
const order = (more: Record<string, string> = {}) =>
  FLBestellung.create({
    BsTyp: 'AFL',
    BestellId: '20260000001',
    SigelNB: 'DE-B1',
    SigelGB: 'DE-L1',
    BenutzerNummer: 'NB-1',
    Titel: 'Kater Murr',
    ...more,
  });
const textOf = (message: SlnpMessage | undefined) =>
  message && new TextDecoder().decode(slnp.encode(message, { profile: 'at-once' }));
const lost = { reason: 'lost' } as const;
const unfilled = { type: 'unfilled', from: 'lender', reason: 'lost' } as const;

describe('an order that the library refuses without asking staff', () => {
  it('is refused in the reply, with the reason in words', () => {
    const step = slnp.receive(undefined, order(), context('at-once', lost));
    expect(textOf(step.answer)).toBe('510 Verlust\n');
    expect(step).toMatchObject({ verdict: 'accepted', event: { type: 'requested' }, replies: [] });
    const noted = slnp.receive(undefined, order(), context('at-once', { ...lost, note: 'Haus geschlossen' }));
    expect(textOf(noted.answer)).toBe('510 Haus geschlossen\n');
  });

  it('is not reported again: the reply has said it', () => {
    const { guard } = slnp.receive(undefined, order(), context('at-once', lost));
    if (!guard) throw new Error('nothing is kept of the order');
    const said = slnp.say(guard, unfilled, context('at-once'));
    expect(said).toMatchObject({
      replies: [],
      event: unfilled,
      guard: { state: 'NOT-AVAILABLE', awaiting: [] },
    });
    expect(() =>
      slnp.say(guard, { type: 'shipped', from: 'lender', service: 'loan' }, context('at-once')),
    ).toThrow(expect.objectContaining({ name: 'StateError', allowed: ['out NotAvailable'] }));
  });

  it('is refused the same way when it comes again', () => {
    const first = slnp.receive(undefined, order(), context('at-once', lost));
    const again = slnp.receive(first.guard, order(), context('at-once'));
    expect(again).toMatchObject({ verdict: 'repeat', answer: first.answer });
  });

  it('is taken where refusals are said later, and reported', () => {
    const { guard, answer } = slnp.receive(undefined, order(), context('later', lost));
    expect(answer).toMatchObject({ code: 250 });
    if (!guard) throw new Error('the order was refused');
    const [report] = slnp.say(guard, unfilled, context('later')).replies;
    expect(report).toMatchObject({ parameters: { Status: 'NotAvailable', Bemerkung: 'Verlust' } });
  });

  it('is another one than an order that the library would fill', () => {
    const { answer } = slnp.receive(undefined, order({ BsTyp2: 'C' }), context('at-once', lost));
    expect(answer).toMatchObject({ code: 250 });
    const ofReader = order({ BsTyp: 'PFL' });
    expect(slnp.receive(undefined, ofReader, context('at-once', lost)).answer).toMatchObject({ code: 250 });
  });

  it('is read by the central server as a refusal for the reason that was meant', () => {
    const { answer } = slnp.receive(undefined, order(), context('at-once', lost));
    expect(decode(encode(answer as SlnpMessage)).message).toMatchObject({ code: 510, text: 'Verlust' });
  });
});
