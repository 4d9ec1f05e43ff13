/** What a reader of Alma's answers refuses to go beyond. */
export const limits = {
  /** Octets of one body. A page of a hundred full MARC records is about 2 MiB. */
  bodyOctets: 16 * 1024 * 1024,
  /** Octets of one webhook delivery: one object with its notes. The sender is not known before the body is read. */
  deliveryOctets: 1024 * 1024,
  /** Levels of XML. Alma's deepest body has 8; the parser's work grows with the square of the depth. */
  xmlDepth: 64,
  /** Rows of one page of a list, by Alma's own rule. */
  pageRows: 100,
  /** Pages one walk through a list asks for: half a million rows, beyond any institution's partners. */
  pages: 5000,
} as const;
