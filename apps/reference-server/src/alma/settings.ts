import { readFileSync } from 'node:fs';
import { baseUrlOf, Regions } from '@interlend/alma/regions';
import { ConfigError } from '@interlend/core';
import type { AlmaSettings } from '../settings.js';

/** What `alma.server` accepts. */
export const serverText = `a region (${Object.keys(Regions).join(', ')}) or an http or https URL`;

/** What `alma.apiKey` accepts: a key in a settings file would be copied with it. */
export const keyText = 'the variable INTERLEND_ALMA_API_KEY, or apiKeyFile in the settings';

/** What `alma.mail.password` accepts. */
export const mailPasswordText = 'the variable INTERLEND_ALMA_MAIL_PASSWORD, or passwordFile of an account';

export function isAlmaServer(server: string): boolean {
  try {
    return baseUrlOf(server) !== '';
  } catch {
    return false;
  }
}

/** The key of an Alma, out of the environment or its file. @throws ConfigError */
export function apiKeyOf({ apiKey, apiKeyFile }: AlmaSettings): string {
  if (apiKey !== undefined) return apiKey;
  const accepted = 'a readable file that holds the key and nothing else';
  let key = '';
  try {
    if (apiKeyFile !== undefined) key = readFileSync(apiKeyFile, 'utf8').trim();
  } catch {
    // Said below: what stands in the file must not reach an error.
  }
  if (key === '' || /\s/.test(key)) {
    throw new ConfigError(`alma.apiKeyFile: expected ${accepted}`, { key: 'alma.apiKeyFile', accepted });
  }
  return key;
}
