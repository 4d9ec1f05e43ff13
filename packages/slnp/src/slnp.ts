import type { Protocol } from '@interlend/core';
import { capabilities } from './capabilities.js';
import { decode, encode } from './codec.js';
import { correlate } from './correlate.js';
import { describe } from './describe.js';
import { replyToUnreadable } from './faults.js';
import { createFramer } from './framer.js';
import { begin, type SlnpGuard } from './guard/guard.js';
import { receive } from './guard/receive.js';
import { dayAfter } from './guard/receive-order.js';
import { expire, say } from './guard/say.js';
import { toRequest } from './mapping/read-request.js';
import type { SlnpMessage } from './messages/message.js';
import { createProfileShelf, profiles, type SlnpProfile } from './profiles/index.js';
import { readingOf, writingOf } from './profiles/writing.js';

/** A library system's side of SLNP with profiles of your own, for instance with the parameter names of your central server. */
export function createSlnp(available: readonly SlnpProfile[] = profiles): Protocol<SlnpMessage, SlnpGuard> {
  const { rulesFor } = createProfileShelf(available);
  return {
    name: 'slnp',
    capabilities,
    decode: (bytes, { isStrict = false, profile } = {}) =>
      decode(bytes, { isStrict, ...readingOf(rulesFor(profile)) }),
    encode: (message, { profile } = {}) => encode(message, writingOf(rulesFor(profile))),
    createFramer: () => createFramer(),
    correlate: (message) => correlate(message, rulesFor(undefined).info2flserver),
    describe,
    toRequest,
    begin,
    receive: (guard, message, context) => receive(guard, message, context, rulesFor(context.profile)),
    say: (guard, event, context) => say(guard, event, rulesFor(context.profile)),
    expire: (guard, context) =>
      expire(
        guard,
        context,
        guard.side === 'PFL' && guard.neededBy !== undefined ? dayAfter(guard.neededBy) : undefined,
      ),
    answerUndecodable: (_bytes, error, context) => replyToUnreadable(error, rulesFor(context.profile).texts),
    // The same report about the same order is answered as before.
    isRepeatHarmless: true,
  };
}

/**
 * SLNP as the reference server, the recorder and the tests use it: a library system towards its central server. A
 * profile's name in an argument is one of `profiles`; another name is a `ConfigError`.
 */
export const slnp: Protocol<SlnpMessage, SlnpGuard> = createSlnp();
