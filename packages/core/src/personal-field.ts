/** A text of a message that identifies a reader or is secret. It never reaches a log, an error or an exchange file. */
export interface PersonalField {
  /** Dotted path in the decoded message; may be named where the text may not. */
  readonly path: string;
  readonly text: string;
}
