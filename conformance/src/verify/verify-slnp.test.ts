import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Listening } from '@interlend/core';
import { dataReply, errorReply, rulesFor, type SlnpCommand } from '@interlend/slnp';
import { freePort } from '@interlend/testing';
import { afterEach, describe, expect, it } from 'vitest';
import { makeCredentials } from '../engine/containers/certificates.js';
import { failingVerdicts } from '../report/verdicts.js';
import { slnpLive, slnpLiveProfile } from '../run/live-protocols.js';
import { slnpUnderTest } from '../run/protocols.js';
import { loadSuite } from '../suite/load.js';
import { type LibraryFault, openFaultyLine } from './faulty-library.test-support.js';
import {
  type PartnerSettings,
  planFor,
  type RunningPartner,
  startPartner,
  verify,
} from './live-partner.test-support.js';
import { operatorDesk } from './operator-desk.js';
import { planOf } from './scenarios.js';
import type { Verification } from './verify-run.js';

const open: { close(): Promise<void> }[] = [];
afterEach(async () => {
  for (const each of open.splice(0).reverse()) await each.close();
});

const host = '127.0.0.1';
const hub = 'ZFL-TEST';
const symbols = { lender: 'DE-L1', borrower: 'DE-B1' } as const;

/** A library system: a reference server whose central server is the harness. */
async function library(symbol: string, more: PartnerSettings = {}, central = hub): Promise<RunningPartner> {
  const running = await startPartner(central, symbol, {
    protocol: 'slnp',
    transport: 'tcp',
    profile: 'default',
    peer: { isHub: true },
    patrons: [{ identifier: '4711', givenName: 'Erika', familyName: 'Beispiel' }],
    ...more,
  });
  open.push({ close: () => running.server.stop() });
  return running;
}

const failures = ({ exchanges }: Verification) =>
  exchanges.flatMap(({ result, checks }) =>
    checks
      .filter(({ verdict }) => failingVerdicts.has(verdict))
      .map(({ check }) => [result.exchange.id, check.id, check.problem]),
  );

const failedRequirements = ({ requirements }: Verification) =>
  requirements.filter(({ outcome }) => outcome === 'fail').map(({ id }) => id);

describe('verifying a library system over SLNP', { timeout: 120_000 }, () => {
  it.each(['lender', 'borrower'] as const)('finds a reference server conformant as %s', async (role) => {
    const plan = planFor('slnp', [role]);
    const verification = await verify(plan, await library(symbols[role]));
    expect(failures(verification)).toEqual([]);
    expect(verification.complaints).toEqual([]);
    expect(plan.scenarios.length).toBeGreaterThan(7);
    expect(verification.exchanges).toHaveLength(plan.scenarios.length);
  });

  it('looks at replies, reports and the end of the loan', async () => {
    const plan = planFor('slnp', ['lender'], ['borrows-unfilled']);
    const { exchanges } = await verify(plan, await library(symbols.lender));
    expect(exchanges.flatMap(({ checks }) => checks.map(({ check }) => check.id))).toEqual([
      ...['server/turn-1', 'server/turn-2', 'codec/turn-2', 'guard/turn-2', 'server/turn-3', 'guard/turn-3'],
      ...['server/turn-4', 'codec/turn-4', 'guard/turn-4', 'server/turn-5', 'guard/end', 'server/end'],
    ]);
    const end = exchanges[0]?.checks.find(({ check }) => check.id === 'guard/end')?.check;
    expect(end?.evidence).toBe("the loan ends at the partner's as unfilled");
  });

  it('calls libraries, readers and records as the partner knows them', async () => {
    const partner = await library('DE-605', { patrons: [{ identifier: '990011' }] }, 'ZFL-NRW');
    const verification = await verify(planFor('slnp', ['borrower']), partner, {
      parties: { own: 'ZFL-NRW', partner: 'DE-605' },
      particulars: { reader: '990011', record: 'HT000000001' },
    });
    expect(failures(verification)).toEqual([]);
    const said = verification.exchanges.flatMap(({ result }) => result.trace);
    expect(said.map(({ bytes }) => Buffer.from(bytes).toString('latin1')).join('')).not.toMatch(
      /:4711\n|DE-B1|BV0/,
    );
  });

  it('refuses a particular that there is not', async () => {
    const trial = verify(planFor('slnp', ['lender']), await library(symbols.lender), {
      particulars: { shelf: '1' },
    });
    await expect(trial).rejects.toThrow('--value: expected one of reader, customer, record; found shelf');
  });
});

describe('verifying a library system that does something wrong', { timeout: 60_000 }, () => {
  /** The library is called through one faulty line, and calls through another. */
  async function withFault(
    role: 'lender' | 'borrower',
    scenario: string,
    fault: LibraryFault,
  ): Promise<Verification> {
    const between = await freePort();
    const partner = await library(symbols[role], { between });
    const ways: readonly Listening[] = [
      await openFaultyLine({ host, port: between }, { host, port: partner.answersTo }, 'calls', fault),
      await openFaultyLine({ host, port: 0 }, partner.listener, 'is-called', fault),
    ];
    open.push(...ways);
    const listener = ways[1]?.address ?? partner.listener;
    return verify(planFor('slnp', [role], [scenario]), { ...partner, listener });
  }
  const report =
    (change: (parameters: SlnpCommand['parameters']) => SlnpCommand['parameters']): LibraryFault =>
    (message) =>
      message.kind === 'command' ? { ...message, parameters: change(message.parameters) } : message;

  it.each<[what: string, 'lender' | 'borrower', string, LibraryFault, string, string, string]>([
    [
      'leaves out the number that it should repeat',
      'lender',
      'borrows-loan',
      (message) => (message.kind === 'reply' ? dataReply('SLNPFLBestellung', { OKMsg: 'ja' }) : message),
      'guard/turn-2',
      'reply-echoes-reference',
      'fields.PFLNummer',
    ],
    [
      'takes another order of a number that was used',
      'lender',
      'borrows-conflicting-order',
      (message) =>
        message.kind === 'reply' && message.code === 510
          ? dataReply('SLNPFLBestellung', { OKMsg: 'ja' })
          : message,
      'guard/turn-4',
      'conflicting-order',
      '510',
    ],
    [
      'reports another order',
      'lender',
      'borrows-loan',
      report((parameters) => ({ ...parameters, BestellId: '20260000000' })),
      'guard/turn-4',
      'report-shipped',
      'parameters.BestellId',
    ],
    [
      'cannot supply, without a word',
      'lender',
      'borrows-unfilled',
      report(({ Bemerkung: _, ...parameters }) => parameters),
      'guard/turn-4',
      'refusal-has-words',
      'parameters.Bemerkung',
    ],
    [
      'does not know a reader whom it has',
      'borrower',
      'lends-loan',
      (message) => (message.kind === 'reply' ? errorReply(510, 'Benutzer nicht vorhanden') : message),
      'guard/turn-2',
      'patron-data',
      '510',
    ],
    [
      'sends back under a number of nobody',
      'borrower',
      'lends-loan',
      report((parameters) => ({ ...parameters, PFLNummer: '1' })),
      'guard/turn-9',
      'report-return',
      'parameters.PFLNummer',
    ],
  ])('names what it does: it %s', async (_, role, scenario, fault, check, requirement, words) => {
    const verification = await withFault(role, scenario, fault);
    const [[, id, problem] = []] = failures(verification);
    expect([id, JSON.stringify(problem)]).toEqual([check, expect.stringContaining(words)]);
    expect(failedRequirements(verification)).toContain(requirement);
  });

  it('is not led astray by what comes late from a conversation before', async () => {
    let reports = 0;
    const late = report((parameters) =>
      // The first report of the first loan is spoilt, so that nobody answers it, and the library says it again.
      reports++ === 0 ? { ...parameters, Status: 'NotAvailable' } : parameters,
    );
    const delivery = { attempts: 20, firstDelayMs: 5, factor: 1, jitter: 0 };
    const between = await freePort();
    const partner = await library(symbols.lender, { between, delivery });
    open.push(
      await openFaultyLine({ host, port: between }, { host, port: partner.answersTo }, 'calls', late),
    );
    const plan = planFor('slnp', ['lender'], ['borrows-loan', 'borrows-copy', 'borrows-unfilled']);
    const verdicts = (await verify(plan, partner)).exchanges.map(({ result, verdict }) => [
      result.exchange.id.split('/')[2],
      verdict,
    ]);
    expect(verdicts).toEqual([
      ['borrows-copy', 'fail'],
      ['borrows-loan', 'pass'],
      ['borrows-unfilled', 'pass'],
    ]);
    expect(reports).toBeGreaterThan(3);
  });
});

describe('verifying a library system that has another profile for its central server', {
  timeout: 120_000,
}, () => {
  it.each(['lender', 'borrower'] as const)('finds it conformant by that profile as %s', async (role) => {
    const plan = planFor('slnp', [role], undefined, undefined, 'koha');
    const verification = await verify(plan, await library(symbols[role], { profile: 'koha' }));
    expect(failures(verification)).toEqual([]);
    expect(verification.complaints).toEqual([]);
    expect(plan.system.profile).toBe('koha');
    expect(plan.excluded.map(({ why }) => why)).toContain(
      'By this profile the partner refuses an order that comes again',
    );
  });

  it('finds it not conformant by another one, and names the requirement', async () => {
    const partner = await library(symbols.lender, { profile: 'koha' });
    const verification = await verify(planFor('slnp', ['lender'], ['borrows-repeats-order']), partner);
    expect(failures(verification)).toMatchObject([['slnp/slnp/borrows-repeats-order', 'guard/turn-4', {}]]);
    expect(failedRequirements(verification)).toContain('repeated-order');
  });

  it('knows reports by the names that a profile gives their parameters', async () => {
    const names = { status: 'Meldung', orderId: 'Auftrag', dueDate: 'Frist', note: 'Grund' };
    const rules = {
      ...rulesFor(undefined),
      info2flserver: { ...rulesFor(undefined).info2flserver, ...names },
    };
    const protocols = new Map([
      [
        'slnp',
        {
          ...slnpUnderTest,
          live: { ...slnpLive, profiles: new Map([['region', slnpLiveProfile(rules)]]) },
        },
      ],
    ]);
    const choice = { system: 'slnp', roles: ['lender'], only: ['borrows-loan', 'borrows-unfilled'] } as const;
    const partner = await library(symbols.lender, {
      profile: 'region',
      slnp: { profiles: [{ name: 'region', info2flserver: names }] },
    });
    const verification = await verify(
      planOf(loadSuite(), protocols, { ...choice, profile: 'region' }),
      partner,
    );
    expect(failures(verification)).toEqual([]);
    expect(verification.exchanges).toHaveLength(2);
    const plain = await verify(planFor('slnp', ['lender'], ['borrows-loan']), partner);
    expect(JSON.stringify(failures(plain))).toContain('parameters.Status');
    expect(failedRequirements(plain)).toContain('report-shipped');
  });

  it('refuses a profile that there is not, and one of a protocol that has none', () => {
    expect(() => planFor('slnp', undefined, undefined, undefined, 'region')).toThrow(
      '--profile: expected one of default, koha, sisis, alma for slnp; found region',
    );
    expect(() => planFor('vdx', undefined, undefined, undefined, 'alma')).toThrow(
      '--profile: expected none for iso-ill; found alma',
    );
  });
});

describe('verifying a library system over TLS', { timeout: 60_000 }, () => {
  it('finds one conformant that wants certificates', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'interlend-verify-slnp-'));
    open.push({ close: async () => rmSync(folder, { recursive: true }) });
    const made = await makeCredentials(['own', 'partner']);
    const [own, theirs] = [made.get('own'), made.get('partner')];
    if (!own || !theirs) throw new Error('expected two certificates');
    const file = (name: string, content: string): string => {
      writeFileSync(join(folder, name), content);
      return join(folder, name);
    };
    const shown = {
      certificateFile: file('cert.pem', theirs.certificate),
      keyFile: file('key.pem', theirs.key),
    };
    const caFile = file('authority.pem', theirs.authority);
    const partner = await library(symbols.lender, {
      tls: { listener: { ...shown, clientCaFile: caFile }, peer: { ...shown, caFile } },
    });
    const shows = { cert: own.certificate, key: own.key };
    const verification = await verify(
      planFor('slnp', ['lender'], ['borrows-loan', 'borrows-unfilled']),
      partner,
      {
        targetTls: { ...shows, ca: own.authority },
        listenTls: { ...shows, clientCa: own.authority },
      },
    );
    expect(failures(verification)).toEqual([]);
    expect(verification.exchanges).toHaveLength(2);
  });
});

describe('verifying a library system with a person at its desk', { timeout: 60_000 }, () => {
  it('tells them what to do, and takes days and words of their own', async () => {
    const partner = await library(symbols.lender);
    const said: string[] = [];
    const desk = operatorDesk({
      say: (text) => {
        said.push(text);
        void partner.staff({ type: 'shipped', service: 'loan', due: '2031-07-01' });
      },
      lines: (async function* () {})(),
    });
    const verification = await verify(planFor('slnp', ['lender'], ['borrows-repeats-order']), partner, {
      desk,
    });
    expect(failures(verification)).toEqual([]);
    expect(said).toEqual([expect.stringContaining('at the desk of DE-L1, please ship the item')]);
  });
});
