import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { formatHtml } from './html/page.js';
import { formatJson } from './json.js';
import { formatJUnit } from './junit.js';
import type { RunReport } from './run-report.js';

/** Where the forms of a report shall be written; none where a path is absent. */
export interface ReportFiles {
  readonly json?: string | undefined;
  readonly junit?: string | undefined;
  readonly html?: string | undefined;
}

/** Writes the forms that are asked for. `head` begins the JSON. */
export function writeReports(
  report: RunReport,
  head: Readonly<Record<string, unknown>>,
  files: ReportFiles,
): void {
  const forms = {
    json: () => formatJson(report, head),
    junit: () => formatJUnit(report),
    html: () => formatHtml(report),
  } as const;
  for (const [form, write] of Object.entries(forms)) {
    const path = files[form as keyof typeof forms];
    if (path === undefined) continue;
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(path, write());
  }
}
