import { BlockList, isIP } from 'node:net';
import { ConfigError } from '@interlend/core';

/** An address as Node gives it, without a zone, and IPv4 in its own notation when it came over an IPv6 socket. */
export function plainAddress(address: string | undefined): string {
  const withoutZone = (address ?? '').replace(/%.*$/, '');
  const mapped = /^::ffff:(\d+\.\d+\.\d+\.\d+)$/i.exec(withoutZone);
  return mapped?.[1] ?? withoutZone;
}

/**
 * Compiles a list of addresses and networks (`192.0.2.7`, `192.0.2.0/24`, `2001:db8::/32`). An empty list admits nobody.
 *
 * @throws ConfigError naming the entry that is neither
 */
export function allowList(entries: readonly string[]): (address: string) => boolean {
  const list = new BlockList();
  for (const [index, entry] of entries.entries()) {
    const [network = '', bits, ...rest] = entry.split('/');
    const family = isIP(network);
    const type = family === 6 ? 'ipv6' : 'ipv4';
    const longest = family === 6 ? 128 : 32;
    const prefix = bits === undefined ? longest : /^\d{1,3}$/.test(bits) ? Number(bits) : Number.NaN;
    if (family === 0 || rest.length > 0 || !(prefix <= longest)) {
      throw new ConfigError(`allow[${index}] is neither an address nor a network: ${entry}`, {
        key: `allow[${index}]`,
        accepted: 'an IPv4 or IPv6 address, or a network as address/bits',
      });
    }
    list.addSubnet(network, prefix, type);
  }
  return (address) => {
    const family = isIP(address);
    return family !== 0 && list.check(address, family === 6 ? 'ipv6' : 'ipv4');
  };
}
