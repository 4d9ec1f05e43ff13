import type { Protocol } from '@interlend/core';
import { capabilities } from './capabilities.js';
import { createFramer, decode, encode } from './codec.js';
import { correlate } from './correlate.js';
import { describe } from './describe.js';
import { errorReportFor } from './error-report.js';
import { begin, type IsoIllGuard } from './guard/guard.js';
import { receive } from './guard/receive.js';
import { expire, say } from './guard/say.js';
import { stampFor } from './guard/turn.js';
import { toRequest } from './mapping/read-request.js';
import type { IllApdu } from './messages/apdus.js';
import { rulesFor } from './profiles/index.js';
import { toDateTime } from './service-time.js';

/**
 * ISO ILL as the reference server, the recorder and the tests use it. A profile's name in an argument is one of
 * `profiles`; another name is a `ConfigError`.
 */
export const isoIll: Protocol<IllApdu, IsoIllGuard> = {
  name: 'iso-ill',
  capabilities,
  decode: (bytes, options = {}) => decode(bytes, { isStrict: options.isStrict ?? false }),
  encode: (message, options = {}) => {
    const { defaults, trueOctet } = rulesFor(options.profile);
    return encode(message, { defaults, trueOctet });
  },
  createFramer: () => createFramer(),
  correlate,
  describe,
  toRequest,
  begin,
  receive,
  say,
  expire,
  answerUndecodable: (bytes, error, context) =>
    errorReportFor(error, bytes, { dateTimeOfThisService: toDateTime(stampFor(undefined, context)) }),
  // Identical octets have the same date-time of service and are recognised as a duplicate.
  isRepeatHarmless: true,
};
