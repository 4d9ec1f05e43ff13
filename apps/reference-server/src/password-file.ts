import { readFileSync } from 'node:fs';
import { ConfigError } from '@interlend/core';

/** What a `passwordFile` accepts: a password in a settings file would be copied with it. */
export const passwordText = 'path of a file that holds the password and nothing else';

/**
 * The password in a file. `key` is where the file stands in the settings.
 *
 * @throws ConfigError when the file does not hold a password; what stands in it never reaches the error
 */
export function readPasswordFile(key: string, file: string): string {
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
