import { limits } from '../limits.js';
import type { Rows } from './answer.js';
import type { CallOptions } from './call.js';

/** Which part of a list. */
export interface PageQuery extends CallOptions {
  /** 1 to 100; 100 when absent. */
  readonly limit?: number;
  readonly offset?: number;
}

/**
 * Walks through a list page by page. A row that moved to a later page while others were added or deleted comes once; one
 * that moved to an earlier page may be missed, as with every list by offset.
 */
export async function* walk<Row>(
  page: (query: { readonly limit: number; readonly offset: number }) => Promise<Rows<Row>>,
  identify: (row: Row) => string,
): AsyncGenerator<Row, void, undefined> {
  const seen = new Set<string>();
  let offset = 0;
  for (let count = 0; count < limits.pages; count++) {
    const { rows, total } = await page({ limit: limits.pageRows, offset });
    for (const row of rows) {
      const name = identify(row);
      if (seen.has(name)) continue;
      seen.add(name);
      yield row;
    }
    // A full page is asked for whatever came: rows that could not be read count as well.
    offset += limits.pageRows;
    if (rows.length === 0 || offset >= total) return;
  }
}
