import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { artemail } from './artemail.js';
import { decodeArt } from './messages.js';
import { asked, begun, context, partner, reply, request } from './ordering.test-support.js';

const gathering = (change: object) => artemail.gathering?.({ ...partner, collectSeconds: 30, ...change });
const orderOf = (number: string): Uint8Array => artemail.encode(begun(number).order);
const numbersIn = (bytes: Uint8Array): readonly string[] => {
  const { message } = decodeArt(bytes);
  return message.kind === 'orders' ? message.file.orders.map(({ requestNumber }) => requestNumber) : [];
};
const numbers = (count: number): readonly string[] =>
  Array.from({ length: count }, (_, index) => `EX${1001 + index}`);

describe('the gathering of orders', () => {
  it('is off unless the settings name a time', () => {
    expect(artemail.gathering?.(partner)).toBeUndefined();
    expect(gathering({})).toMatchObject({ waitMs: 30_000, most: 50 });
  });

  it.each([
    [49, [49]],
    [50, [50]],
    [51, [50, 1]],
    [101, [50, 50, 1]],
  ])('puts fifty into one file, and begins another beyond: %i', (count, sizes) => {
    const joined = gathering({})?.join(numbers(count).map(orderOf)) ?? [];
    expect(joined.map(({ of }) => of.length)).toEqual(sizes);
    expect(joined.flatMap(({ bytes }) => numbersIn(bytes))).toEqual(numbers(count));
  });

  it('leaves a single order the mail that it is', () => {
    const only = orderOf('EX1001');
    expect(gathering({})?.join([only])).toEqual([{ bytes: only, of: [0] }]);
  });

  it('makes a mail that has a number and an id of its own, and the same ones when it is made again', () => {
    const orders = numbers(3).map(orderOf);
    const [first] = gathering({})?.join(orders) ?? [];
    const [again] = gathering({})?.join(orders) ?? [];
    const [other] = gathering({})?.join(orders.slice(1)) ?? [];
    expect(first).toEqual(again);
    const bytes = first?.bytes ?? new Uint8Array();
    const [name = ''] = artemail.namesOf?.(bytes) ?? [];
    expect(name).toMatch(/^FILEREFNO \d{8}$/);
    expect(artemail.namesOf?.(other?.bytes ?? new Uint8Array())).not.toEqual([name]);
    expect(Buffer.from(artemail.seal?.(bytes, partner) ?? []).toString()).toContain('SECRET7');
    for (const text of [`File ${name} was refused`, `> Subject: ${name}`])
      expect(artemail.correlateAll?.(reply(text)).map(({ key }) => key)).toContain(name);
  });

  it('keeps apart what must not stand in one file: two accounts, a number twice, what is no order', () => {
    const accounts = [...partner.accounts, { customerCode: '65-4321' }];
    const say = (number: string, accountNumber: string): Uint8Array => {
      const start = artemail.begin({ borrower: 'EX:LIB', lender: 'EX:BL', group: 'G', qualifier: number });
      const step = artemail.say(
        start,
        { ...asked, request: { ...request, accountNumber } },
        {
          ...context,
          partner: { ...partner, accounts },
        },
      );
      return artemail.encode(step.replies[0] ?? reply(''));
    };
    const cancel = artemail.say(begun().guard, { type: 'cancelRequested', from: 'borrower' }, context);
    const joined = gathering({})?.join([
      say('EX1001', '12-3456'),
      say('EX1002', '65-4321'),
      artemail.encode(cancel.replies[0] ?? reply('')),
      artemail.encode(reply('EX1001 NOT')),
      say('EX1003', '12-3456'),
    ]);
    expect(joined?.map(({ of }) => of)).toEqual([[0, 4], [1], [2], [3]]);
  });

  it('loses and doubles none, whatever comes together', () => {
    const anyNumber = fc.integer({ min: 1, max: 30 }).map((each) => `EX${each}`);
    fc.assert(
      fc.property(fc.array(anyNumber, { maxLength: 40 }), fc.integer({ min: 1, max: 12 }), (asked, most) => {
        const joined = gathering({ ordersPerFile: most })?.join(asked.map(orderOf)) ?? [];
        expect(joined.flatMap(({ of }) => of).sort((one, other) => one - other)).toEqual(
          asked.map((_, at) => at),
        );
        for (const { bytes, of } of joined) {
          expect(numbersIn(bytes)).toEqual(of.map((at) => asked[at]));
          expect(of.length).toBeLessThanOrEqual(most);
          expect(new Set(numbersIn(bytes)).size).toBe(of.length);
        }
      }),
      { numRuns: 200 },
    );
  });

  it.each([
    ['partner.collectSeconds', { collectSeconds: -1 }],
    ['partner.collectSeconds', { collectSeconds: 3601 }],
    ['partner.collectSeconds', { collectSeconds: 1.5 }],
    ['partner.ordersPerFile', { ordersPerFile: 0 }],
    ['partner.ordersPerFile', { ordersPerFile: 1001 }],
  ])('is refused with wrong settings at %s', (key, change) => {
    expect(() => gathering(change)).toThrow(expect.objectContaining({ name: 'ConfigError', key }));
  });
});
