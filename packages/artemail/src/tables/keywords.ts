import type { Evidence } from '@interlend/core';

/** What a keyword on the transaction line says. */
export type KeywordGroup = 'service' | 'delivery' | 'instruction' | 'action';

interface KeywordRow {
  readonly code: string;
  readonly group: KeywordGroup;
  readonly title: string;
  readonly evidence: Evidence;
  readonly note?: string;
}

/**
 * Keywords of the transaction line. *Documented*: two independent sources or the vendor's own; *reconstructed*: one
 * source. A keyword that is not listed is kept as it is.
 */
export const Keywords = [
  { code: 'S', group: 'service', title: 'Search the British Library only', evidence: 'documented' },
  { code: 'SL', group: 'service', title: 'British Library, then locations', evidence: 'reconstructed' },
  {
    code: 'BACKUP',
    group: 'service',
    title: 'British Library and backup libraries',
    evidence: 'reconstructed',
  },
  {
    code: 'SW',
    group: 'service',
    title: 'British Library, locations, then worldwide',
    evidence: 'reconstructed',
  },
  { code: 'WWS', group: 'service', title: 'Worldwide search only', evidence: 'reconstructed' },
  { code: 'LOAN', group: 'delivery', title: 'Loan within 4 days', evidence: 'documented' },
  { code: 'LOAN*24*', group: 'delivery', title: 'Loan within 24 hours', evidence: 'reconstructed' },
  { code: 'PHOTO', group: 'delivery', title: 'Paper copy within 4 days', evidence: 'documented' },
  { code: 'PHOTO*24*', group: 'delivery', title: 'Paper copy within 24 hours', evidence: 'reconstructed' },
  { code: 'PHOTO*2*', group: 'delivery', title: 'Paper copy within 2 hours', evidence: 'reconstructed' },
  { code: 'SED99', group: 'delivery', title: 'Secure download within 4 days', evidence: 'documented' },
  { code: 'SED99*24*', group: 'delivery', title: 'Secure download within 24 hours', evidence: 'documented' },
  { code: 'SED99*2*', group: 'delivery', title: 'Secure download within 2 hours', evidence: 'documented' },
  { code: 'PTW', group: 'delivery', title: 'Download within 4 days', evidence: 'documented' },
  {
    code: 'PTW99',
    group: 'delivery',
    title: 'Download within 4 days',
    evidence: 'reconstructed',
    note: 'conflicts with PTW',
  },
  { code: 'PTW*2*', group: 'delivery', title: 'Download within 2 hours', evidence: 'reconstructed' },
  { code: 'PTW*24*', group: 'delivery', title: 'Download within 24 hours', evidence: 'reconstructed' },
  { code: 'PTW*48*', group: 'delivery', title: 'Download within 48 hours', evidence: 'reconstructed' },
  {
    code: 'FXBK99',
    group: 'delivery',
    title: 'Ariel within 4 days',
    evidence: 'reconstructed',
    note: 'historic: Ariel is gone',
  },
  {
    code: 'FXBK99*24*',
    group: 'delivery',
    title: 'Ariel within 24 hours',
    evidence: 'reconstructed',
    note: 'historic',
  },
  {
    code: 'FXBK99*2*',
    group: 'delivery',
    title: 'Ariel within 2 hours',
    evidence: 'reconstructed',
    note: 'historic',
  },
  { code: 'COPYRT', group: 'instruction', title: 'Copyright fee is paid', evidence: 'documented' },
  { code: 'WLX', group: 'instruction', title: 'Do not place on a waiting list', evidence: 'reconstructed' },
  { code: 'HOME', group: 'instruction', title: 'For reading at home', evidence: 'reconstructed' },
  { code: 'TRANSON', group: 'instruction', title: 'English version essential', evidence: 'reconstructed' },
  { code: 'CANCEL', group: 'action', title: 'Cancel the order of this number', evidence: 'reconstructed' },
] as const satisfies readonly KeywordRow[];

const rows: ReadonlyMap<string, KeywordRow> = new Map(Keywords.map((row) => [row.code, row]));

/** The row of a keyword; `undefined` for one that is not listed. */
export function keywordRow(code: string): KeywordRow | undefined {
  return rows.get(code);
}
