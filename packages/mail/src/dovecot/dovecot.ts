import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import {
  chmodSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir, userInfo } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';

const program = '/usr/sbin/dovecot';

/** Why Dovecot cannot be run here; `undefined` when it can. */
export function whyNoDovecot(): string | undefined {
  if (spawnSync(program, ['--version']).status !== 0) return 'Dovecot is not installed';
  return userInfo().uid === 0 ? undefined : 'Dovecot is started by root only';
}

async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const bound = server.address();
  await new Promise((resolve) => server.close(resolve));
  return typeof bound === 'object' && bound ? bound.port : 0;
}

/** Processes that a process has started and that still run. */
function childrenOf(pid: number): readonly number[] {
  const listed = readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8').trim();
  return listed === '' ? [] : listed.split(' ').map(Number);
}

/** How a Dovecot is started. */
export interface DovecotOptions {
  /** Certificate and key in PEM: nobody logs in without TLS then, and `tlsPort` speaks it from the first octet. */
  readonly tls?: { readonly cert: string; readonly key: string };
}

/** Dovecot with one mailbox and a second one named `Kept`, as a child process in a folder of its own. Needs root. */
export class Dovecot {
  readonly port: number;
  readonly tlsPort: number;
  readonly login = { user: 'desk', password: 'only-for-this-test' };
  readonly #folder: string;
  #child: ChildProcess | undefined;
  readonly #log: string[] = [];

  private constructor(folder: string, port: number, tlsPort: number) {
    this.#folder = folder;
    this.port = port;
    this.tlsPort = tlsPort;
  }

  static async start({ tls }: DovecotOptions = {}): Promise<Dovecot> {
    const folder = mkdtempSync(join(tmpdir(), 'interlend-dovecot-'));
    chmodSync(folder, 0o755);
    const dovecot = new Dovecot(folder, await freePort(), tls ? await freePort() : 0);
    const mailbox = join(folder, 'mail');
    for (const name of ['cur', 'new', 'tmp']) mkdirSync(join(mailbox, name), { recursive: true });
    if (tls) {
      writeFileSync(join(folder, 'certificate.pem'), tls.cert);
      writeFileSync(join(folder, 'key.pem'), tls.key, { mode: 0o600 });
    }
    writeFileSync(
      join(folder, 'dovecot.conf'),
      [
        `base_dir = ${join(folder, 'run')}`,
        `state_dir = ${join(folder, 'state')}`,
        'log_path = /dev/stderr',
        'protocols = imap',
        'listen = 127.0.0.1',
        ...(tls
          ? [
              'ssl = required',
              `ssl_cert = <${join(folder, 'certificate.pem')}`,
              `ssl_key = <${join(folder, 'key.pem')}`,
            ]
          : ['ssl = no', 'disable_plaintext_auth = no']),
        `mail_location = maildir:${mailbox}`,
        'first_valid_uid = 0',
        'mail_access_groups =',
        'mailbox_list_index = no',
        'maildir_broken_filename_sizes = yes',
        'passdb {\n  driver = static\n  args = password=only-for-this-test\n}',
        `userdb {\n  driver = static\n  args = uid=65534 gid=65534 home=${mailbox}\n}`,
        `service imap-login {\n  inet_listener imap {\n    port = ${dovecot.port}\n  }\n  inet_listener imaps {\n    port = ${dovecot.tlsPort}\n    ssl = yes\n  }\n}`,
        'namespace inbox {\n  inbox = yes\n  mailbox Kept {\n    auto = create\n  }\n}',
        '',
      ].join('\n'),
    );
    spawnSync('chown', ['-R', '65534:65534', mailbox]);
    await dovecot.up();
    return dovecot;
  }

  /** Starts it, at first or again. */
  async up(): Promise<void> {
    const child = spawn(program, ['-F', '-c', join(this.#folder, 'dovecot.conf')], {
      stdio: ['ignore', 'ignore', 'pipe'],
    });
    this.#child = child;
    await new Promise<void>((resolve, reject) => {
      child.once('error', reject);
      child.once('exit', () => reject(new Error(`Dovecot ended: ${this.#log.join('\n')}`)));
      createInterface(child.stderr).on('line', (line) => {
        this.#log.push(line);
        if (line.includes('starting up')) resolve();
      });
    });
  }

  /** What it wrote. */
  get log(): readonly string[] {
    return this.#log;
  }

  async down(): Promise<void> {
    const child = this.#child;
    this.#child = undefined;
    if (!child || child.exitCode !== null) return;
    await new Promise<void>((resolve) => {
      child.once('exit', () => resolve());
      const sessions = childrenOf(child.pid ?? 0);
      child.kill('SIGTERM');
      // Sessions of idle clients look after their master every ten seconds only.
      spawnSync('kill', sessions.map(String));
    });
  }

  async close(): Promise<void> {
    await this.down();
    rmSync(this.#folder, { recursive: true, force: true });
  }

  #place(...names: readonly string[]): string {
    return join(this.#folder, 'mail', ...names);
  }

  /** Puts a mail into the mailbox, as a mail server does. */
  deliver(name: string, raw: Uint8Array): void {
    const file = `${name}.M1P1.example`;
    writeFileSync(this.#place('tmp', file), raw);
    spawnSync('chown', ['65534:65534', this.#place('tmp', file)]);
    spawnSync('mv', [this.#place('tmp', file), this.#place('new', file)]);
  }

  /** Flags of the mails by name: `S` is read, `F` flagged. A mail that nobody has looked at is in `new`. */
  flags(mailbox = ''): Readonly<Record<string, string>> {
    const files = ['new', 'cur'].flatMap((folder) => readdirSync(this.#place(mailbox, folder)));
    return Object.fromEntries(files.map((file) => [file.split('.')[0], file.split(':2,')[1] ?? '']));
  }

  /**
   * Makes the mailbox anew, as one that came back from a backup: its mails are unread and have other numbers. Only while
   * the server is down.
   */
  restore(): void {
    for (const file of readdirSync(this.#place('cur')))
      renameSync(this.#place('cur', file), this.#place('new', file.split(':')[0] ?? file));
    for (const file of readdirSync(this.#place()))
      if (file.startsWith('dovecot')) rmSync(this.#place(file), { recursive: true });
  }
}
