import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { ConnectorTls } from '@interlend/transport/tcp';
import { afterEach, beforeAll, describe, expect, it } from 'vitest';
import { makeCredentials, type PeerCredentials } from '../engine/containers/certificates.js';
import { failingVerdicts } from '../report/verdicts.js';
import {
  type PartnerSettings,
  planFor,
  type RunningPartner,
  startPartner,
  verify,
} from './live-partner.test-support.js';
import type { Verification } from './verify-run.js';

const folder = mkdtempSync(join(tmpdir(), 'interlend-verify-tls-'));
const partners: RunningPartner[] = [];
afterEach(async () => {
  for (const { server } of partners.splice(0)) await server.stop();
});

async function started(settings: PartnerSettings): Promise<RunningPartner> {
  const running = await startPartner('NLA:XALM', 'NLA:XVDX', settings);
  partners.push(running);
  return running;
}

const failures = ({ exchanges }: Verification) =>
  exchanges.flatMap(({ result, checks }) =>
    checks
      .filter(({ verdict }) => failingVerdicts.has(verdict))
      .map(({ check }) => [result.exchange.id, check.id, check.problem?.text]),
  );

describe('verifying over a connection that goes both ways', { timeout: 120_000 }, () => {
  it('finds a reference server conformant in both roles', async () => {
    const plan = planFor('vdx', ['borrower', 'lender'], undefined, '499');
    const verification = await verify(plan, await started({ transport: '499' }));
    expect(failures(verification)).toEqual([]);
    expect(verification.complaints).toEqual([]);
    expect(verification.exchanges).toHaveLength(27);
    expect(verification.requirements.find(({ id }) => id === 'two-way-connection')).toMatchObject({
      outcome: 'pass',
      exchanges: 27,
    });
  });

  it('looks at the word that the request has come', async () => {
    const plan = planFor('vdx', ['lender'], ['lends-unfilled'], '499');
    const { exchanges } = await verify(plan, await started({ transport: '499' }));
    expect(exchanges.flatMap(({ checks }) => checks.map(({ check }) => check.id))).toEqual([
      ...['guard/turn-1', 'guard/turn-1', 'server/turn-2'],
      ...['server/confirmation', 'codec/confirmation', 'guard/confirmation'],
      ...['server/turn-3', 'codec/turn-3', 'guard/turn-3', 'guard/end', 'server/end'],
    ]);
  });

  it('finds out that a partner answers elsewhere than where it was asked', async () => {
    const plan = planFor('vdx', ['lender'], ['lends-unfilled'], '499');
    await expect(verify(plan, await started({ transport: '1611' }), { patienceMs: 500 })).rejects.toThrow(
      /never answered: expected word at once/,
    );
  });
});

describe('verifying over TLS', { timeout: 120_000 }, () => {
  let own: PeerCredentials;
  let partner: PeerCredentials;
  let stranger: PeerCredentials;
  const files = { certificateFile: 'cert.pem', keyFile: 'key.pem', caFile: 'authority.pem' };
  const at = (name: keyof typeof files): string => join(folder, files[name]);

  beforeAll(async () => {
    const made = await makeCredentials(['own', 'partner']);
    const others = await makeCredentials(['stranger']);
    [own, partner, stranger] = [made.get('own'), made.get('partner'), others.get('stranger')] as [
      PeerCredentials,
      PeerCredentials,
      PeerCredentials,
    ];
    writeFileSync(at('certificateFile'), partner.certificate);
    writeFileSync(at('keyFile'), partner.key);
    writeFileSync(at('caFile'), partner.authority);
    return () => rmSync(folder, { recursive: true });
  });

  /** A partner that believes only whom its authority knows, in both directions. */
  const mutual = (transport: string): PartnerSettings => {
    const shown = { certificateFile: at('certificateFile'), keyFile: at('keyFile') };
    const tls = {
      listener: { ...shown, clientCaFile: at('caFile') },
      peer: { ...shown, caFile: at('caFile') },
    };
    return { transport, tls };
  };
  const shows = ({
    certificate: cert,
    key,
  }: PeerCredentials): { readonly cert: string; readonly key: string } => ({ cert, key });
  const both = ['lends-loan', 'borrows-loan'];

  it.each(['1611', '499'])(
    'finds a partner conformant that wants certificates, over %s',
    async (transport) => {
      const plan = planFor('vdx', ['borrower', 'lender'], both, transport);
      const verification = await verify(plan, await started(mutual(transport)), {
        targetTls: { ...shows(own), ca: own.authority },
        listenTls: { ...shows(own), clientCa: own.authority },
      });
      expect(failures(verification)).toEqual([]);
      expect(verification.exchanges).toHaveLength(2);
    },
  );

  it.each<[string, () => ConnectorTls | undefined, RegExp]>([
    ['shows no certificate', () => ({ ca: own.authority }), /client certificate/],
    [
      'shows one of an authority that the partner does not know',
      () => ({ ...shows(stranger), ca: own.authority }),
      /authority|client certificate/,
    ],
    [
      'does not trust the authority of the partner',
      () => ({ ...shows(own), ca: stranger.authority }),
      /check tls.ca|not (trusted|known) here/,
    ],
    [
      'expects another name',
      () => ({ ...shows(own), ca: own.authority, serverName: 'other.example' }),
      /not made out to that name/,
    ],
    ['speaks no TLS', () => undefined, /never answered/],
  ])('cannot run when our side %s', async (_, tls, words) => {
    const plan = planFor('vdx', ['lender'], ['lends-loan']);
    const targetTls = tls();
    const trial = verify(plan, await started(mutual('1611')), {
      ...(targetTls ? { targetTls } : {}),
      listenTls: shows(own),
    });
    await expect(trial).rejects.toThrow(words);
  });

  it('says what became of connections of a partner that comes without a certificate', async () => {
    const { tls } = mutual('1611');
    const running = await started({ tls: { listener: tls?.listener ?? {}, peer: { caFile: at('caFile') } } });
    const verification = await verify(planFor('vdx', ['lender'], ['lends-unfilled']), running, {
      targetTls: { ...shows(own), ca: own.authority },
      listenTls: { ...shows(own), clientCa: own.authority },
      patienceMs: 1_500,
    });
    expect(failures(verification)).toMatchObject([
      [
        'iso-ill/vdx/lends-unfilled',
        'server/turn-3',
        expect.stringContaining('it showed no client certificate'),
      ],
    ]);
  });
});
