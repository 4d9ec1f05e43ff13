import { readFileSync } from 'node:fs';
import type { LivePartner } from '@interlend/conformance';
import { ConfigError } from '@interlend/core';
import type { Command } from 'commander';
import type { Endpoint } from '../addresses.js';

/** What the options of `verify` say about TLS. */
export interface TlsChoices {
  readonly ca?: string;
  readonly cert?: string;
  readonly key?: string;
  readonly clientCa?: string;
  readonly serverName?: string;
}

/** Where the passphrase of a key is looked for: what stands on a command line is seen by everybody on the machine. */
const passphraseVariable = 'INTERLEND_KEY_PASSPHRASE';

/** The options, by the settings of the transport that they are for. */
const optionOf: Readonly<Record<string, string>> = {
  'tls.ca': '--ca',
  'tls.cert': '--cert',
  'tls.key': '--key',
  'tls.clientCa': '--client-ca',
  'tls.passphrase': passphraseVariable,
};

export function addTlsOptions(command: Command): Command {
  return command
    .option('--ca <file>', 'authorities that the partner’s certificate comes from, as PEM')
    .option('--cert <file>', 'our certificate, as PEM, for a partner that wants one and for --listen tls://')
    .option('--key <file>', `its key, as PEM (passphrase: ${passphraseVariable})`)
    .option(
      '--client-ca <file>',
      'with --listen tls://: the partner must show a certificate of these, as PEM',
    )
    .option('--server-name <name>', 'the name in the partner’s certificate, where it is not the host');
}

/** @throws ConfigError when a file cannot be read, or an option has no use without another one */
export function tlsOf(
  options: TlsChoices,
  target: Endpoint,
  listen: Endpoint | undefined,
  environment: Readonly<Record<string, string | undefined>>,
): Pick<LivePartner, 'targetTls' | 'listenTls'> {
  const isListenSecured = listen?.isSecured ?? false;
  for (const name of ['ca', 'serverName'] as const)
    assertUse(options, name, target.isSecured, 'TLS in --target');
  for (const name of ['cert', 'key'] as const) {
    assertUse(options, name, target.isSecured || isListenSecured, 'TLS in --target or --listen');
  }
  assertUse(options, 'clientCa', isListenSecured, 'TLS in --listen');
  const [ca, cert, key, clientCa] = (['ca', 'cert', 'key', 'clientCa'] as const).map((name) =>
    read(options, name),
  );
  const passphrase = environment[passphraseVariable] || undefined;
  const own = { cert, key, ...(key !== undefined ? { passphrase } : {}) };
  const { serverName } = options;
  if (isListenSecured && (cert === undefined || key === undefined)) {
    throw wrong('cert', 'a certificate and its key (--key) for TLS in --listen');
  }
  return {
    ...(target.isSecured ? { targetTls: present({ ...own, ca, serverName }) } : {}),
    ...(isListenSecured ? { listenTls: { cert: '', key: '', ...present({ ...own, clientCa }) } } : {}),
  };
}

/** An error about TLS in the words of the command. */
export function inOptions(error: ConfigError): string {
  const option = optionOf[error.key];
  const text = option === undefined ? error.message : error.message.replace(error.key, option);
  return Object.entries(optionOf).reduce((said, [key, name]) => said.replaceAll(key, name), text);
}

function present<Value extends object>(value: Value): { [Key in keyof Value]?: NonNullable<Value[Key]> } {
  return Object.fromEntries(Object.entries(value).filter(([, part]) => part !== undefined)) as {
    [Key in keyof Value]?: NonNullable<Value[Key]>;
  };
}

function assertUse(options: TlsChoices, name: keyof TlsChoices, isUsed: boolean, by: string): void {
  if (options[name] !== undefined && !isUsed) throw wrong(name, `it together with ${by} only`);
}

function read(options: TlsChoices, name: keyof TlsChoices): string | undefined {
  const path = options[name];
  if (path === undefined) return undefined;
  try {
    return readFileSync(path, 'utf8');
  } catch (cause) {
    throw wrong(name, `a readable PEM file; found ${path}`, cause);
  }
}

function wrong(name: keyof TlsChoices, accepted: string, cause?: unknown): ConfigError {
  const key = name.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`);
  return new ConfigError(`--${key}: expected ${accepted}`, { key, accepted }, { cause });
}
