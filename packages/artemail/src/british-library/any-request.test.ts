import type { Item, LendingRequest } from '@interlend/core';
import { isInterlendError } from '@interlend/core';
import { toPlainForm } from '@interlend/mail';
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { addressLines, lineColumns } from '../limits.js';
import { artemail } from './artemail.js';
import { decodeArt } from './messages.js';
import { context, partner } from './ordering.test-support.js';

const text = fc.oneof(
  fc.string({ unit: 'grapheme', maxLength: 80 }),
  fc.constantFrom(
    'NNNN',
    'TX1',
    ':DELIVER ABOVE ITEM TO:',
    '.',
    'From x',
    '12-3456',
    'SECRET7',
    '*******',
    '\r\n.\r\n',
  ),
);
const optional = <Fields extends Readonly<Record<string, fc.Arbitrary<unknown>>>>(fields: Fields) =>
  fc.record(fields, { requiredKeys: [] });
const item = optional({
  kind: fc.constantFrom('monograph', 'serial', 'other'),
  title: text,
  subTitle: text,
  author: text,
  publisher: text,
  placeOfPublication: text,
  publicationDate: text,
  sponsoringBody: text,
  edition: text,
  volumeIssue: text,
  isbn: text,
  issn: text,
  callNumber: text,
  series: text,
  component: optional({ title: text, author: text, pages: text, date: text }),
});
const request = fc.record(
  {
    services: fc.constantFrom(['loan'], ['copy'], ['copy', 'loan']),
    item,
    copyrightCompliance: text,
    placeOnHold: fc.constantFrom('no', 'yes'),
    note: text,
    deliverTo: fc.oneof(
      fc.constant({ electronic: { address: 'reader@library.example' } }),
      optional({
        postal: optional({
          name: text,
          extended: text,
          street: text,
          city: text,
          postalCode: text,
          country: text,
        }),
      }),
    ),
  },
  { requiredKeys: ['services', 'item'] },
);
const settings = { ...partner, allowsAddresses: true };

it('is read back as it was written, for 10 000 random requests', async () => {
  let written = 0;
  await fc.assert(
    fc.asyncProperty(
      request,
      fc.record({ joinAuthor: fc.boolean(), wrapTitle: fc.boolean(), rzForCopyright: fc.boolean() }),
      async (asked, variants) => {
        const start = artemail.begin({
          borrower: 'EX:LIB',
          lender: 'EX:BL',
          group: 'G',
          qualifier: 'EX1001',
        });
        const parties = { borrower: { symbol: 'EX:LIB' }, lender: { symbol: 'EX:BL' } };
        const event = {
          type: 'requested',
          from: 'borrower',
          request: { ...parties, ...asked, item: asked.item as Item } as LendingRequest,
        } as const;
        let order: ReturnType<typeof artemail.say>['replies'][number] | undefined;
        try {
          [order] = artemail.say(start, event, { ...context, partner: { ...settings, ...variants } }).replies;
        } catch (error) {
          // Nothing is left of what is asked for.
          expect(isInterlendError(error) && error.code).toBe('missing');
          return;
        }
        if (order?.kind !== 'orders') throw new Error('expected an order');
        written++;
        const bytes = artemail.encode(order);
        expect(artemail.decode(bytes)).toEqual({ message: order, deviations: [] });
        const sealed = artemail.seal?.(bytes, settings) ?? bytes;
        const read = decodeArt(await toPlainForm(sealed), { withPassword: true });
        const { password } = settings.accounts[0] ?? {};
        expect(read.message).toMatchObject({
          file: { orders: order.file.orders, account: { customerCode: '12-3456', password } },
        });
        const [{ lines = [], deliverTo } = {}] = order.file.orders;
        const address = deliverTo && 'lines' in deliverTo ? deliverTo.lines : [];
        expect([...lines, ...address].every((line) => line.length <= lineColumns)).toBe(true);
        expect(address.length).toBeLessThanOrEqual(addressLines);
      },
    ),
    { numRuns: 10_000 },
  );
  expect(written).toBeGreaterThan(5000);
}, 60_000);
