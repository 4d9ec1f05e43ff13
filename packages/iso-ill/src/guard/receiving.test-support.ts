import { expect } from 'vitest';
import type { IllApdu, StatusOrErrorReport } from '../messages/apdus.js';
import type { ProviderErrorReport, UserErrorReport } from '../messages/types.js';
import { illRequest, lenient } from './guard-at.test-support.js';
import { receive } from './receive.js';

/** The only report among the replies. */
export function reportIn(replies: readonly IllApdu[]): StatusOrErrorReport {
  expect(replies).toHaveLength(1);
  const [report] = replies;
  if (report?.apdu !== 'Status-Or-Error-Report') throw new Error(`expected a report, found ${report?.apdu}`);
  return report;
}

export function problemIn(replies: readonly IllApdu[]): ProviderErrorReport | UserErrorReport | undefined {
  const { errorReport } = reportIn(replies);
  return errorReport?.providerErrorReport ?? errorReport?.userErrorReport;
}

/** A responder that has taken `illRequest`. */
export function opened() {
  const { guard } = receive(undefined, illRequest, lenient);
  if (!guard) throw new Error('the request was refused');
  return guard;
}

export const unknownExtension = (critical: boolean, directReference = '1.2.3.4') => ({
  extensions: [
    { identifier: 1, critical, item: { external: { directReference, content: { singleAsn1Type: '0500' } } } },
  ],
});
