import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { defaultRegistry } from '../protocols.js';
import { checkSettings } from '../read-settings.js';
import type { Server } from '../server.js';
import type { SettingsInput } from '../settings.js';
import { aRequest, borrower, lender } from '../test-server.test-support.js';
import { key, peerOf, wiring } from './wiring.test-support.js';

const wired = wiring();

describe('a server that is wired to an Alma', () => {
  it('takes its partners as peers, keeps them for when Alma is away, and lets the settings have the last word', async () => {
    const data = join(wired.folder, 'loans.sqlite');
    const first = await wired.side(lender, 1, { data, alma: wired.alma() });
    await first.alma?.idle();
    const peers = async (server: Server) =>
      (
        (await (await fetch(`${server.apiUrl}/peers`)).json()) as {
          peers: { symbol: string; name?: string }[];
        }
      ).peers;
    expect((await peers(first)).map(({ symbol }) => symbol)).toEqual([borrower, lender]);
    expect(first.alma?.status).toMatchObject({
      partners: 2,
      skipped: [{ code: 'RAPID', why: 'no package speaks RAPID' }],
      problem: undefined,
    });
    await wired.running.pop()?.stop();

    wired.isAway = true;
    const [written] = peerOf(borrower, 7).peers;
    const second = await wired.side(lender, 2, {
      data,
      alma: wired.alma(),
      peers: written ? [{ ...written, name: 'By hand' }] : [],
    });
    await second.alma?.idle();
    expect((await peers(second)).map(({ symbol, name }) => [symbol, name])).toEqual([
      [borrower, 'By hand'],
      [lender, 'Library LENDER'],
    ]);
    expect(second.alma?.status.problem).toContain('listPartners');
  });

  it('writes neither key nor patron into its log', async () => {
    const borrowing = await wired.side(borrower, 1, { alma: wired.alma(), ...peerOf(lender, 2) });
    await wired.side(lender, 2, peerOf(borrower, 1));
    await borrowing.desk.borrow({ ...aRequest, patron: { identifier: 'Jane Roe' } });
    await borrowing.alma?.idle();
    expect(borrowing.alma?.status.loans).toMatchObject([{ state: 'review' }]);
    const everything = `${wired.logged.join('')} ${JSON.stringify(borrowing.alma?.status)}`;
    expect(everything).toContain('createBorrowingRequest');
    expect(everything).not.toMatch(/l8xx|Jane/);
  });
});

describe('the settings of an Alma', () => {
  const check = (section: object, environment: Record<string, string> = {}) =>
    checkSettings(
      { libraries: [{ symbol: 'A:B', name: 'x' }], alma: section },
      environment,
      defaultRegistry,
    ).mistakes?.map(({ key: name }) => name);

  it('take the key from the environment or a file, never from the settings themselves', () => {
    const base = { server: 'eu', rsLibrary: 'RS' };
    expect(check({ ...base, apiKeyFile: 'key' })).toBeUndefined();
    expect(check(base, { INTERLEND_ALMA_API_KEY: key })).toBeUndefined();
    expect(check({ ...base, apiKey: key })).toEqual(['alma.apiKey']);
    expect(check(base)).toEqual(['alma.apiKeyFile']);
    expect(check({ ...base, apiKeyFile: 'key' }, { INTERLEND_ALMA_API_KEY: key })).toEqual([
      'alma.apiKeyFile',
    ]);
    expect(check({ ...base, server: 'mars', apiKeyFile: 'key' })).toEqual(['alma.server']);
    expect(check({ ...base, library: 'X:Y', apiKeyFile: 'key' })).toEqual(['alma.library']);
  });

  it('name a file that can be read', async () => {
    const broken = { ...wired.alma(), apiKeyFile: join(wired.folder, 'absent') } as SettingsInput['alma'];
    await expect(wired.side(lender, 1, { alma: broken })).rejects.toMatchObject({ key: 'alma.apiKeyFile' });
  });
});
