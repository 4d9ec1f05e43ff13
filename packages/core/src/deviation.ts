/** A place where a message departs from its standard and was read all the same. */
export interface Deviation {
  /** A word per kind of departure, stable across versions. */
  readonly code: string;
  /** Offset in octets from the start of the message. */
  readonly offset: number;
  /** Path of the element, for instance `Overdue.dateDue`. */
  readonly path: string;
  /** What was expected and what came. */
  readonly message: string;
  /** The clause that is departed from. */
  readonly clause?: string;
}
