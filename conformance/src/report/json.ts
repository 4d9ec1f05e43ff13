import { outcomeOf, type RunReport } from './run-report.js';

/** A run as JSON: the particulars of the run first, then the matrix where there is one, then every check. */
export function formatJson(report: RunReport, head: Readonly<Record<string, unknown>>): string {
  const { matrix, requirements, exchanges, excluded, complaints } = report;
  const cases = exchanges.map(({ result, verdict, checks }) => ({
    id: result.exchange.id,
    origin: result.exchange.provenance.origin,
    verdict,
    checks: checks.map(({ check, verdict: ofCheck, reason }) => ({
      id: check.id,
      verdict: ofCheck,
      ...(reason === undefined ? {} : { reason }),
      ...(check.evidence === undefined ? {} : { evidence: check.evidence }),
      ...(check.startedAt === undefined ? {} : { startedAt: check.startedAt }),
      ...(check.durationMs === undefined ? {} : { durationMs: Math.round(check.durationMs) }),
      ...(check.problem ? { problem: check.problem } : {}),
    })),
  }));
  const outcome = outcomeOf(report).words;
  return `${JSON.stringify(
    { ...head, outcome, ...(matrix ?? {}), requirements, cases, excluded, complaints },
    null,
    2,
  )}\n`;
}
