import { ConfigError } from '@interlend/core';
import {
  createProfileShelf,
  deriveProfile,
  profileNamed,
  profiles,
  type SlnpProfile,
  type SlnpRules,
} from '@interlend/slnp/profiles';
import { profileAt } from '../../directory.js';
import type { Settings } from '../../settings.js';

/** The profiles of the package and those of the settings. */
export function profilesOf({ slnp }: Pick<Settings, 'slnp'>): readonly SlnpProfile[] {
  const own = slnp.profiles.map(({ name, like, ...rules }) =>
    deriveProfile(profileNamed(like), {
      name,
      title: `${name}, of the settings`,
      rules,
      evidence: 'documented',
      note: 'as the settings of this server say',
    }),
  );
  return [...profiles, ...own];
}

/** Something in the settings that does not go together. */
export interface Contradiction {
  readonly key: string;
  readonly accepted: string;
}

/** What is wrong with profiles, and with listeners and peers that name them. */
export function slnpContradictions(settings: Settings): readonly Contradiction[] {
  const { rulesFor } = createProfileShelf(profilesOf(settings));
  const found: Contradiction[] = [];
  const names = new Set(profiles.map(({ name }) => name));
  for (const [index, { name, info2flserver }] of settings.slnp.profiles.entries()) {
    const key = `slnp.profiles.${index}`;
    if (names.has(name)) found.push({ key: `${key}.name`, accepted: 'a name that no other profile has' });
    names.add(name);
    const parameters = Object.values(rulesFor(name).info2flserver);
    if (info2flserver && new Set(parameters).size < parameters.length) {
      found.push({ key: `${key}.info2flserver`, accepted: 'a name of its own for each parameter' });
    }
  }
  const check = (key: string, profile: string | undefined, hasLogin: boolean, wantsLogin: boolean): void => {
    const login = loginOf(rulesFor, profile);
    if (login === undefined) {
      found.push({ key: `${key}.profile`, accepted: `one of: ${[...names].join(', ')}` });
    } else if (hasLogin ? login === 'none' : wantsLogin && login !== 'none') {
      const accepted = hasLogin
        ? 'nothing: its profile has no login'
        : `user, because its profile says ${login}`;
      found.push({ key: `${key}.login`, accepted });
    }
  };
  for (const [index, { protocol, login, ...listener }] of settings.listeners.entries()) {
    if (protocol === 'slnp')
      check(`listeners.${index}`, profileAt(listener, settings), login !== undefined, false);
  }
  for (const [index, { protocol, profile, login }] of settings.peers.entries()) {
    if (protocol === 'slnp') check(`peers.${index}`, profile, login !== undefined, true);
  }
  return found;
}

/** The login that a profile has; `undefined` where there is no such profile. */
function loginOf(
  rulesFor: (name: string | undefined) => SlnpRules,
  profile: string | undefined,
): SlnpRules['login'] | undefined {
  try {
    return rulesFor(profile).login;
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error;
    return undefined;
  }
}
