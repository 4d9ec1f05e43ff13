import type { LivePartner, Plan } from '@interlend/conformance';
import { ConfigError } from '@interlend/core';
import type { Endpoint, Scheme } from '../addresses.js';
import { type TlsChoices, tlsOf } from './verify-tls.js';

/** Where the partner is, and where it answers. */
export interface Endpoints {
  readonly target: Endpoint;
  readonly listen?: Endpoint;
}

type Reach = Pick<LivePartner, 'target' | 'listen' | 'targetTls' | 'listenTls' | 'mail'>;

const connections = { target: ['tcp', 'tls'], listen: ['tcp', 'tls'] } as const;
const mails = { target: ['smtp', 'smtps', 'smtp+starttls'], listen: ['smtp', 'smtp+starttls'] } as const;

/**
 * How a partner is reached, in the schemes that its protocol has.
 *
 * @throws ConfigError when a scheme is of another protocol, a file cannot be read, or an option has no use without another one
 */
export function reachOf(
  { target, listen }: Endpoints,
  plan: Plan,
  options: TlsChoices,
  environment: Readonly<Record<string, string | undefined>>,
): Reach {
  const isMail = plan.scenarios.some(({ by }) => by.manner === 'mail');
  const schemes = isMail ? mails : connections;
  assertScheme('target', target, schemes.target, plan);
  assertScheme('listen', listen, schemes.listen, plan);
  const { targetTls, listenTls } = tlsOf(options, target, listen, environment);
  const places = { target: target.address, ...(listen ? { listen: listen.address } : {}) };
  if (!isMail) {
    return { ...places, ...(targetTls ? { targetTls } : {}), ...(listenTls ? { listenTls } : {}) };
  }
  if (
    listenTls?.clientCa !== undefined ||
    targetTls?.cert !== undefined ||
    listenTls?.passphrase !== undefined
  ) {
    const accepted =
      'no certificates between mail servers but the one of --listen, with a key that has no passphrase';
    throw new ConfigError(`--cert: expected ${accepted}`, { key: 'cert', accepted });
  }
  const { ca, serverName } = targetTls ?? {};
  return {
    ...places,
    mail: {
      ...(target.isSecured ? { to: target.scheme === 'smtps' ? 'implicit' : 'starttls' } : {}),
      ...(typeof ca === 'string' ? { ca } : {}),
      ...(serverName === undefined ? {} : { serverName }),
      ...(listenTls ? { own: { cert: String(listenTls.cert), key: String(listenTls.key) } } : {}),
    },
  };
}

function assertScheme(
  key: keyof Endpoints,
  endpoint: Endpoint | undefined,
  schemes: readonly Scheme[],
  { system }: Plan,
): void {
  const { scheme } = endpoint ?? {};
  if (scheme === undefined || schemes.includes(scheme)) return;
  const accepted = `HOST:PORT or ${schemes.map((name) => `${name}://HOST:PORT`).join(', ')} for ${system.protocol}`;
  throw new ConfigError(`--${key}: expected ${accepted}; found ${scheme}://`, { key, accepted });
}
