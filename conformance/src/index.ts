/**
 * The conformance suite as a library: its exchanges, requirements and systems, and the runner that tries them.
 *
 * ```ts
 * import { loadSuite } from '@interlend/conformance';
 *
 * const { systems, exchanges } = loadSuite();
 * console.log(systems.map(({ id }) => id), exchanges.length);
 * ```
 *
 * @packageDocumentation
 */
export { almaRules } from './recording/alma-rules.js';
export { httpExchangeFile } from './recording/http-exchange-file.js';
export {
  exchangeFile,
  exchangeOf,
  type RecordedExchange,
  type RecordedTransaction,
  type RecordingHead,
  transactionsOf,
} from './recording/recorded-exchange.js';
export { recorderFor } from './recording/recorder-for.js';
export { formatCounts, formatFailure } from './report/console-report.js';
export { type ReportFiles, writeReports } from './report/report-files.js';
export { Outcomes, outcomeOf, type RunReport } from './report/run-report.js';
export type { JudgedExchange, Verdict } from './report/verdicts.js';
export { HarnessError } from './run/checks.js';
export { type ProtocolUnderTest, protocolsUnderTest } from './run/protocols.js';
export { loadSuite, type Suite } from './suite/load.js';
export { operatorDesk } from './verify/operator-desk.js';
export { emptyDesk, type PartnerDesk } from './verify/partner-desk.js';
export { referenceDesk } from './verify/reference-desk.js';
export {
  type Plan,
  type PlanChoice,
  planOf,
  type Scenario,
  systemsToVerify,
  type VerifiedSystem,
} from './verify/scenarios.js';
export { type LivePartner, reportOf, verifyPartner } from './verify/verify-partner.js';
export type { Verification, VerificationProgress } from './verify/verify-run.js';
