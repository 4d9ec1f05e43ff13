import { once } from 'node:events';
import { type AddressInfo, createServer } from 'node:net';
import type { Listening } from '@interlend/core';
import { encode, type IllApdu } from '@interlend/iso-ill';
import { freePort } from '@interlend/testing';
import { toHex } from '@interlend/wire/ber';
import { afterEach, describe, expect, it } from 'vitest';
import { failingVerdicts } from '../report/verdicts.js';
import { type Fault, openFaultyWayBack } from './faulty-way-back.test-support.js';
import { planFor, type RunningPartner, startPartner, verify } from './live-partner.test-support.js';
import { operatorDesk } from './operator-desk.js';
import { emptyDesk } from './partner-desk.js';
import { referenceDesk } from './reference-desk.js';
import type { Verification } from './verify-run.js';

const partners: RunningPartner[] = [];
const ways: Listening[] = [];
afterEach(async () => {
  for (const way of ways.splice(0)) await way.close();
  for (const { server } of partners.splice(0)) await server.stop();
});

const parties = {
  vdx: ['NLA:XALM', 'NLA:XVDX'],
  aleph: ['XALEPH:ALMA', 'XALEPH:LEND'],
  'ill-sbn': ['IT-XX0001', 'IT-XX0000'],
  ladd: ['NLA:XOURS', 'NLA:XLADD'],
} as const;
type System = keyof typeof parties;

async function started(
  system: System,
  more: Parameters<typeof startPartner>[2] = {},
): Promise<RunningPartner> {
  const [own, partner] = parties[system];
  const running = await startPartner(own, partner, more);
  partners.push(running);
  return running;
}

const failures = ({ exchanges }: Verification) =>
  exchanges.flatMap(({ result, checks }) =>
    checks
      .filter(({ verdict }) => failingVerdicts.has(verdict))
      .map(({ check }) => [result.exchange.id, check.id, check.outcome, check.problem]),
  );

const failedRequirements = ({ requirements }: Verification) =>
  requirements.filter(({ outcome }) => outcome === 'fail').map(({ id }) => id);

describe('verifying a second reference server', { timeout: 120_000 }, () => {
  it.each(['vdx', 'aleph', 'ill-sbn', 'ladd'] as const)(
    'finds %s conformant in both roles',
    async (system) => {
      const plan = planFor(system, ['borrower', 'lender']);
      const verification = await verify(plan, await started(system));
      expect(failures(verification)).toEqual([]);
      expect(verification.complaints).toEqual([]);
      expect(plan.scenarios.length).toBeGreaterThan(20);
      expect(verification.exchanges).toHaveLength(plan.scenarios.length);
    },
  );

  it('looks at each message of the partner as octets, as meaning and as an arrival', async () => {
    const { exchanges } = await verify(planFor('vdx', ['lender'], ['lends-loan']), await started('vdx'));
    const seen = exchanges.flatMap(({ checks }) => checks.map(({ check }) => check.id));
    expect(seen).toEqual([
      ...['guard/turn-1', 'guard/turn-1', 'server/turn-2', 'server/turn-3', 'codec/turn-3', 'guard/turn-3'],
      ...['guard/turn-4', 'guard/turn-4', 'server/turn-5', 'guard/turn-6', 'guard/turn-6', 'server/turn-7'],
      ...['server/turn-8', 'codec/turn-8', 'guard/turn-8', 'guard/end', 'server/end'],
    ]);
  });
});

describe('verifying a partner that does something wrong', { timeout: 60_000 }, () => {
  const withFault = async (scenario: string, fault: Fault, patienceMs = 10_000): Promise<Verification> => {
    const between = await freePort();
    const partner = await started('vdx', { between });
    ways.push(await openFaultyWayBack(between, partner.answersTo, fault));
    const role = scenario.startsWith('lends') ? 'lender' : 'borrower';
    return verify(planFor('vdx', [role], [scenario]), partner, { patienceMs });
  };
  const changed =
    <Name extends IllApdu['apdu']>(
      name: Name,
      change: (apdu: Extract<IllApdu, { apdu: Name }>) => ReturnType<Fault>,
    ): Fault =>
    (apdu) =>
      apdu.apdu === name ? change(apdu as Extract<IllApdu, { apdu: Name }>) : apdu;

  it.each<[what: string, scenario: string, fault: Fault, check: string, requirement: string, words: string]>([
    [
      'grants a renewal without a day',
      'lends-renew',
      changed('Renew-Answer', ({ dateDue: _, ...rest }) => rest),
      'guard/turn-8',
      'renew-granted',
      'due',
    ],
    [
      'says yes to a cancellation that staff refused',
      'lends-cancel-refused',
      changed('Cancel-Reply', (apdu) => ({ ...apdu, answer: true })),
      'guard/turn-5',
      'cancel-refused',
      'isAccepted',
    ],
    [
      'makes up a transaction-id',
      'borrows-loan',
      changed('Received', (apdu) => ({
        ...apdu,
        transactionId: { ...apdu.transactionId, transactionQualifier: 'OTHER' },
      })),
      'guard/turn-4',
      'transaction-id-echoed',
      'another conversation',
    ],
    [
      'says octets that are no message',
      'lends-unfilled',
      changed('ILL-Answer', () => new TextEncoder().encode('HELO ill.example\r\n')),
      'server/turn-3',
      'unfilled',
      'no message',
    ],
    [
      'writes a day in its own way',
      'lends-loan',
      changed('Checked-In', (apdu) => {
        const hex = toHex(encode(apdu)).replace(
          toHex(Buffer.from(apdu.dateCheckedIn)),
          toHex(Buffer.from('2026-4-1')),
        );
        return Buffer.from(hex, 'hex');
      }),
      'codec/turn-8',
      'encoding-kept',
      'date-format',
    ],
  ])('names what it %s', async (_, scenario, fault, check, requirement, words) => {
    const verification = await withFault(scenario, fault);
    const [[, id, outcome, problem] = []] = failures(verification);
    expect([id, outcome]).toEqual([check, 'fail']);
    expect(JSON.stringify(problem)).toContain(words);
    expect(failedRequirements(verification)).toContain(requirement);
  });

  it('names the message that does not come', async () => {
    const verification = await withFault(
      'lends-loan',
      changed('Checked-In', () => undefined),
      300,
    );
    expect(failures(verification)[0]).toMatchObject([
      'iso-ill/vdx/lends-loan',
      'server/turn-8',
      'fail',
      { text: 'expected Checked-In, nothing came within 300 ms' },
    ]);
    expect(failedRequirements(verification)).toEqual(['loan-cycle', 'both-parties-named']);
    const half = verification.requirements.find(({ id }) => id === 'time-always-named');
    expect(half).toMatchObject({
      outcome: 'not tried',
      reason: 'iso-ill/vdx/lends-loan came to no end: server/turn-8 fail',
    });
  });

  it('names the requirement that a wrong profile of the partner breaks', async () => {
    const partner = await started('ill-sbn', { profile: 'aleph' });
    const verification = await verify(planFor('ill-sbn', ['borrower']), partner);
    expect(failedRequirements(verification)).toEqual(['utf-8']);
    expect(failures(verification).map(([id, check]) => [id, check])).toEqual([
      ['iso-ill/ill-sbn/borrows-utf-8', 'guard/turn-1'],
    ]);
  });
});

describe('verifying without all that it needs', { timeout: 60_000 }, () => {
  const only = planFor('vdx', ['lender'], ['lends-unfilled']);
  const problem = (verification: Verification) =>
    failures(verification).map(([, , outcome, found]) => [outcome, found]);

  it('says whom it misses when nobody is at the desk', async () => {
    const verification = await verify(only, await started('vdx'), { desk: emptyDesk });
    expect(problem(verification)).toMatchObject([
      ['not-tried', { text: expect.stringContaining('answer that the request cannot be filled') }],
    ]);
    expect(verification.complaints).toEqual(['iso-ill/vdx/lends-unfilled: not tried']);
  });

  it('says that it has nowhere to listen', async () => {
    const verification = await verify(only, await started('vdx'), { isDeaf: true });
    expect(problem(verification)).toMatchObject([
      ['not-tried', { text: expect.stringContaining('--listen') }],
    ]);
  });

  it('does not blame the partner for a desk that cannot be worked', async () => {
    const desk = referenceDesk(`http://127.0.0.1:${await freePort()}`);
    const verification = await verify(only, await started('vdx'), { desk });
    expect(verification.isBroken).toBe(true);
    expect(problem(verification)).toMatchObject([
      ['harness-error', { text: expect.stringContaining("the partner's desk cannot be worked") }],
    ]);
    expect(failedRequirements(verification)).toEqual([]);
  });

  it('cannot run when somebody is there who never answers', async () => {
    const partner = await started('vdx');
    const mute = createServer({ allowHalfOpen: true }, (socket) =>
      socket.resume().on('error', () => undefined),
    );
    mute.listen(0, '127.0.0.1');
    await once(mute, 'listening');
    const { port } = mute.address() as AddressInfo;
    ways.push({ address: { host: '', port }, close: async () => void mute.close() });
    const trial = verify(only, { ...partner, listener: { host: '127.0.0.1', port } }, { patienceMs: 300 });
    await expect(trial).rejects.toThrow(
      /the partner never answered: .*nobody knows whether it has the message.*--listen/,
    );
  });

  it('cannot run when nobody answers', async () => {
    const partner = await started('vdx');
    await partner.server.stop();
    await expect(verify(only, partner)).rejects.toThrow('the partner is not reached');
  });
});

describe('verifying with a person at the desk', { timeout: 60_000 }, () => {
  const only = planFor('vdx', ['lender'], ['lends-unfilled']);

  it('tells them what to do and waits for the wire', async () => {
    const partner = await started('vdx');
    const said: string[] = [];
    const desk = operatorDesk({
      say: (text) => {
        said.push(text);
        void partner.staff({ type: 'unfilled', reason: 'in-use-on-loan', note: 'a note of their own' });
      },
      lines: (async function* () {})(),
    });
    const verification = await verify(only, partner, { desk });
    expect(failures(verification)).toEqual([]);
    expect(said).toEqual([
      expect.stringContaining('at the desk of NLA:XVDX, please answer that the request cannot'),
    ]);
  });

  it('takes it from them that something cannot be done', async () => {
    const { promise, resolve } = Promise.withResolvers<void>();
    const desk = operatorDesk({
      say: () => resolve(),
      lines: (async function* () {
        await promise;
        yield 'skip our system has no such button';
      })(),
    });
    const verification = await verify(only, await started('vdx'), { desk });
    expect(failures(verification)).toMatchObject([
      [
        'iso-ill/vdx/lends-unfilled',
        'server/turn-3',
        'not-tried',
        { text: expect.stringContaining('no such button') },
      ],
    ]);
  });
});
