/** A deliberate mistake in the sources, which the suite must notice. */
export interface Fault {
  /** Part of the product and a name, for instance `codec/long-lengths`. */
  readonly id: string;
  /** What is wrong with it, for the page. */
  readonly does: string;
  /** Path from the checkout. */
  readonly file: string;
  /** The text that is replaced; it stands in the file once. */
  readonly find: string;
  readonly put: string;
  /** A word that the failing message must have: it points at the mistake. */
  readonly names: string;
}

/** Faults of one part. */
export function faultsOf(
  part: string,
  folder: string,
  rows: Readonly<Record<string, Omit<Fault, 'id'>>>,
): readonly Fault[] {
  return Object.entries(rows).map(([name, row]) => ({
    ...row,
    id: `${part}/${name}`,
    file: `${folder}/${row.file}`,
  }));
}

/** The text of a file with the mistake in it. @throws Error when the sources have moved on and the fault has not */
export function sabotaged(text: string, { id, file, find, put }: Fault): string {
  const parts = text.split(find);
  if (parts.length !== 2) {
    throw new Error(
      `${id}: expected ${JSON.stringify(find)} once in ${file}, found it ${parts.length - 1} times`,
    );
  }
  return parts.join(put);
}
