/**
 * Where Alma's REST interface is reached, without the client.
 *
 * ```ts
 * import { baseUrlOf } from '@interlend/alma/regions';
 *
 * console.log(baseUrlOf('eu'));
 * ```
 *
 * @packageDocumentation
 */
import { ConfigError, type Evidence } from '@interlend/core';

/** Where Alma's REST interface is reached, by region. */
export const Regions = {
  eu: { url: 'https://api-eu.hosted.exlibrisgroup.com', place: 'Europe', evidence: 'documented' },
  na: { url: 'https://api-na.hosted.exlibrisgroup.com', place: 'North America', evidence: 'documented' },
  ap: { url: 'https://api-ap.hosted.exlibrisgroup.com', place: 'Singapore', evidence: 'documented' },
  aps: { url: 'https://api-aps.hosted.exlibrisgroup.com', place: 'Australia', evidence: 'documented' },
  ca: { url: 'https://api-ca.hosted.exlibrisgroup.com', place: 'Canada', evidence: 'documented' },
  cn: { url: 'https://api-cn.hosted.exlibrisgroup.com.cn', place: 'China', evidence: 'documented' },
} as const satisfies Readonly<
  Record<string, { readonly url: string; readonly place: string; readonly evidence: Evidence }>
>;

export type Region = keyof typeof Regions;

/**
 * The root of the interface: a region's, or that of another server, for instance a simulator.
 *
 * @throws ConfigError when it is neither a region nor an http(s) URL without user, query or fragment
 */
export function baseUrlOf(server: Region | (string & {})): string {
  if (Object.hasOwn(Regions, server)) return Regions[server as Region].url;
  const accepted = `a region (${Object.keys(Regions).join(', ')}) or an http or https URL`;
  let url: URL;
  try {
    url = new URL(server);
  } catch (cause) {
    throw new ConfigError(`server: expected ${accepted}`, { key: 'server', accepted }, { cause });
  }
  const isPlain = url.username === '' && url.password === '' && url.search === '' && url.hash === '';
  if (!/^https?:$/.test(url.protocol) || !isPlain)
    throw new ConfigError(`server: expected ${accepted}`, { key: 'server', accepted });
  return `${url.origin}${url.pathname.replace(/\/+$/, '').replace(/\/almaws\/v1$/, '')}`;
}
