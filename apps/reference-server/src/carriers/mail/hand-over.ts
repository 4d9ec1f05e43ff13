import { readFileSync } from 'node:fs';
import { ConfigError } from '@interlend/core';
import { parsePlainMail, toPlainForm } from '@interlend/mail';
import { type MailServer, sendMail } from '@interlend/mail/smtp';
import { type Carrier, NoRouteError, type Outward, type PeerLine, type Unwrapping } from '../carrier.js';
import { addressesOf } from './mail-addresses.js';

/** What mails have in common however they come in. */
export const mailCarrier: Pick<Carrier, 'acknowledgesByEnding' | 'unwrap' | 'lineTo'> = {
  acknowledgesByEnding: false,
  unwrap: (raw: Uint8Array, { own, trustedAuthority }: Unwrapping) =>
    toPlainForm(raw, {
      own: addressesOf(own),
      ...(trustedAuthority === undefined ? {} : { trustedAuthority }),
    }),
  lineTo,
};

/** Reads a file that a setting names. @throws ConfigError */
export function readPem(key: string, file: string | undefined): { readonly ca?: string } {
  if (file === undefined) return {};
  try {
    return { ca: readFileSync(file, 'utf8') };
  } catch (cause) {
    throw new ConfigError(
      `${key} cannot be read`,
      { key, accepted: 'path of a readable PEM file' },
      { cause },
    );
  }
}

function serverOf({ peer }: Outward): MailServer {
  const { address, relay, tls, symbol } = peer;
  if (!address) throw new NoRouteError(`no mail server for ${symbol}`);
  const { user, password } = relay ?? {};
  return {
    ...address,
    security: relay?.security ?? 'required',
    ...(user === undefined || password === undefined ? {} : { login: { user, password } }),
    ...readPem(`peers.${symbol}.tls.caFile`, tls?.caFile),
    ...(tls?.serverName === undefined ? {} : { serverName: tls.serverName }),
  };
}

/** Mails go to the mail server that the settings of the peer name. What it answers for is taken. */
function lineTo(outward: Outward): PeerLine {
  const { protocol, delivery } = outward;
  return {
    async send(raw, signal) {
      const sealed = protocol.seal?.(raw, outward.peer.partner) ?? raw;
      const { from, to } = parsePlainMail(raw);
      const server = serverOf(outward);
      const sent = await sendMail(sealed, { from, to }, { server, timeoutMs: delivery.timeoutMs, signal });
      if (sent.outcome === 'maybe-delivered') throw sent.cause;
    },
    close: () => Promise.resolve(),
  };
}
