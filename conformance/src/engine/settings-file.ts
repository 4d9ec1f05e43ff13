import { stringify } from 'yaml';
import type { ServerSettings } from './engine.js';

/** What an engine adds to the settings of a server. */
export interface Place {
  /** Path of the data file. */
  readonly data: string;
  /** Where API and listeners are bound. */
  readonly host: string;
  readonly api: { readonly port: number; readonly tokens?: readonly string[] };
  /** Ports of the listeners, in their order; 0 where there is none. */
  readonly ports: readonly number[];
  /** Folder of the further files. */
  readonly files: string;
}

/** The settings file of a reference server. */
export function formatSettings(
  { files: _, ...settings }: ServerSettings,
  { data, host, api, ports, files }: Place,
): string {
  const text = stringify({
    data,
    commitDelayMs: 0,
    api: { host, ...api },
    ...settings,
    listeners: settings.listeners.map(({ mailbox, ...listener }, index) => {
      if (mailbox === undefined) return { ...listener, host, port: ports[index] ?? 0 };
      const { host: mailHost, port, ...rest } = mailbox;
      return { ...listener, host: mailHost, port, mailbox: rest };
    }),
    peers: settings.peers.map(({ address, ...peer }) => ({
      ...peer,
      ...(address ? { address: `${address.host}:${address.port}` } : {}),
    })),
    log: { level: 'info' },
  });
  return text.replaceAll('{files}', files);
}
