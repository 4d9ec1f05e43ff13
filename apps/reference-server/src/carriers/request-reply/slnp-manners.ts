import { encode, errorReply, isRetryableCode, rulesFor, SlnpSession, serveSession } from '@interlend/slnp';
import type { Manners } from './manners.js';

/** SLNP: greeting and goodbye as the profile has them. */
export const slnpManners: Manners = {
  serve: (connection, { profile, maxFrameAgeMs, answer, onLost }, signal) =>
    serveSession(
      connection,
      { role: 'library', rules: rulesFor(profile), limits: { maxFrameAgeMs }, answer, onLost },
      signal,
    ),

  refusal: (profile) => encode(errorReply(510, rulesFor(profile).texts.libraryUnknown)),

  async ask({ connector, address, profile, raw, signal }) {
    const session = await SlnpSession.open({ connector, address, rules: rulesFor(profile), signal });
    const { message, bytes } = await session.ask(raw, { signal });
    const { peer, peerCertificate } = session;
    return {
      raw: bytes,
      from: { peer, ...(peerCertificate && { peerCertificate }) },
      isPutOff: isRetryableCode(message.code),
      leave: () => session.quit(),
    };
  },
};
