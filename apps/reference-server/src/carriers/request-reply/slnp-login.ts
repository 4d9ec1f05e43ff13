import type { Login } from '@interlend/slnp';
import { readPasswordFile } from '../../password-file.js';
import type { LoginSettings, Settings } from '../../settings.js';

/**
 * A login with its password, out of its file or the environment. `key` is where it stands in the settings.
 *
 * @throws ConfigError when the file does not hold a password; what stands in it never reaches the error
 */
export function readLogin(
  key: string,
  { user, passwordFile, database, branch }: LoginSettings,
  { slnp }: Pick<Settings, 'slnp'>,
): Login {
  const password =
    passwordFile === undefined ? slnp.password : readPasswordFile(`${key}.passwordFile`, passwordFile);
  return {
    user,
    ...(password !== undefined && { password }),
    ...(database !== undefined && { database }),
    ...(branch !== undefined && { branch }),
  };
}
