import { readFileSync } from 'node:fs';
import { BlockList } from 'node:net';
import { ConfigError, isSameSymbol } from '@interlend/core';
import { parse, YAMLParseError } from 'yaml';
import type { z } from 'zod';
import { keyText, mailPasswordText } from './alma/settings.js';
import { variableText } from './carriers/request-reply/slnp-settings.js';
import type { ProtocolRegistry } from './registry.js';
import { type Settings, SettingsSchema } from './settings.js';
import { addNetwork } from './settings-fields.js';

/** Variables of the environment and the setting each one replaces. */
export const EnvironmentVariables: Readonly<Record<string, string>> = {
  INTERLEND_DATA: 'data',
  INTERLEND_TIME_ZONE: 'timeZone',
  INTERLEND_COMMIT_DELAY_MS: 'commitDelayMs',
  INTERLEND_API_HOST: 'api.host',
  INTERLEND_API_PORT: 'api.port',
  INTERLEND_API_TOKENS: 'api.tokens',
  INTERLEND_UNKNOWN_PEERS: 'unknownPeers',
  INTERLEND_ALMA_API_KEY: 'alma.apiKey',
  INTERLEND_ALMA_MAIL_PASSWORD: 'alma.mail.password',
  INTERLEND_SLNP_PASSWORD: 'slnp.password',
  INTERLEND_LOG_LEVEL: 'log.level',
};

const numbers: ReadonlySet<string> = new Set(['commitDelayMs', 'api.port']);
const lists: ReadonlySet<string> = new Set(['api.tokens']);
/** Secrets that a settings file may not hold, and where they belong. */
const fromEnvironmentOnly = [
  ['alma.apiKey', keyText],
  ['alma.mail.password', mailPasswordText],
  ['slnp.password', variableText],
] as const;

/** Settings, or everything that is wrong with them. */
export type SettingsResult =
  | { readonly settings: Settings; readonly mistakes?: never }
  | { readonly settings?: never; readonly mistakes: readonly ConfigError[] };

type Environment = Readonly<Record<string, string | undefined>>;

/**
 * Reads the settings file and lays the environment over it. Every mistake is reported, each with its dotted key and what
 * would be accepted; values are never repeated, because some of them are secrets.
 */
export function readSettingsFile(
  file: string,
  environment: Environment,
  registry: ProtocolRegistry,
): SettingsResult {
  let text: string;
  try {
    text = readFileSync(file, 'utf8');
  } catch (cause) {
    const error = new ConfigError(
      `settings file ${file} cannot be read`,
      { key: '', accepted: 'a readable YAML file' },
      { cause },
    );
    return { mistakes: [error] };
  }
  return readSettings(text, environment, registry);
}

/** As {@link readSettingsFile}, from YAML text. */
export function readSettings(
  text: string,
  environment: Environment,
  registry: ProtocolRegistry,
): SettingsResult {
  let written: unknown;
  try {
    written = parse(text);
  } catch (cause) {
    const where = cause instanceof YAMLParseError ? ` (line ${cause.linePos?.[0].line ?? '?'})` : '';
    return {
      mistakes: [
        new ConfigError(
          `settings are not YAML${where}`,
          { key: '', accepted: 'one YAML mapping' },
          { cause },
        ),
      ],
    };
  }
  return checkSettings(written, environment, registry);
}

/** As {@link readSettingsFile}, from a value. */
export function checkSettings(
  written: unknown,
  environment: Environment,
  registry: ProtocolRegistry,
): SettingsResult {
  const mistakes: ConfigError[] = [];
  for (const [key, accepted] of fromEnvironmentOnly) {
    if (stands(written, key.split('.'))) mistakes.push(mistake(key, accepted));
  }
  const overlaid = overlay(written, environment, mistakes);
  const parsed = SettingsSchema.safeParse(overlaid);
  if (!parsed.success) mistakes.push(...parsed.error.issues.map(toMistake));
  else mistakes.push(...contradictions(parsed.data, registry));
  return mistakes.length > 0 || !parsed.success ? { mistakes } : { settings: parsed.data };
}

function isMapping(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function stands(written: unknown, [name, ...rest]: readonly string[]): boolean {
  if (name === undefined) return true;
  return isMapping(written) && Object.hasOwn(written, name) && stands(written[name], rest);
}

/** The same mapping with a value at a dotted key, and the sections that lead there. */
function laidOver(written: unknown, [name, ...rest]: readonly string[], value: unknown): unknown {
  if (name === undefined) return value;
  const section = isMapping(written) ? written : {};
  return { ...section, [name]: laidOver(section[name], rest, value) };
}

function overlay(written: unknown, environment: Environment, mistakes: ConfigError[]): unknown {
  if (!isMapping(written) && written !== null && written !== undefined) return written;
  let result: unknown = { ...written };
  for (const [name, value] of Object.entries(environment)) {
    if (!name.startsWith('INTERLEND_') || value === undefined) continue;
    const key = EnvironmentVariables[name];
    if (key === undefined) {
      mistakes.push(mistake(name, `one of: ${Object.keys(EnvironmentVariables).join(', ')}`));
      continue;
    }
    const parsed = lists.has(key)
      ? value.split(',').map((part) => part.trim())
      : numbers.has(key) && /^\d+$/.test(value)
        ? Number(value)
        : value;
    result = laidOver(result, key.split('.'), parsed);
  }
  return result;
}

function mistake(key: string, accepted: string): ConfigError {
  return new ConfigError(`${key || 'settings'}: expected ${accepted}`, { key, accepted });
}

function toMistake(issue: z.core.$ZodIssue): ConfigError {
  const path = issue.path.map(String);
  if (issue.code === 'unrecognized_keys') {
    const key = [...path, issue.keys[0] ?? ''].join('.');
    const known = knownKeys(path);
    return new ConfigError(`${key}: there is no such setting`, {
      key,
      accepted: known === '' ? 'no such key' : `one of: ${known}`,
    });
  }
  return mistake(path.join('.'), issue.message);
}

/** Names of the settings in the section at `path`. */
function knownKeys(path: readonly string[]): string {
  let schema: unknown = SettingsSchema;
  for (const step of [...path, undefined]) {
    schema = unwrap(schema);
    if (step === undefined) break;
    if (isObjectSchema(schema)) schema = schema.shape[step];
    else if (typeof schema === 'object' && schema !== null && 'element' in schema) schema = schema.element;
  }
  return isObjectSchema(schema) ? Object.keys(schema.shape).join(', ') : '';
}

function isObjectSchema(schema: unknown): schema is { readonly shape: Readonly<Record<string, unknown>> } {
  return typeof schema === 'object' && schema !== null && 'shape' in schema && isMapping(schema.shape);
}

function unwrap(schema: unknown): unknown {
  let inner = schema;
  while (typeof inner === 'object' && inner !== null && 'def' in inner && isMapping(inner.def)) {
    const { innerType, out } = inner.def;
    if (innerType === undefined && out === undefined) break;
    inner = innerType ?? out;
  }
  return inner;
}

const loopback = new BlockList();
addNetwork(loopback, '127.0.0.0/8');
addNetwork(loopback, '::1');

/** Whether only this machine can reach a listener on `host`. */
export function isLoopback(host: string): boolean {
  return host === 'localhost' || loopback.check(host, host.includes(':') ? 'ipv6' : 'ipv4');
}

/** What only shows when settings are seen together. */
function contradictions(settings: Settings, registry: ProtocolRegistry): readonly ConfigError[] {
  const found: ConfigError[] = [];
  const protocols = [...registry.keys()].join(', ');
  const checkCarrier = (
    key: string,
    carrier: { readonly protocol: string; readonly transport: string },
  ): void => {
    const binding = registry.get(carrier.protocol);
    if (!binding) found.push(mistake(`${key}.protocol`, `one of: ${protocols}`));
    else if (!Object.hasOwn(binding.transports, carrier.transport)) {
      found.push(mistake(`${key}.transport`, `one of: ${Object.keys(binding.transports).join(', ')}`));
    }
  };
  const checkSymbols = (key: string, parties: readonly { readonly symbol: string }[]): void => {
    const seen = new Set<string>();
    for (const [index, { symbol }] of parties.entries()) {
      if (seen.has(symbol.toLowerCase()))
        found.push(mistake(`${key}.${index}.symbol`, 'a symbol that is not listed twice'));
      seen.add(symbol.toLowerCase());
    }
  };
  for (const [index, listener] of settings.listeners.entries()) {
    checkCarrier(`listeners.${index}`, listener);
    const needsMailbox =
      registry.get(listener.protocol)?.transports[listener.transport]?.readsMailbox === true;
    if (needsMailbox !== (listener.mailbox !== undefined)) {
      const accepted = needsMailbox
        ? 'user and password of the mailbox'
        : 'nothing: this transport reads no mailbox';
      found.push(mistake(`listeners.${index}.mailbox`, accepted));
    }
  }
  for (const [index, peer] of settings.peers.entries()) {
    checkCarrier(`peers.${index}`, peer);
    const assertPartner = registry.get(peer.protocol)?.protocol.assertPartner;
    try {
      assertPartner?.(peer.partner);
    } catch (error) {
      if (!(error instanceof ConfigError)) throw error;
      found.push(mistake(`peers.${index}.${error.key}`, error.accepted));
    }
    const { certificateFile, keyFile } = peer.tls ?? {};
    if ((certificateFile === undefined) !== (keyFile === undefined)) {
      found.push(mistake(`peers.${index}.tls`, 'certificateFile and keyFile together, or neither'));
    }
  }
  for (const { contradictions: of } of registry.values()) {
    for (const { key, accepted } of of?.(settings) ?? []) found.push(mistake(key, accepted));
  }
  for (const [index, { peer }] of settings.listeners.entries()) {
    if (peer !== undefined && !settings.peers.some(({ symbol }) => isSameSymbol(symbol, peer)))
      found.push(mistake(`listeners.${index}.peer`, 'the symbol of a peer'));
  }
  const { alma } = settings;
  if (alma && (alma.apiKey === undefined) === (alma.apiKeyFile === undefined)) {
    found.push(mistake('alma.apiKeyFile', 'a file, or the variable INTERLEND_ALMA_API_KEY, and not both'));
  }
  if (
    alma?.library !== undefined &&
    !settings.libraries.some(({ symbol }) => isSameSymbol(symbol, alma.library ?? ''))
  ) {
    found.push(mistake('alma.library', 'the symbol of a library of this server'));
  }
  checkSymbols('libraries', settings.libraries);
  checkSymbols('peers', settings.peers);
  if (!isLoopback(settings.api.host) && settings.api.tokens.length === 0) {
    found.push(mistake('api.tokens', 'at least one token when api.host is not this machine'));
  }
  return found;
}
