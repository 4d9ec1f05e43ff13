import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { type AddressInfo, createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { listenForMail } from '@interlend/mail/smtp';
import { generate } from 'selfsigned';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { type PartnerSetup, startReferencePartner } from '../reference-partner.test-support.js';
import { runHere } from '../run.test-support.js';

const folder = mkdtempSync(join(tmpdir(), 'interlend-verify-partners-'));
afterAll(() => rmSync(folder, { recursive: true }));

const open: (() => unknown)[] = [];
afterEach(async () => {
  for (const close of open.splice(0)) await close();
});

async function partner(symbol: string, own: string, setup: PartnerSetup): Promise<readonly string[]> {
  const running = await startReferencePartner(symbol, own, setup);
  open.push(() => running.stop());
  return running.options;
}

const runWithPassword = (argv: readonly string[]) =>
  runHere(argv, '', undefined, { INTERLEND_ACCOUNT_PASSWORD: 'HUSH123' });

const slnp: PartnerSetup = {
  protocol: 'slnp',
  transport: 'tcp',
  peer: { isHub: true },
  patrons: [{ identifier: '990011', givenName: 'Erika', familyName: 'Beispiel' }],
};

describe('interlend verify with partners of every protocol', { timeout: 60_000 }, () => {
  it('finds a library system conformant over SLNP, with a reader of its own', async () => {
    const options = await partner('DE-605', 'ZFL-TEST', slnp);
    const values = ['--role', 'borrower', '--value', 'reader=990011', '--value', 'record=HT1'];
    const outcome = await runHere(['verify', '--system', 'slnp', ...values, ...options]);
    expect(outcome.stdout.toString()).toMatch(/(\d+) exchanges, .* \1 pass; conformant\n$/);
    expect(outcome.exitCode).toBe(0);
  });

  it('finds it not conformant without that reader, and names the requirement', async () => {
    const options = await partner('DE-605', 'ZFL-TEST', slnp);
    const only = ['--role', 'borrower', '--only', 'lends-loan'];
    const outcome = await runHere(['verify', '--system', 'slnp', ...only, ...options]);
    expect(outcome.exitCode).toBe(1);
    expect(outcome.stdout.toString()).toContain('requirement slnp patron-data (MUST) is not met');
  });

  it('finds a partner conformant that writes letters', async () => {
    const [own, theirs] = ['desk@library.example', 'ill@partner.example'];
    const options = await partner(`MAIL:${theirs}`, `MAIL:${own}`, {
      protocol: 'email',
      transport: 'smtp',
      peer: { relay: { security: 'none' }, partner: { from: theirs, to: own, replies: 'automatic' } },
      schemes: { target: 'smtp', listen: 'smtp' },
    });
    const outcome = await runHere(['verify', '--system', 'letters', ...options]);
    expect(outcome.stdout.toString()).toMatch(/4 exchanges, .* 4 pass; conformant\n$/);
    expect(outcome.exitCode).toBe(0);
  });

  it('writes to the British Library with an account whose password is in no report', async () => {
    const taken: string[] = [];
    const office = await listenForMail(
      { host: '127.0.0.1', port: 0 },
      { isRecipient: () => true },
      async ({ raw }) => {
        taken.push(Buffer.from(raw).toString('latin1'));
      },
    );
    open.push(() => office.close());
    const reports = (['json', 'junit', 'html'] as const).map(
      (form) => [form, join(folder, `bl.${form}`)] as const,
    );
    const outcome = await runWithPassword([
      ...['verify', '--system', 'british-library', '--only', 'unfilled-cost', '--value', 'account=98-7654'],
      ...['--target', `smtp://127.0.0.1:${office.address.port}`, '--listen', 'smtp://127.0.0.1:0'],
      ...reports.flatMap(([form, path]) => [`--${form}`, path]),
    ]);
    expect(outcome.exitCode).toBe(1);
    expect(outcome.stdout.toString()).toContain("nobody at the partner's desk");
    expect(taken.join('')).toContain('98-7654\r\nHUSH123\r\n');
    const said = [
      outcome.stdout.toString(),
      outcome.stderr,
      ...reports.map(([, path]) => readFileSync(path, 'utf8')),
    ];
    expect(said.join('')).toContain('98-7654');
    expect(said.join('')).not.toMatch(/HUSH123|48 55 53 48/);
  });

  it('writes to nobody without a password', async () => {
    const target = ['--target', 'smtp://127.0.0.1:9', '--listen', 'smtp://127.0.0.1:0'];
    const outcome = await runHere(['verify', '--system', 'british-library', ...target]);
    expect(outcome.exitCode).toBe(64);
    expect(outcome.stderr).toContain('INTERLEND_ACCOUNT_PASSWORD');
  });

  it('takes no password from the command line', async () => {
    const outcome = await runHere([
      'verify',
      '--system',
      'british-library',
      '--target',
      'x:1',
      '--value',
      'password=X',
    ]);
    expect(outcome.exitCode).toBe(64);
    expect(outcome.stderr).toContain('INTERLEND_ACCOUNT_PASSWORD');
  });

  it.each([
    ['vdx', 'tcp', 'never answered'],
    ['slnp', 'tcp', 'never answered'],
    ['british-library', 'smtp', 'no mail server greets there'],
  ])(
    'cannot run with a partner of %s that takes connections and says nothing',
    async (system, scheme, words) => {
      const mute = createServer({ allowHalfOpen: true }, (socket) =>
        socket.resume().on('error', () => undefined),
      );
      mute.listen(0, '127.0.0.1');
      await once(mute, 'listening');
      open.push(() => mute.close());
      const { port } = mute.address() as AddressInfo;
      const target = ['--target', `${scheme}://127.0.0.1:${port}`, '--listen', '127.0.0.1:0', '--wait', '1'];
      const outcome = await runWithPassword(['verify', '--system', system, '--role', 'lender', ...target]);
      expect(outcome.stderr).toContain(words);
      expect(outcome.exitCode).toBe(2);
    },
  );

  it('says which systems there are, and what of their conversations may be otherwise', async () => {
    const systems = (await runHere(['verify', '--list'])).stdout.toString();
    expect(systems.split('\n').map((line) => line.split('  ')[0])).toEqual(
      expect.arrayContaining(['vdx', 'aleph', 'british-library', 'slnp', 'ill-sbn', 'ladd', 'letters']),
    );
    const orders = (await runHere(['verify', '--system', 'british-library', '--list'])).stdout.toString();
    expect(orders).toContain('value     account=12-3456  ');
    expect(orders).toContain('value     password, in INTERLEND_ACCOUNT_PASSWORD  ');
    expect(orders).not.toContain('EXAMPLE');
    expect((await runHere(['verify'])).exitCode).toBe(64);
  });
});

describe('interlend verify over TLS', { timeout: 60_000 }, () => {
  const file = (name: string): string => join(folder, name);

  beforeAll(async () => {
    const kind = { keyType: 'ec', algorithm: 'sha256' } as const;
    const authority = await generate([{ name: 'commonName', value: 'Authority of a test' }], {
      ...kind,
      extensions: [
        { name: 'basicConstraints', cA: true, critical: true },
        { name: 'keyUsage', keyCertSign: true, critical: true },
      ],
    });
    writeFileSync(file('ca.pem'), authority.cert);
    for (const name of ['own', 'partner']) {
      const made = await generate([{ name: 'commonName', value: name }], {
        ...kind,
        ca: { cert: authority.cert, key: authority.private },
        extensions: [{ name: 'subjectAltName', altNames: [{ type: 7, ip: '127.0.0.1' }] }],
      });
      writeFileSync(file(`${name}.pem`), made.cert);
      writeFileSync(file(`${name}.key`), made.private);
    }
  });

  const shown = () => ({ certificateFile: file('partner.pem'), keyFile: file('partner.key') });
  const tls = () => ({
    listener: { tls: { ...shown(), clientCaFile: file('ca.pem') } },
    schemes: { target: 'tls', listen: 'tls' },
  });
  const peerTls = () => ({ tls: { ...shown(), caFile: file('ca.pem') } });
  const ours = () => ['--ca', file('ca.pem'), '--cert', file('own.pem'), '--key', file('own.key')];

  it.each(['1611', '499'])(
    'finds a partner conformant that wants certificates, over %s',
    async (transport) => {
      const options = await partner('NLA:XVDX', 'NLA:XALM', {
        transport,
        ...tls(),
        peer: { profile: 'alma', ...peerTls() },
      });
      const only = ['--only', 'lends-loan,borrows-loan', '--transport', transport];
      const outcome = await runHere([
        ...['verify', '--system', 'vdx', ...only, ...options, ...ours(), '--client-ca', file('ca.pem')],
      ]);
      expect(outcome.stdout.toString()).toMatch(/2 pass; conformant\n$/);
      expect(outcome.exitCode).toBe(0);
    },
  );

  it('finds a library system conformant that wants certificates', async () => {
    const options = await partner('DE-L1', 'ZFL-TEST', {
      ...slnp,
      ...tls(),
      peer: { ...slnp.peer, ...peerTls() },
    });
    const only = ['--role', 'lender', '--only', 'borrows-loan'];
    const outcome = await runHere(['verify', '--system', 'slnp', ...only, ...options, ...ours()]);
    expect(outcome.stdout.toString()).toMatch(/1 pass; conformant\n$/);
    expect(outcome.exitCode).toBe(0);
  });

  it('cannot run without the certificate that the partner wants', async () => {
    const options = await partner('NLA:XVDX', 'NLA:XALM', {
      ...tls(),
      peer: { profile: 'alma', ...peerTls() },
    });
    const plain = options.with(options.indexOf('--listen') + 1, '127.0.0.1:0');
    const outcome = await runHere(['verify', '--system', 'vdx', ...plain, '--ca', file('ca.pem')]);
    expect(outcome.exitCode).toBe(2);
    expect(outcome.stderr).toContain('client certificate');
  });
});
