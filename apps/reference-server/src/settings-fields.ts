import { BlockList, isIP } from 'node:net';
import type { PeerAddress } from '@interlend/core';
import { z } from 'zod';

/** What a field accepts, in words; it becomes the second half of the message when it is wrong. */
export const accepts = (accepted: string): { readonly error: string } => ({ error: accepted });

/** Text on which something stands. */
export const words = (accepted = 'text that is not empty') =>
  z.string(accepts(accepted)).trim().min(1, accepts(accepted));
export const port = z
  .int(accepts('a port number from 0 to 65535'))
  .min(0, accepts('a port number from 0 to 65535'))
  .max(65_535, accepts('a port number from 0 to 65535'));
export const duration = (fallback: number) => {
  const accepted = accepts('a whole number of milliseconds from 1 to 86400000');
  return z.int(accepted).min(1, accepted).max(86_400_000, accepted).default(fallback);
};
export const count = (least: number, most: number, fallback: number) => {
  const accepted = accepts(`a whole number from ${least} to ${most}`);
  return z.int(accepted).min(least, accepted).max(most, accepted).default(fallback);
};
export const choice = <const Value extends string>(values: readonly Value[]) =>
  z.enum(values, accepts(`one of: ${values.join(', ')}`));
export const object = <Shape extends z.core.$ZodLooseShape>(shape: Shape) =>
  z.strictObject(shape, accepts('a mapping of settings'));
export const list = <Item extends z.ZodType>(item: Item) => z.array(item, accepts('a list')).readonly();

const addressText = 'host:port, with brackets around an IPv6 address';
/** Where somebody listens. */
export const address = words(addressText).transform((text, context): PeerAddress => {
  const parts = /^(?:\[([0-9a-fA-F:.]+)\]|([^\s:[\]]+)):(\d{1,5})$/.exec(text);
  const host = parts?.[1] ?? parts?.[2];
  const number = Number(parts?.[3]);
  if (host === undefined || number > 65_535) {
    context.addIssue({ code: 'custom', message: addressText });
    return z.NEVER;
  }
  return { host, port: number };
});

const networkText = 'an IP address, or a network such as 192.0.2.0/24';
/** From where somebody may call. */
export const network = words(networkText).refine(
  (text) => addNetwork(new BlockList(), text),
  accepts(networkText),
);

export const yesOrNo = z.boolean(accepts('true or false'));

/** Adds an address or network to a list. False when it is neither. */
export function addNetwork(networks: BlockList, text: string): boolean {
  const [host = '', prefix, ...rest] = text.split('/');
  const version = isIP(host);
  if (version === 0 || rest.length > 0) return false;
  const family = version === 6 ? 'ipv6' : 'ipv4';
  if (prefix === undefined) {
    networks.addAddress(host, family);
    return true;
  }
  if (!/^\d{1,3}$/.test(prefix) || Number(prefix) > (version === 6 ? 128 : 32)) return false;
  networks.addSubnet(host, Number(prefix), family);
  return true;
}
