/** What is asked for, as a library would cite it. Every field is text as the requester typed it. */
export interface Item {
  readonly kind?: 'monograph' | 'serial' | 'other';
  readonly title?: string;
  readonly subTitle?: string;
  readonly author?: string;
  readonly sponsoringBody?: string;
  readonly publisher?: string;
  readonly placeOfPublication?: string;
  readonly publicationDate?: string;
  readonly edition?: string;
  readonly series?: string;
  /** Volume and issue of a serial, for instance `12(3)`. */
  readonly volumeIssue?: string;
  /** The part wanted of a larger work: an article, a chapter. */
  readonly component?: ItemComponent;
  /** Ten or thirteen characters, hyphens as given. */
  readonly isbn?: string;
  readonly issn?: string;
  readonly callNumber?: string;
  /** Further numbers and letters that identify the item. */
  readonly additionalNumbers?: string;
  /** Where the citation was verified. */
  readonly verificationSource?: string;
}

/** An article, chapter or other part of an {@link Item}. */
export interface ItemComponent {
  readonly title?: string;
  readonly author?: string;
  readonly date?: string;
  readonly pages?: string;
}
