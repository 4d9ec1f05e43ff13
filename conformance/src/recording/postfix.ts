import { execFile } from 'node:child_process';
import { chmodSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import type { PeerAddress } from '@interlend/core';
import { HarnessError } from '../run/checks.js';

const run = promisify(execFile);
const host = '127.0.0.1';
const readyWithinMs = 20_000;

/** Postfix as it is installed here. */
export interface InstalledPostfix {
  readonly version: string;
  readonly daemonFolder: string;
}

/** Postfix's version and place, or `undefined` where it is not installed or may not be started: it begins as root. */
export async function installedPostfix(): Promise<InstalledPostfix | undefined> {
  if (process.getuid?.() !== 0) return undefined;
  try {
    const { stdout } = await run('postconf', ['-d', '-h', 'mail_version', 'daemon_directory']);
    const [version, daemonFolder] = stdout.trim().split('\n');
    return version === undefined || daemonFolder === undefined ? undefined : { version, daemonFolder };
  } catch {
    return undefined;
  }
}

/** A running Postfix, with a queue and settings of its own. */
export interface RunningPostfix {
  readonly address: PeerAddress;
  stop(): Promise<void>;
}

const services = (port: number): string =>
  [
    `${host}:${port} inet n - n - - smtpd`,
    'cleanup unix n - n - 0 cleanup',
    'qmgr unix n - n 300 1 qmgr',
    'rewrite unix - - n - - trivial-rewrite',
    'proxymap unix - - n - - proxymap',
    'bounce unix - - n - 0 bounce',
    'defer unix - - n - 0 bounce',
    'trace unix - - n - 0 bounce',
    'smtp unix - - n - - smtp',
    'error unix - - n - - error',
    'retry unix - - n - - error',
    'anvil unix - - n - 1 anvil',
    'scache unix - - n - 1 scache',
    'postlog unix-dgram n - n - 1 postlogd',
  ].join('\n');

const logOf = (folder: string): string => join(folder, 'mail.log');

const settings = (folder: string, { daemonFolder }: InstalledPostfix, routes: MailRoutes): string =>
  Object.entries({
    compatibility_level: '3.6',
    queue_directory: join(folder, 'queue'),
    data_directory: join(folder, 'data'),
    daemon_directory: daemonFolder,
    maillog_file: logOf(folder),
    maillog_file_prefixes: folder,
    inet_interfaces: host,
    inet_protocols: 'ipv4',
    myhostname: 'post.example',
    // No database of local names is asked.
    alias_maps: '',
    local_recipient_maps: '',
    mydestination: '',
    mynetworks: '127.0.0.0/8',
    relay_domains: [...routes.keys()].join(', '),
    smtpd_relay_restrictions: 'permit_mynetworks, reject',
    // Nothing is looked up in the world's names.
    smtp_dns_support_level: 'disabled',
    smtp_host_lookup: 'native',
    transport_maps: `inline:{${[...routes].map(([domain, to]) => `{${domain}=smtp:[${to.host}]:${to.port}}`).join(', ')}}`,
    minimal_backoff_time: '2s',
    maximal_backoff_time: '4s',
    queue_run_delay: '2s',
  })
    .map(([name, value]) => `${name} = ${value}\n`)
    .join('');

/** Where mail for a domain goes. */
export type MailRoutes = ReadonlyMap<string, PeerAddress>;

/**
 * Starts Postfix between the mail servers of some domains.
 *
 * @param port on loopback, where they reach it
 * @throws HarnessError
 */
export async function startPostfix(
  installed: InstalledPostfix,
  port: number,
  routes: MailRoutes,
): Promise<RunningPostfix> {
  const folder = mkdtempSync(join(tmpdir(), 'interlend-postfix-'));
  // Its daemons give up being root and must still reach their queue.
  chmodSync(folder, 0o755);
  const data = join(folder, 'data');
  mkdirSync(join(folder, 'queue'));
  mkdirSync(data);
  writeFileSync(join(folder, 'main.cf'), settings(folder, installed, routes));
  writeFileSync(join(folder, 'master.cf'), `${services(port)}\n`);
  await run('chown', ['postfix', data]);
  const stop = async (): Promise<void> => {
    try {
      await run('postfix', ['-c', folder, 'stop']);
    } finally {
      rmSync(folder, { recursive: true, force: true });
    }
  };
  try {
    // Comes back when it listens.
    await run('postfix', ['-c', folder, 'start'], { timeout: readyWithinMs });
  } catch (cause) {
    const log = existsSync(logOf(folder)) ? readFileSync(logOf(folder), 'utf8') : '';
    await stop().catch(() => undefined);
    throw new HarnessError(`Postfix does not start\n${log}`, { cause });
  }
  return { address: { host, port }, stop };
}
