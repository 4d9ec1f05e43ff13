import type { Item } from '@interlend/core';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { citationLines, readCitation } from './citation.js';
import { fold } from './folding.js';
import { formatOrderFile } from './format-order-file.js';
import { parseOrderFile } from './parse-order-file.js';

const plain = { joinAuthor: false, wrapTitle: false };

const article: Item = {
  kind: 'serial',
  title: 'JOURNAL OF EXAMPLE STUDIES',
  volumeIssue: '12(3)',
  publicationDate: '2011',
  issn: '0000-0000',
  component: { title: 'ON THE PARSING OF PLAIN TEXT ORDERS', author: 'SMITH J', pages: '101-110' },
};
const book: Item = {
  kind: 'monograph',
  title: 'AN INTRODUCTION TO EXAMPLES',
  author: 'JONES A B',
  publisher: 'EXAMPLE UNIVERSITY PRESS',
  publicationDate: '1998',
  edition: '2ND',
  isbn: '0000000000',
};
const chapter: Item = {
  kind: 'monograph',
  title: 'COLLECTED ESSAYS ON MAIL',
  volumeIssue: '2',
  publicationDate: '2004',
  isbn: '0000000001',
  component: { title: 'THE CHAPTER IN QUESTION', author: 'BROWN C', pages: '33-57' },
};
const paper: Item = {
  kind: 'other',
  title: 'EXAMPLES CONFERENCE',
  publicationDate: '2001 MAY',
  placeOfPublication: 'YORK',
  sponsoringBody: 'EXAMPLE SOCIETY',
  component: { title: 'A PAPER', author: 'GREEN D', pages: '1-9', date: '2002' },
};

describe('the lines of an order', () => {
  it.each([
    [
      'article',
      article,
      [
        'JOURNAL OF EXAMPLE STUDIES',
        '2011 VOL 12 PT 3 PP 101-110',
        'ON THE PARSING OF PLAIN TEXT ORDERS',
        'SMITH J',
        '0000-0000',
      ],
    ],
    [
      'book',
      book,
      [
        'AN INTRODUCTION TO EXAMPLES',
        'JONES A B',
        'EXAMPLE UNIVERSITY PRESS',
        '1998 ED/PT: 2ND',
        '0000000000',
      ],
    ],
    [
      'chapter',
      chapter,
      ['COLLECTED ESSAYS ON MAIL', '2004 VOL 2 PP 33-57', 'THE CHAPTER IN QUESTION', 'BROWN C', '0000000001'],
    ],
    [
      'conference',
      paper,
      ['EXAMPLES CONFERENCE', '2001 MAY, YORK, EXAMPLE SOCIETY', 'PP 1-9', 'A PAPER', 'GREEN D'],
    ],
  ] as const)('are in the order for a %s', (type, item, lines) => {
    expect(citationLines(item, plain)).toMatchObject({ type, lines });
  });

  it('read back as the item, where all of them are there', () => {
    expect(readCitation(citationLines(article, plain).lines)).toEqual(article);
    expect(readCitation(citationLines(book, plain).lines)).toEqual(book);
    expect(readCitation(citationLines(chapter, plain).lines)).toEqual(chapter);
  });

  it('have no empty line, whatever is missing', () => {
    expect(citationLines({ title: 'A' }, plain).lines).toEqual(['A']);
  });

  it('can have the author on the line of the title', () => {
    expect(citationLines(article, { ...plain, joinAuthor: true }).lines[2]).toBe(
      'ON THE PARSING OF PLAIN TEXT ORDERS SMIT',
    );
  });

  it('are cut at 40 after folding, and the cut is listed', () => {
    const { lines, losses } = citationLines({ title: `Größe ${'x'.repeat(40)}` }, plain);
    expect(lines).toEqual([`Grosse ${'x'.repeat(33)}`]);
    expect(losses).toEqual([
      { path: 'request.item.title', why: 'U+00F6 written as o' },
      { path: 'request.item.title', why: 'U+00DF written as ss' },
      { path: 'request.item.title', why: 'cut at 40 of 47 characters' },
    ]);
    expect(citationLines({ title: 'x'.repeat(40) }, plain).losses).toEqual([]);
  });

  it('wrap a title where the partner wants that', () => {
    const { lines, losses } = citationLines(
      { title: 'word '.repeat(20).trim() },
      { ...plain, wrapTitle: true },
    );
    expect(lines.join(' ')).toBe('word '.repeat(20).trim());
    expect(lines.every(({ length }) => length <= 40)).toBe(true);
    expect(losses).toEqual([]);
  });

  it.each(['NNNN', 'TX LIBRARY', ':DELIVER ABOVE ITEM TO:'])(
    'cannot be taken for something else: %s',
    (title) => {
      expect(citationLines({ title }, plain).lines).toEqual([`- ${title}`]);
    },
  );

  it('name what has no place among them', () => {
    const { losses } = citationLines({ ...book, series: 'SERIES', component: { title: 'X' } }, plain);
    expect(losses).toEqual([
      { path: 'request.item.author', why: 'an order for a chapter has no place for it' },
      { path: 'request.item.publisher', why: 'an order for a chapter has no place for it' },
      { path: 'request.item.edition', why: 'an order for a chapter has no place for it' },
      { path: 'request.item.series', why: 'an order has no place for it' },
    ]);
  });

  it('make an order that reads as it was written, for any item', () => {
    const words = fc.string({ unit: 'grapheme', maxLength: 60 });
    const anyItem: fc.Arbitrary<Item> = fc.record(
      {
        kind: fc.constantFrom('monograph', 'serial', 'other'),
        title: words,
        author: words,
        publisher: words,
        placeOfPublication: words,
        publicationDate: words,
        sponsoringBody: words,
        edition: words,
        volumeIssue: words,
        isbn: words,
        issn: words,
        callNumber: words,
        component: fc.record({ title: words, author: words, pages: words }, { requiredKeys: [] }),
      },
      { requiredKeys: [] },
    );
    fc.assert(
      fc.property(anyItem, fc.boolean(), fc.boolean(), (item, joinAuthor, wrapTitle) => {
        const { lines } = citationLines(item, { joinAuthor, wrapTitle });
        if (lines.length === 0) return;
        const order = { requestNumber: 'EX-1', keywords: ['S'], lines };
        const text = formatOrderFile({ account: { customerCode: '00-0000' }, orders: [order] });
        expect(parseOrderFile(text).file.orders).toEqual([order]);
      }),
      { numRuns: 10_000 },
    );
  });
});

describe('folding', () => {
  it.each([
    ['Ærø “ließ” Łódź', 'AEro "liess" Lodz'],
    ['naïve café', 'naive cafe'],
    ['Ελλάδα', '??????'],
    ['ﬁne', 'fine'],
    ['a\tb\nc\u00a0d', 'a b c d'],
    ['a\0b\u200bc', 'abc'],
    ['25 € – £5', '25 EUR - GBP5'],
    ['e\u0301', 'e'],
    ['  two  blanks ', 'two blanks'],
  ])('writes %j as %j', (text, folded) => {
    expect(fold(text).text).toBe(folded);
  });

  it('lists each character that it changed once, and the rule', () => {
    expect(fold('öß?ö日').changes).toEqual([
      { character: 'ö', as: 'o', rule: 'without-marks' },
      { character: 'ß', as: 'ss', rule: 'letter' },
      { character: '日', as: '?', rule: 'unknown' },
    ]);
  });

  it('gives printable ASCII for any text, and changes nothing that is', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (text) => {
        const folded = fold(text).text;
        expect(folded).toMatch(/^[\x20-\x7e]*$/);
        expect(fold(folded)).toEqual({ text: folded, changes: [] });
      }),
      { numRuns: 5000 },
    );
  });
});
