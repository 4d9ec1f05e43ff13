import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { stringify } from 'yaml';
import { hubSymbol, patrons } from '../carriers/request-reply/slnp-region.test-support.js';
import { fastDelivery } from '../test-server.test-support.js';
import type { CertificateFiles } from './certificates.test-support.js';
import { Child } from './child.test-support.js';

/** How a library's server is reached by its central server, and how it reaches it. */
export interface Line {
  readonly port: number;
  readonly hubPort: number;
  readonly tls?: { readonly ca: string; readonly files: CertificateFiles };
}

/** Starts a reference server for libraries of a region, with its data in a folder. */
export function startLibrary(folder: string, name: string, symbols: readonly string[], line: Line): Child {
  const file = join(folder, `${name}.yaml`);
  const { tls } = line;
  writeFileSync(
    file,
    stringify({
      data: join(folder, `${name}.sqlite`),
      api: { port: 0 },
      libraries: symbols.map((symbol) => ({ symbol, name: `Library ${symbol}` })),
      listeners: [
        {
          protocol: 'slnp',
          transport: 'tcp',
          port: line.port,
          ...(tls && {
            tls: { certificateFile: tls.files.cert, keyFile: tls.files.key, clientCaFile: tls.ca },
          }),
        },
      ],
      peers: [
        {
          symbol: hubSymbol,
          protocol: 'slnp',
          transport: 'tcp',
          isHub: true,
          address: `127.0.0.1:${line.hubPort}`,
          ...(tls && { tls: { caFile: tls.ca, certificateFile: tls.files.cert, keyFile: tls.files.key } }),
        },
      ],
      patrons,
      delivery: fastDelivery,
      log: { level: 'info' },
    }),
  );
  return Child.source('../main.ts', '--config', file);
}
