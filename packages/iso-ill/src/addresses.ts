import { EncodeError } from '@interlend/core';
import { type IllString, illText } from './messages/strings.js';
import type { SystemAddress } from './messages/system-id.js';

/** What a System-Address says, clause 9: where a system or a person is reached electronically. */
export type ReachableAddress =
  /** `TCP/IP`, `host:port`. */
  | { readonly service: 'tcp'; readonly host: string; readonly port: number }
  /** `SMTP`, a mailbox. */
  | { readonly service: 'smtp'; readonly mailbox: string }
  /** Any other service, or an address that is not in the notation of its service. Kept as it came. */
  | { readonly service: 'other'; readonly identifier: string; readonly address: string };

const tcpIdentifiers: readonly string[] = ['tcp/ip', 'tcp'];
const hostAndPort = /^(?:\[([0-9a-f:.]{2,45})\]|([a-z0-9_](?:[a-z0-9_.-]{0,252}[a-z0-9_.])?)):(\d{1,5})$/i;
const mailboxForm = /^[^\s@<>"(),:;\\[\]]{1,64}@[a-z0-9](?:[a-z0-9.-]{0,252}[a-z0-9])?$/i;

/**
 * Reads a System-Address. Identifiers are compared without case, `TCP` is taken for `TCP/IP`, blanks around both parts
 * do not count.
 *
 * ```ts
 * import { parseSystemAddress } from '@interlend/iso-ill';
 *
 * const address = parseSystemAddress({
 *   telecomServiceIdentifier: 'TCP/IP',
 *   telecomServiceAddress: 'library.example:1611',
 * });
 * if (address.service === 'tcp') console.log(address.host, address.port);
 * ```
 */
export function parseSystemAddress(address: SystemAddress): ReachableAddress {
  const identifier = trimmed(address.telecomServiceIdentifier);
  const text = trimmed(address.telecomServiceAddress);
  const service = identifier.toLowerCase();
  if (tcpIdentifiers.includes(service)) {
    const [, ipv6, name, digits] = hostAndPort.exec(text) ?? [];
    const host = ipv6 ?? name;
    const port = Number(digits);
    if (host !== undefined && isPort(port)) return { service: 'tcp', host, port };
  }
  if (service === 'smtp' && mailboxForm.test(text)) return { service: 'smtp', mailbox: text };
  return { service: 'other', identifier, address: text };
}

/**
 * Writes a System-Address in the notation of its service.
 *
 * @throws EncodeError `invalid-value` when a host, port or mailbox would not be read again
 */
export function formatSystemAddress(address: ReachableAddress): SystemAddress {
  switch (address.service) {
    case 'tcp': {
      const host = address.host.includes(':') ? `[${address.host}]` : address.host;
      const text = `${host}:${address.port}`;
      if (!isPort(address.port) || !hostAndPort.test(text)) {
        throw new EncodeError(
          'invalid-value',
          `expected a host name or IP address and a port from 1 to 65535, found ${JSON.stringify(text)}`,
          'telecomServiceAddress',
        );
      }
      return { telecomServiceIdentifier: 'TCP/IP', telecomServiceAddress: text };
    }
    case 'smtp':
      if (!mailboxForm.test(address.mailbox)) {
        throw new EncodeError(
          'invalid-value',
          `expected a mailbox as name@domain, found ${JSON.stringify(address.mailbox)}`,
          'telecomServiceAddress',
        );
      }
      return { telecomServiceIdentifier: 'SMTP', telecomServiceAddress: address.mailbox };
    case 'other':
      return {
        ...(address.identifier === '' ? {} : { telecomServiceIdentifier: address.identifier }),
        ...(address.address === '' ? {} : { telecomServiceAddress: address.address }),
      };
    default:
      return address satisfies never;
  }
}

function isPort(port: number): boolean {
  return Number.isInteger(port) && port >= 1 && port <= 65_535;
}

function trimmed(value: IllString | undefined): string {
  return value === undefined ? '' : illText(value).trim();
}
