/** A piece of a citation as order files hold it. */
export type ArtField =
  | 'title'
  | 'author'
  | 'publisher'
  | 'place'
  | 'date'
  | 'venue'
  | 'sponsor'
  | 'year'
  | 'volume'
  | 'part'
  | 'pages'
  | 'edition'
  | 'partTitle'
  | 'partAuthor'
  | 'number'
  | 'shelfmark';

/** What kinds of publication are laid out differently. A thesis is laid out as a book. */
export type PublicationType = 'article' | 'book' | 'chapter' | 'conference';

interface LineLayout {
  readonly fields: readonly ArtField[];
  readonly join: ' ' | ', ';
}

/** What stands before a field where several share a line. */
export const fieldTags: Partial<Readonly<Record<ArtField, string>>> = {
  volume: 'VOL ',
  part: 'PT ',
  pages: 'PP ',
  edition: 'ED/PT: ',
};

const own = (...fields: readonly ArtField[]): LineLayout => ({ fields, join: ' ' });
const listed = (...fields: readonly ArtField[]): LineLayout => ({ fields, join: ', ' });
const numbers = own('number', 'shelfmark');

/**
 * The lines of an order by publication type. Two encoders and the mapping file of one product agree on the order of
 * articles, books and conference papers; that of chapters has one source. Empty lines are left out.
 */
export const FieldOrders: Readonly<Record<PublicationType, readonly LineLayout[]>> = {
  article: [
    own('title'),
    own('year', 'volume', 'part', 'pages'),
    own('partTitle'),
    own('partAuthor'),
    numbers,
  ],
  book: [
    own('title'),
    own('author'),
    listed('publisher', 'place'),
    own('year', 'volume', 'part', 'pages', 'edition'),
    numbers,
  ],
  chapter: [own('title'), own('year', 'volume', 'pages'), own('partTitle'), own('partAuthor'), numbers],
  conference: [
    own('title'),
    listed('date', 'venue', 'sponsor'),
    own('year', 'volume', 'part', 'pages'),
    own('partTitle'),
    own('partAuthor'),
    numbers,
  ],
};
