import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Keywords } from '../tables/keywords.js';
import { encodeOrderFile, formatOrderFile } from './format-order-file.js';
import type { Order, OrderFile } from './order-file.js';
import { decodeOrderFile, parseOrderFile } from './parse-order-file.js';

const samples = join(import.meta.dirname, '../../../../../shared/reference/artemail/art');

const order: Order = { requestNumber: 'EX-1', keywords: ['S', 'LOAN'], lines: ['A TITLE'] };
const file = (...orders: readonly Partial<Order>[]): OrderFile => ({
  account: { customerCode: '00-0000', password: 'XXXXXXX' },
  orders: orders.map((each, index) => ({ ...order, requestNumber: `EX-${index + 1}`, ...each })),
});
const text = (...lines: readonly string[]): string => `${lines.join('\n')}\n`;
const blanks = ['', '', '', ''];
const head = ['00-0000', 'XXXXXXX', ...blanks];
const tail = [...blanks, 'NNNN'];

const number = fc.stringMatching(/^[A-Z0-9][A-Z0-9./-]{0,15}$/).filter((each) => !each.startsWith('RZ'));
const line = fc
  .stringMatching(/^[A-Za-z0-9(][ -~]{0,38}[A-Za-z0-9)]$/)
  .filter((each) => each !== 'NNNN' && !each.startsWith('TX'));
const anyOrder: fc.Arbitrary<Order> = fc.record(
  {
    requestNumber: number,
    keywords: fc.uniqueArray(
      fc.constantFrom(...Keywords.filter(({ code }) => code !== 'CANCEL').map(({ code }) => code)),
      {
        maxLength: 5,
      },
    ),
    lines: fc.array(line, { minLength: 1, maxLength: 7 }),
    deliverTo: fc.oneof(
      fc.constant({ mail: 'reader@library.example' }),
      fc.record({
        lines: fc.array(
          line.filter((each) => !each.includes('@')),
          { minLength: 1, maxLength: 6 },
        ),
      }),
    ),
  },
  { requiredKeys: ['requestNumber', 'keywords', 'lines'] },
);
const anyFile: fc.Arbitrary<OrderFile> = fc.record({
  account: fc.record(
    { customerCode: fc.stringMatching(/^\d{2}-\d{4}$/), password: fc.stringMatching(/^[A-Za-z0-9]{1,20}$/) },
    { requiredKeys: ['customerCode'] },
  ),
  orders: fc.uniqueArray(anyOrder, {
    minLength: 1,
    maxLength: 4,
    selector: ({ requestNumber }) => requestNumber,
  }),
});

describe('an order file', () => {
  it('is laid out with four empty lines between its parts', () => {
    expect(formatOrderFile(file({ deliverTo: { mail: 'reader@library.example' } }))).toBe(
      text(
        ...head,
        'TXEX-1 S LOAN',
        'A TITLE',
        ...blanks,
        ':DELIVER ABOVE ITEM TO:',
        'reader@library.example',
        ...tail,
      ),
    );
  });

  it('has CRLF on the wire', () => {
    expect(Buffer.from(encodeOrderFile(file({}))).toString()).toBe(
      formatOrderFile(file({})).replaceAll('\n', '\r\n'),
    );
  });

  it('reads as it was written, for 10 000 random files', () => {
    fc.assert(
      fc.property(anyFile, (each) => {
        const read = decodeOrderFile(encodeOrderFile(each));
        expect(read.file).toEqual(each);
        expect(read.deviations).toEqual([]);
      }),
      { numRuns: 10_000 },
    );
  });

  it('shows a password that is withheld as no password', () => {
    const read = parseOrderFile(formatOrderFile({ ...file({}), account: { customerCode: '12-3456' } }));
    expect(read.file.account).toEqual({ customerCode: '12-3456' });
  });

  const absence = existsSync(samples) ? '' : ' (skipped: ../shared is absent)';
  it.runIf(existsSync(samples))(`reads and writes the bodies that other encoders lay out${absence}`, () => {
    for (const name of readdirSync(samples)) {
      const bytes = readFileSync(join(samples, name));
      const { file: read, deviations } = decodeOrderFile(bytes);
      expect(deviations).toEqual([]);
      expect(formatOrderFile(read)).toBe(bytes.toString());
    }
  });
});

describe('the limits of an order file', () => {
  const refuses = (each: OrderFile, code: string, path: string): void => {
    expect(() => formatOrderFile(each)).toThrow(expect.objectContaining({ name: 'EncodeError', code, path }));
  };
  const six = Array.from({ length: 6 }, (_, index) => `LINE ${index}`);

  it.each([
    ['lines of 40 columns', file({ lines: ['x'.repeat(40)] })],
    ['six address lines', file({ deliverTo: { lines: six } })],
    [
      'mail addresses of 99 characters',
      file({ deliverTo: { mail: `${'a'.repeat(60)}@${'b'.repeat(30)}.example` } }),
    ],
    ['passwords of 20', { ...file({}), account: { customerCode: '00-0000', password: 'x'.repeat(20) } }],
    ['fifty orders and more', file(...Array.from({ length: 60 }, () => ({})))],
    ['a cancellation without a reason', file({ keywords: ['CANCEL'], lines: [] })],
  ])('allow %s', (_, each) => {
    expect(parseOrderFile(formatOrderFile(each)).file).toEqual(each);
  });

  it.each([
    ['too-long', 'orders.0.lines.0', file({ lines: ['x'.repeat(41)] })],
    ['too-long', 'orders.0.deliverTo.lines', file({ deliverTo: { lines: [...six, 'LINE 7'] } })],
    ['too-long', 'orders.0.deliverTo.lines.0', file({ deliverTo: { lines: ['x'.repeat(41)] } })],
    [
      'too-long',
      'orders.0.deliverTo.mail',
      file({ deliverTo: { mail: `${'a'.repeat(60)}@${'b'.repeat(31)}.example` } }),
    ],
    ['invalid-value', 'orders.0.deliverTo.mail', file({ deliverTo: { mail: 'two words' } })],
    ['missing', 'orders.0.deliverTo.lines', file({ deliverTo: { lines: [] } })],
    ['invalid-value', 'orders.0.deliverTo.lines.0', file({ deliverTo: { lines: ['TX LIBRARY'] } })],
    [
      'invalid-value',
      'account.password',
      { ...file({}), account: { customerCode: '00-0000', password: 'x'.repeat(21) } },
    ],
    ['invalid-value', 'account.customerCode', { ...file({}), account: { customerCode: '000-000' } }],
    ['missing', 'orders', file()],
    ['missing', 'orders.0.lines', file({ lines: [] })],
    ['invalid-value', 'orders.1.requestNumber', file({}, { requestNumber: 'EX-1' })],
    ['invalid-value', 'orders.0.requestNumber', file({ requestNumber: 'EX 1' })],
    ['invalid-value', 'orders.0.requestNumber', file({ requestNumber: 'RZ1', keywords: ['COPYRT'] })],
    ['invalid-value', 'orders.0.keywords.0', file({ keywords: ['loan'] })],
    ['invalid-value', 'orders.0.lines.0', file({ lines: ['NNNN'] })],
    ['invalid-value', 'orders.0.lines.0', file({ lines: [':DELIVER'] })],
    ['invalid-value', 'orders.0.lines.0', file({ lines: [''] })],
    ['unsayable-character', 'orders.0.lines.0', file({ lines: ['Bücher'] })],
    ['unsayable-character', 'orders.0.lines.0', file({ lines: ['A\nNNNN'] })],
    ['unknown-element', 'deliverTo', { ...file({}), deliverTo: { mail: 'a@b.example' } }],
  ] as const)('refuse with %s at %s', (code, path, each) => {
    refuses(each, code, path);
  });

  it('never name a password', () => {
    const bad = { ...file({}), account: { customerCode: '00-0000', password: 'se cret' } };
    expect(() => formatOrderFile(bad)).toThrow(
      expect.not.objectContaining({ message: expect.stringContaining('cret') }),
    );
    expect(() => parseOrderFile(text('00-0000', 'se cret!', ...blanks, 'TXA', 'x', ...tail))).toThrow(
      expect.not.objectContaining({ message: expect.stringContaining('cret') }),
    );
  });
});

describe('reading an order file', () => {
  const codes = (read: ReturnType<typeof parseOrderFile>): readonly string[] =>
    read.deviations.map(({ code }) => code);

  it('goes by markers, not by the number of empty lines', () => {
    const read = parseOrderFile(
      text(
        '00-0000',
        'XXXXXXX',
        '',
        'TXEX-1 S',
        'A',
        '',
        '',
        ':DELIVER ABOVE ITEM TO:',
        'a@b.example',
        '',
        'TXEX-2 S',
        'B',
        'NNNN',
      ),
    );
    expect(read.file.orders).toEqual([
      { requestNumber: 'EX-1', keywords: ['S'], lines: ['A'], deliverTo: { mail: 'a@b.example' } },
      { requestNumber: 'EX-2', keywords: ['S'], lines: ['B'] },
    ]);
    expect(new Set(codes(read))).toEqual(new Set(['W-BLANKS']));
  });

  it('lists what is odd and keeps it', () => {
    const read = parseOrderFile(
      text(...head, 'TXEX-1 S NEWCODE', 'x'.repeat(45), '  indented', ...tail, 'Kind regards'),
    );
    expect(read.file.orders[0]).toEqual({
      requestNumber: 'EX-1',
      keywords: ['S', 'NEWCODE'],
      lines: ['x'.repeat(40), 'indented'],
    });
    expect(codes(read)).toEqual(['W-KEYWORD', 'W-LEADING-BLANK', 'W-LONG-LINE', 'W-TRAILER']);
  });

  it('takes a tab for a blank', () => {
    const read = parseOrderFile(text(...head, 'TXEX-1 S', 'Uber \tBeispiele', ...tail));
    expect(read.file.orders[0]?.lines).toEqual(['Uber  Beispiele']);
    expect(codes(read)).toEqual(['W-TAB']);
    expect(parseOrderFile(formatOrderFile(read.file)).file).toEqual(read.file);
  });

  it('takes RZ for a mark only where it can be one', () => {
    const read = (line: string) => parseOrderFile(text(...head, line, 'A', ...tail)).file.orders[0];
    expect(read('TXRZEX-1 S COPYRT')).toMatchObject({ requestNumber: 'EX-1', hasCopyrightMark: true });
    expect(read('TX RZ EX-1 S')).toMatchObject({ requestNumber: 'EX-1', hasCopyrightMark: true });
    expect(read('TXRZ-1 S')).not.toHaveProperty('hasCopyrightMark');
    expect(read('TXRZ-1 S')).toMatchObject({ requestNumber: 'RZ-1' });
  });

  it('reads an address for the whole file, which is never written', () => {
    const read = parseOrderFile(
      text(...head, ':DELIVER ALL ITEMS TO:', 'a@b.example', ...blanks, 'TXEX-1', 'A', ...tail),
    );
    expect(read.file.deliverTo).toEqual({ mail: 'a@b.example' });
    expect(codes(read)).toContain('W-FILE-ADDRESS');
  });

  it.each([
    ['account-missing', text('', '')],
    ['account-missing', text('TXEX-1', 'A')],
    ['customer-code', text('0000', 'XXXXXXX')],
    ['account-missing', text('00-0000')],
    ['no-order', text(...head, 'NNNN')],
    ['no-order', text(...head, 'EX-1 S LOAN', 'A', ...tail)],
    ['no-end', text(...head, 'TXEX-1', 'A')],
    ['request-number', text(...head, 'TX?', 'A', ...tail)],
    ['request-number', text(...head, 'TX', 'A', ...tail)],
    ['duplicate-request-number', text(...head, 'TXEX-1', 'A', ...blanks, 'TXEX-1', 'B', ...tail)],
    ['no-citation', text(...head, 'TXEX-1 S', ...tail)],
    ['address', text(...head, 'TXEX-1', 'A', ...blanks, ':DELIVER ABOVE ITEM TO:', 'a b@c', ...tail)],
    ['address', text(...head, 'TXEX-1', 'A', ...blanks, ':DELIVER ABOVE ITEM TO:', ...'1234567', ...tail)],
    ['not-ascii', text(...head, 'TXEX-1', 'Bücher', ...tail)],
  ])('refuses by the rule %s', (rule, each) => {
    expect(() => parseOrderFile(each)).toThrow(expect.objectContaining({ name: 'DecodeError', cause: rule }));
  });

  it('gives a file or a DecodeError, whatever comes', () => {
    const pieces = ['\n', '\r\n', 'TX', 'NNNN', ':DELIVER', '00-0000', '\t', '\0', 'ä', ' '];
    fc.assert(
      fc.property(
        anyFile,
        fc.array(fc.tuple(fc.nat(), fc.constantFrom(...pieces)), { maxLength: 6 }),
        (each, cuts) => {
          let mixed = formatOrderFile(each);
          for (const [at, piece] of cuts) {
            const place = at % (mixed.length + 1);
            mixed = mixed.slice(0, place) + piece + mixed.slice(place);
          }
          try {
            parseOrderFile(mixed);
          } catch (error) {
            expect(error).toMatchObject({ name: 'DecodeError' });
          }
        },
      ),
      { numRuns: 2000 },
    );
  });
});
