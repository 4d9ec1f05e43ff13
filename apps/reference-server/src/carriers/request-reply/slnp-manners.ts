import {
  encode,
  errorReply,
  isRetryableCode,
  type Login,
  matchesLogin,
  type SlnpCommand,
  SlnpSession,
  serveSession,
  slnp,
} from '@interlend/slnp';
import type { SlnpRules } from '@interlend/slnp/profiles';
import type { ListenerSettings, PeerSettings } from '../../settings.js';
import type { Manners } from './manners.js';

/** What SLNP depends on beside its messages. */
export interface SlnpMannersOptions {
  /** @throws ConfigError */
  readonly rulesFor: (profile: string | undefined) => SlnpRules;
  /** What callers of a listener must say, or what is said to a peer. @throws ConfigError */
  readonly loginOf: (of: ListenerSettings | PeerSettings) => Login | undefined;
}

/** SLNP: greeting, login and goodbye as the profile has them. */
export function createSlnpManners({ rulesFor, loginOf }: SlnpMannersOptions): Manners {
  return {
    serve(connection, { settings, answer, onStranger, onLost }, signal) {
      const expected = loginOf(settings);
      const rules = rulesFor(settings.profile);
      return serveSession(
        connection,
        {
          role: 'library',
          // A central server that wants a login need not log in itself.
          rules: expected ? rules : { ...rules, login: 'none' },
          limits: { maxFrameAgeMs: settings.messageMs },
          admits: (login) => {
            const isExpected = expected !== undefined && matchesLogin(login, expected);
            if (!isExpected) onStranger();
            return isExpected;
          },
          answer,
          onLost,
        },
        signal,
      );
    },

    refusal: (profile) => encode(errorReply(510, rulesFor(profile).texts.libraryUnknown)),

    async ask({ connector, address, peer, raw, signal }) {
      const rules = rulesFor(peer.profile);
      const login = loginOf(peer);
      const session = await SlnpSession.open({ connector, address, rules, signal, ...(login && { login }) });
      const { message, bytes } = await session.ask(isSaidAsKept(rules) ? raw : commandIn(raw), { signal });
      const { peer: from, peerCertificate } = session;
      return {
        raw: bytes,
        from: { peer: from, ...(peerCertificate && { peerCertificate }) },
        isPutOff: isRetryableCode(message.code),
        leave: () => session.quit(),
      };
    },
  };
}

/** Whether the octets of the store are those of the wire: a session may name who speaks, and choose the character set. */
function isSaidAsKept({ login, charset }: SlnpRules): boolean {
  return login !== 'SLNPSysParam' && charset !== 'greeting';
}

/** The command in octets that this server wrote. */
function commandIn(raw: Uint8Array): SlnpCommand | Uint8Array {
  const { message } = slnp.decode(raw);
  return message.kind === 'command' ? message : raw;
}
