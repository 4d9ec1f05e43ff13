import { createSlnp } from '@interlend/slnp';
import { createProfileShelf, profiles, type SlnpProfile } from '@interlend/slnp/profiles';
import type { ProtocolBinding } from '../../registry.js';
import { createRequestReply } from './request-reply.js';
import { readLogin } from './slnp-login.js';
import { createSlnpManners, type SlnpMannersOptions } from './slnp-manners.js';
import { profilesOf, slnpContradictions } from './slnp-profiles.js';

/** SLNP, with the profiles and logins of the settings once they are known. */
export const slnpBinding: ProtocolBinding = {
  ...bind(profiles, () => undefined),
  configured(settings) {
    const keys = new Map<unknown, string>([
      ...settings.listeners.map(({ login }, index) => [login, `listeners.${index}.login`] as const),
      ...settings.peers.map(({ login }, index) => [login, `peers.${index}.login`] as const),
    ]);
    const loginOf: SlnpMannersOptions['loginOf'] = ({ login }) =>
      login && readLogin(keys.get(login) ?? 'login', login, settings);
    // A password that is not there is better found now than by the first report.
    for (const party of [...settings.listeners, ...settings.peers]) loginOf(party);
    return bind(profilesOf(settings), loginOf);
  },
  contradictions: slnpContradictions,
};

function bind(available: readonly SlnpProfile[], loginOf: SlnpMannersOptions['loginOf']): ProtocolBinding {
  const { rulesFor } = createProfileShelf(available);
  return {
    protocol: createSlnp(available),
    transports: { tcp: createRequestReply(createSlnpManners({ rulesFor, loginOf })) },
  };
}
