/**
 * Ex Libris Alma for resource sharing: its REST interface with typed records, its search interface, its webhooks, and
 * watches that turn what they show into the words of the lending desk.
 *
 * ```ts
 * import { createAlmaClient } from '@interlend/alma';
 * import { createAlmaDouble } from '@interlend/alma/double';
 *
 * const double = createAlmaDouble();
 * const alma = createAlmaClient({
 *   // A region (`eu`, `na`, `ap`, `aps`, `ca`, `cn`) for a real one, and no `fetch`.
 *   server: 'https://alma.example',
 *   apiKey: 'from your settings',
 *   fetch: (...args) => double.handle(new Request(...args)),
 * });
 * for await (const { partner_details } of alma.partners.list({ status: 'ACTIVE' })) {
 *   console.log(partner_details.code, partner_details.profile_details?.profile_type);
 * }
 * ```
 *
 * @packageDocumentation
 */
export { type Availability, AvailabilitySubfields } from './availability.js';
export type { Rows } from './client/answer.js';
export type { BorrowingRequestsClient, Cancellation } from './client/borrowing-requests.js';
export type { AlmaClientOptions, CallOptions } from './client/call.js';
export { type AlmaClient, createAlmaClient } from './client/client.js';
export type { ConfigurationClient, DirectoryClient } from './client/configuration.js';
export {
  type BibsClient,
  type ItemPath,
  type ItemsClient,
  pathOf,
  type ScanOptions,
} from './client/inventory.js';
export type { LendingRequestsClient, TaskFilter, TaskList, TaskSplits } from './client/lending-requests.js';
export type { PageQuery } from './client/pages.js';
export type { PartnerFilter, PartnersClient } from './client/partners.js';
export type { LoansClient, NewUserRequest, UsersClient } from './client/users.js';
export { type AlmaErrorKind, ErrorCodes, ErrorKinds } from './error-codes.js';
export { AlmaError, type ReportedError } from './errors.js';
export {
  createFunctionality,
  type Functionality,
  functionalityFor,
  type KnownPartner,
  type Way,
} from './functionality/functionality.js';
export { type FunctionalityCall, FunctionalityCalls } from './functionality/functionality-calls.js';
export { AlmaLimiter, type LeavePlace, type LimiterOptions } from './limiter.js';
export { type Operation, type OperationId, Operations } from './operations.js';
export { type Pacing, systemPacing } from './pacing.js';
export type {
  AlmaDeviation,
  Field,
  FieldNotes,
  Fields,
  Kind,
  Need,
  NewRecord,
  Reading,
  ReadRecord,
} from './record/kind.js';
export type { RecordKind } from './record/record.js';
export { withoutSecrets } from './record/secrets.js';
export type { Code } from './record/values.js';
export { formatXml, parseXml, type XmlElement } from './record/xml.js';
export { baseUrlOf, type Region, Regions } from './regions.js';
export {
  applyPartnerSettings,
  fromPartnerSettings,
  type ReadSettings,
  toPartnerSettings,
} from './settings/partner-settings.js';
export type { CommonSettings, ExpirySetting, PartnerSettings, SymbolSettings } from './settings/settings.js';
export {
  createSruClient,
  type FoundTitle,
  queriesFor,
  type SearchOptions,
  type SearchResult,
  type SruClient,
  type SruClientOptions,
  type SruExplanation,
} from './sru.js';
export { SruError } from './sru-error.js';
export * from './tables/index.js';
export {
  fromLendingRequest,
  toItem,
  toLendingEvent,
  toLendingRequest,
} from './watch/lending-request.js';
export { BorrowingStatuses, LendingStatuses, type StatusRow, statusRow } from './watch/statuses.js';
export {
  type Checkpoint,
  compare,
  emptyCheckpoint,
  type Look,
  lookAtBorrowing,
  lookAtLending,
  type RequestNews,
  type SeenRequest,
  type WatchParties,
  watchBorrowing,
} from './watch/watch.js';
export {
  createWebhookReceiver,
  type WebhookAction,
  type WebhookDelivery,
  type WebhookReceiverOptions,
} from './webhooks.js';
