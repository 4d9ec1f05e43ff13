import { ConfigError } from '@interlend/core';
import { listenForMail, sendMail } from '@interlend/mail/smtp';
import { freePort } from '@interlend/testing';
import { afterEach, describe, expect, it } from 'vitest';
import { makeCredentials } from '../engine/containers/certificates.js';
import { failingVerdicts } from '../report/verdicts.js';
import {
  type MailFault,
  type RunningBritishLibrary,
  startBritishLibrary,
} from './british-library.test-support.js';
import { planFor, type RunningPartner, startPartner, verify } from './live-partner.test-support.js';
import type { Verification } from './verify-run.js';

const open: { close(): Promise<void> }[] = [];
afterEach(async () => {
  for (const each of open.splice(0).reverse()) await each.close();
});

const failures = ({ exchanges }: Verification) =>
  exchanges.flatMap(({ result, checks }) =>
    checks
      .filter(({ verdict }) => failingVerdicts.has(verdict))
      .map(({ check }) => [result.exchange.id, check.id, check.problem]),
  );

const failedRequirements = ({ requirements }: Verification) =>
  requirements.filter(({ outcome }) => outcome === 'fail').map(({ id }) => id);

const particulars = { password: 'EXAMPLE' };

async function britishLibrary(
  ...how: Parameters<typeof startBritishLibrary>
): Promise<RunningBritishLibrary> {
  const running = await startBritishLibrary(...how);
  open.push(running);
  return running;
}

describe('verifying the British Library', { timeout: 60_000 }, () => {
  it('finds its double conformant', async () => {
    const plan = planFor('british-library');
    const verification = await verify(plan, await britishLibrary(), { particulars });
    expect(failures(verification)).toEqual([]);
    expect(verification.complaints).toEqual([]);
    expect(plan.scenarios.length).toBeGreaterThan(15);
    expect(verification.exchanges).toHaveLength(plan.scenarios.length);
  });

  it.each<
    [what: string, scenario: string, fault: MailFault, check: string, requirement: string, words: string]
  >([
    [
      'answers a cancellation otherwise than staff did',
      'cancel-refused',
      (text) => text.replace(' NCANC', ' CANC'),
      'guard/turn-5',
      'cancel-answered',
      'isAccepted',
    ],
    [
      'says another reason',
      'unfilled-not-held',
      (text) => text.replace(/^(\w+) NOT.*$/m, '$1 RCOP'),
      'guard/turn-3',
      'unfilled',
      'reason',
    ],
    [
      'refuses an order that is as it should be',
      'lends-loan',
      (text) =>
        text.replace('FILE ACCEPTED', 'FILE REJECTED').replace(/ORDERS ACCEPTED: 1\r\n(\w+)/, 'ERROR A04'),
      'codec/end',
      'order',
      'File rejected',
    ],
    [
      'writes about an order of somebody else',
      'lends-copy',
      (text) => (text.includes('INTRAY') ? text.replace(/^\w+ SHIPPED/m, 'OTHER1 SHIPPED') : text),
      'guard/turn-3',
      'shipped-copy',
      'another conversation',
    ],
  ])('names what it does wrong: it %s', async (_, scenario, fault, check, requirement, words) => {
    const verification = await verify(
      planFor('british-library', ['lender'], [scenario]),
      await britishLibrary(fault),
      { patienceMs: 2_000, particulars },
    );
    const [[, id, problem] = []] = failures(verification);
    expect([id, JSON.stringify(problem)]).toEqual([check, expect.stringContaining(words)]);
    expect(failedRequirements(verification)).toContain(requirement);
  });

  it('writes with the account of its own, whose password nobody sees', async () => {
    const accounts = [{ customerCode: '98-7654', password: 'HUSH123', allowsAddresses: true }];
    const library = await britishLibrary(undefined, accounts);
    const verification = await verify(planFor('british-library', ['lender'], ['lends-copy']), library, {
      particulars: { account: '98-7654', password: 'HUSH123' },
    });
    expect(failures(verification)).toEqual([]);
    expect(library.taken.join('')).toContain('98-7654\r\nHUSH123\r\n');
    const kept = verification.exchanges.flatMap(({ result }) =>
      result.trace.map(({ bytes }) => Buffer.from(bytes)),
    );
    expect(kept.length).toBeGreaterThan(2);
    expect(Buffer.concat(kept).toString('latin1')).not.toContain('HUSH');
  });

  it('says that it has nowhere to listen', async () => {
    const silent = await britishLibrary((text) => text, undefined, false);
    const plan = planFor('british-library', ['lender'], ['lends-loan']);
    const verification = await verify(plan, silent, { particulars, isDeaf: true });
    expect(failures(verification)).toMatchObject([
      ['artemail/british-library/lends-loan', 'codec/end', { text: expect.stringContaining('--listen') }],
    ]);
  });

  it('says nothing ill of who does not report on an order', async () => {
    const silent = await britishLibrary((text) => text, undefined, false);
    const plan = planFor('british-library', ['lender'], ['lends-loan']);
    const verification = await verify(plan, silent, { particulars, patienceMs: 300 });
    expect(failures(verification)).toEqual([]);
  });

  it('refuses an account that is none before it writes to anybody', async () => {
    const library = await britishLibrary();
    const trial = verify(planFor('british-library'), library, {
      particulars: { ...particulars, account: 'ours' },
    });
    await expect(verify(planFor('british-library'), library)).rejects.toThrow('INTERLEND_ACCOUNT_PASSWORD');
    await expect(trial).rejects.toThrow(ConfigError);
    expect(library.taken).toEqual([]);
  });
});

describe('verifying the British Library over TLS', { timeout: 60_000 }, () => {
  const plan = planFor('british-library', ['lender'], ['lends-copy', 'unfilled-not-held']);

  /** The double behind TLS on both ways, and what the harness must have for it. */
  async function secured(to: 'starttls' | 'implicit') {
    const made = await makeCredentials(['own', 'partner']);
    const [own, theirs] = [made.get('own'), made.get('partner')];
    if (!own || !theirs) throw new Error('expected two certificates');
    const library = await britishLibrary(undefined, undefined, true, {
      office: { cert: theirs.certificate, key: theirs.key, isImplicit: to === 'implicit' },
      replies: { security: 'required', ca: theirs.authority },
    });
    const mail = { to, ca: own.authority, own: { cert: own.certificate, key: own.key } };
    return { library, mail };
  }

  it.each(['starttls', 'implicit'] as const)('finds its double conformant with TLS by %s', async (to) => {
    const { library, mail } = await secured(to);
    const verification = await verify(plan, library, { particulars, mail });
    expect(failures(verification)).toEqual([]);
    expect(verification.complaints).toEqual([]);
    expect(verification.exchanges).toHaveLength(2);
    expect(library.taken.length).toBeGreaterThan(0);
  });

  it.each(['starttls', 'implicit'] as const)(
    'hands nothing to a mail server whose authority it does not trust, by %s',
    async (to) => {
      const { library, mail } = await secured(to);
      const { authority } = (await makeCredentials(['stranger'])).get('stranger') ?? { authority: '' };
      const trial = verify(plan, library, { particulars, mail: { ...mail, ca: authority } });
      await expect(trial).rejects.toThrow(/never answered: .*certificate/);
      expect(library.taken).toEqual([]);
    },
  );

  it('hands nothing to a mail server that offers no STARTTLS', async () => {
    const library = await britishLibrary();
    const trial = verify(plan, library, { particulars, mail: { to: 'starttls' } });
    await expect(trial).rejects.toThrow('never answered');
    expect(library.taken).toEqual([]);
  });
});

describe('verifying a partner that writes letters', { timeout: 60_000 }, () => {
  const symbols = ['MAIL:desk@library.example', 'MAIL:ill@partner.example'] as const;

  async function letterWriter(more: { readonly between?: number } = {}): Promise<RunningPartner> {
    const partner = { from: 'ill@partner.example', to: 'desk@library.example', replies: 'automatic' };
    const running = await startPartner(...symbols, {
      protocol: 'email',
      transport: 'smtp',
      peer: { partner, relay: { security: 'none' } },
      ...more,
    });
    open.push({ close: () => running.server.stop() });
    return running;
  }

  it('finds a reference server conformant in both roles', async () => {
    const verification = await verify(planFor('letters'), await letterWriter());
    expect(failures(verification)).toEqual([]);
    expect(verification.complaints).toEqual([]);
    expect(verification.exchanges).toHaveLength(4);
  });

  it.each<
    [what: string, scenario: string, fault: MailFault, check: string, requirement: string, words: string]
  >([
    [
      'refuses a renewal that staff granted',
      'lends-renew',
      (text) => text.replace('Renew Answer: Yes', 'Renew Answer: No'),
      'guard/turn-8',
      'renewal-by-letter',
      'isAccepted',
    ],
    [
      'writes days the other way round',
      'lends-loan',
      (text) => text.replace(/Due Date: (\d\d)\/(\d\d)\//, 'Due Date: $2/$1/'),
      'guard/turn-4',
      'days-in-alma-form',
      'due',
    ],
    [
      'leaves out the number of the request',
      'lends-unfilled',
      (text) =>
        text
          .replace(/ \[ILL \w+\]/, '')
          .replace(/^Request ID: .*\r\n/m, '')
          .replace(/^(In-Reply-To|References):.*\r\n/gm, ''),
      'guard/turn-3',
      'found-by-reference',
      'another conversation',
    ],
  ])('names what it does wrong: it %s', async (_, scenario, fault, check, requirement, words) => {
    const between = await freePort();
    const partner = await letterWriter({ between });
    const server = { host: '127.0.0.1', port: partner.answersTo, security: 'none' } as const;
    const post = await listenForMail(
      { host: '127.0.0.1', port: between },
      { isRecipient: () => true },
      async ({ raw, envelopeFrom: from, envelopeTo: [to = ''] }) => {
        const text = fault(Buffer.from(raw).toString('latin1'));
        await sendMail(new Uint8Array(Buffer.from(text, 'latin1')), { from, to }, { server });
      },
    );
    open.push(post);
    const verification = await verify(planFor('letters', ['lender'], [scenario]), partner, {
      patienceMs: 2_000,
    });
    const [[, id, problem] = []] = failures(verification);
    expect([id, JSON.stringify(problem)]).toEqual([check, expect.stringContaining(words)]);
    expect(failedRequirements(verification)).toContain(requirement);
  });
});
