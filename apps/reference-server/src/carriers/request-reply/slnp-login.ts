import { readFileSync } from 'node:fs';
import { ConfigError } from '@interlend/core';
import type { Login } from '@interlend/slnp';
import type { LoginSettings, Settings } from '../../settings.js';
import { passwordText } from './slnp-settings.js';

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
    passwordFile === undefined ? slnp.password : readPassword(`${key}.passwordFile`, passwordFile);
  return {
    user,
    ...(password !== undefined && { password }),
    ...(database !== undefined && { database }),
    ...(branch !== undefined && { branch }),
  };
}

function readPassword(key: string, file: string): string {
  let password = '';
  try {
    password = readFileSync(file, 'utf8').replace(/\r?\n$/, '');
  } catch {
    // Said below: what stands in the file must not reach an error.
  }
  if (password === '' || /[\r\n]/.test(password)) {
    throw new ConfigError(`${key}: expected ${passwordText}`, { key, accepted: passwordText });
  }
  return password;
}
