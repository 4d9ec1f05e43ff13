import { spawnSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';
import type { CertificateFiles } from './certificates.test-support.js';
import { Child } from './child.test-support.js';

/** Whether stunnel is installed, as Debian names it. */
export const hasStunnel = spawnSync('stunnel4', ['-version']).status === 0;

/** One end of a tunnel. */
export interface TunnelEnd {
  readonly name: string;
  /** Plain in and TLS out, or TLS in and plain out. */
  readonly isClient: boolean;
  readonly accept: number;
  readonly connect: number;
}

/** A port that was free a moment ago: stunnel does not say which one it was given. */
export async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => {
    server.listen(0, '127.0.0.1', resolve);
  });
  const address = server.address();
  await new Promise((resolve) => {
    server.close(resolve);
  });
  if (address === null || typeof address === 'string') throw new Error('no port');
  return address.port;
}

/** Runs one stunnel with all ends of a party; both sides of every tunnel show a certificate. */
export async function startTunnel(
  folder: string,
  party: string,
  ca: string,
  { cert, key }: CertificateFiles,
  ends: readonly TunnelEnd[],
): Promise<Child> {
  const file = join(folder, `${party}.conf`);
  const services = ends.map(({ name, isClient, accept, connect }) =>
    [
      `[${name}]`,
      `client = ${isClient ? 'yes' : 'no'}`,
      `accept = 127.0.0.1:${accept}`,
      `connect = 127.0.0.1:${connect}`,
      `cert = ${cert}`,
      `key = ${key}`,
      `CAfile = ${ca}`,
      'verifyChain = yes',
      ...(isClient ? ['checkIP = 127.0.0.1'] : ['requireCert = yes']),
      'sslVersionMin = TLSv1.2',
    ].join('\n'),
  );
  writeFileSync(file, `foreground = yes\npid =\nsyslog = no\n${services.join('\n')}\n`);
  const child = Child.program('stunnel4', file);
  await child.complains('Configuration successful');
  return child;
}
