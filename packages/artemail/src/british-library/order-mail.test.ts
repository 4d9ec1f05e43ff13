import type { LendingEvent } from '@interlend/core';
import { describe, expect, it } from 'vitest';
import { artemail } from './artemail.js';
import { asked, begun, context, partner, request } from './ordering.test-support.js';

describe('an order', () => {
  it('is a mail whose text is the file, without the password', () => {
    const { order } = begun();
    const text = Buffer.from(artemail.encode(order)).toString();
    expect(text).toContain('\r\nTXEX1001 S LOAN\r\nUber Beispiele\r\nJones\r\n');
    expect(text).toMatch(/Subject: FILEREFNO \d{8}\r\n/);
    expect(text).not.toContain('SECRET7');
    expect(artemail.decode(artemail.encode(order)).message).toEqual(order);
  });

  it('gets its password on the way to the wire, and no longer', () => {
    const bytes = artemail.encode(begun().order);
    const sealed = artemail.seal?.(bytes, partner) ?? bytes;
    expect(Buffer.from(sealed).toString()).toContain('\r\n12-3456\r\nSECRET7\r\n');
    expect(JSON.stringify(artemail.decode(sealed))).not.toContain('SECRET7');
    expect(artemail.encode(artemail.decode(sealed).message)).toEqual(bytes);
    const other = { ...partner, accounts: [{ customerCode: '99-9999', password: 'OTHER' }] };
    expect(() => artemail.seal?.(bytes, other)).toThrow(
      expect.objectContaining({ name: 'EncodeError', code: 'missing' }),
    );
  });

  it('names what it could not carry', () => {
    const start = artemail.begin({ borrower: 'EX:LIB', lender: 'EX:BL', group: 'G', qualifier: 'EX1' });
    const full = {
      ...request,
      note: 'please',
      needBefore: '2024-05-01',
      copyrightCompliance: 'CCG',
      placeOnHold: 'no',
    } as const;
    const { losses, replies } = artemail.say(start, { ...asked, request: full }, context);
    expect(losses.map(({ path }) => path)).toEqual([
      'request.item.title',
      'request.placeOnHold',
      'request.needBefore',
      'request.note',
    ]);
    expect(replies[0]).toMatchObject({ file: { orders: [{ keywords: ['S', 'LOAN', 'COPYRT'] }] } });
  });

  it.each([
    [{ services: ['copy'] }, 'PHOTO'],
    [{ services: ['copy'], deliverTo: { electronic: { address: 'reader@library.example' } } }, 'SED99'],
    [{ deliveryMethod: 'SED99' }, 'SED99'],
  ] as const)('chooses the delivery code for %j', (change, code) => {
    const start = artemail.begin({ borrower: 'EX:LIB', lender: 'EX:BL', group: 'G', qualifier: 'EX1' });
    const { replies } = artemail.say(start, { ...asked, request: { ...request, ...change } }, context);
    expect(replies[0]).toMatchObject({ file: { orders: [{ keywords: ['S', code] }] } });
  });

  it('is cancelled by an order of the same number', () => {
    const { guard } = begun();
    const step = artemail.say(
      guard,
      { type: 'cancelRequested', from: 'borrower', note: 'no longer needed' },
      context,
    );
    expect(step.replies[0]).toMatchObject({
      file: { orders: [{ requestNumber: 'EX1001', keywords: ['CANCEL'], lines: ['no longer needed'] }] },
    });
  });

  it('is renewed only where the partner told its keyword', () => {
    const { guard } = begun();
    const renew: LendingEvent = { type: 'renewRequested', from: 'borrower' };
    expect(() => artemail.say(guard, renew, context)).toThrow(
      expect.objectContaining({ code: 'unsayable-event' }),
    );
    const told = { ...context, partner: { ...partner, renewKeyword: 'RENEW' } };
    expect(artemail.say(guard, renew, told).replies[0]).toMatchObject({
      file: { orders: [{ keywords: ['RENEW'] }] },
    });
  });

  it('is said once', () => {
    expect(() => artemail.say(begun().guard, asked, context)).toThrow(
      expect.objectContaining({ name: 'StateError' }),
    );
  });

  it('needs an account that is named, where there are several', () => {
    const two = {
      ...context,
      partner: { ...partner, accounts: [...partner.accounts, { customerCode: '65-4321' }] },
    };
    const start = artemail.begin({ borrower: 'EX:LIB', lender: 'EX:BL', group: 'G', qualifier: 'EX1' });
    expect(() => artemail.say(start, asked, two)).toThrow(
      expect.objectContaining({ path: 'request.accountNumber' }),
    );
    const named = { ...asked, request: { ...request, accountNumber: '65-4321' } };
    expect(artemail.say(start, named, two).replies[0]).toMatchObject({
      file: { account: { customerCode: '65-4321' } },
    });
  });

  it.each([
    ['partner.to', { ...partner, to: 'nowhere' }],
    ['partner.accounts', { ...partner, accounts: [] }],
    [
      'partner.accounts.0.password',
      { ...partner, accounts: [{ customerCode: '12-3456', password: 'se cret' }] },
    ],
    ['partner.keywords.service', { ...partner, keywords: { service: ['s'] } }],
    ['partner.colour', { ...partner, colour: 'red' }],
    ['partner', undefined],
  ])('is refused with wrong settings at %s', (key, settings) => {
    const check = (): unknown => artemail.assertPartner?.(settings);
    expect(check).toThrow(expect.objectContaining({ name: 'ConfigError', key }));
    expect(check).toThrow(expect.not.objectContaining({ message: expect.stringContaining('cret') }));
  });
});
