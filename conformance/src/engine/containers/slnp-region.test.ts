import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { makeCredentials, type PeerCredentials } from './certificates.js';
import { type ContainerEngine, openContainerEngine } from './container-engine.js';
import { opensWithinMs, runsWithinMs, whySkipped } from './containers.test-support.js';
import {
  RegionEnds,
  RegionLibraries,
  startTunnelledRegion,
  type TunnelledRegion,
} from './slnp-region.test-support.js';

const why = await whySkipped();

describe.skipIf(why !== undefined)('a region that speaks SLNP through stunnel, in containers', () => {
  let engine: ContainerEngine | undefined;
  let credentials: ReadonlyMap<string, PeerCredentials> = new Map();
  let region: TunnelledRegion | undefined;

  beforeAll(async () => {
    engine = await openContainerEngine();
    credentials = await makeCredentials(RegionEnds);
  }, opensWithinMs);
  afterEach(async () => {
    await region?.stop();
    region = undefined;
  }, runsWithinMs);
  afterAll(async () => {
    await engine?.close();
  }, runsWithinMs);

  const start = async (of: ReadonlyMap<string, PeerCredentials>): Promise<TunnelledRegion> => {
    if (!engine) throw new Error('the engine did not open');
    region = await startTunnelledRegion(engine, of);
    return region;
  };
  const order = {
    borrower: RegionLibraries.borrower,
    rota: [RegionLibraries.first, RegionLibraries.second],
    fields: { BenutzerNummer: '4711', Titel: 'Lebensansichten des Katers Murr' },
  };

  it(
    'lends a book that the first lender has not, and takes it back',
    async () => {
      const { hub, tunnels, loanIn, act } = await start(credentials);
      const id = hub.submitOrder(order);

      await act('first', await loanIn('first', 'requested'), { type: 'unfilled', reason: 'in-use-on-loan' });
      const lent = await loanIn('second', 'requested');
      await act('second', lent, { type: 'shipped', due: '2030-02-01' });
      await hub.reached(id, 'Shipped');

      const borrowed = await loanIn('borrower', 'shipped');
      await act('borrower', borrowed, { type: 'received' });
      await act('borrower', borrowed, { type: 'returned' });
      await hub.reached(id, 'Return');
      expect(await act('second', lent, { type: 'checkedIn' })).toBe('checkedIn');

      const { borrower, first, second } = RegionLibraries;
      expect(hub.turns.map(({ library, command, code }) => `${library} ${command} ${code}`)).toEqual([
        `${borrower} SLNPAlleBenutzerDaten 250`,
        `${borrower} SLNPFLBestellung PFL 250`,
        `${first} SLNPFLBestellung AFL 250`,
        `${first} SLNPInfo2FLServer NotAvailable 240`,
        `${second} SLNPFLBestellung AFL 250`,
        `${second} SLNPInfo2FLServer Shipped 240`,
        `${borrower} SLNPPFLDatenAenderung 240`,
        `${borrower} SLNPInfo2FLServer Return 240`,
      ]);
      // Nothing went past a tunnel: each end took connections.
      for (const tunnel of tunnels) expect(tunnel.log.join('\n')).toMatch(/accepted connection/);
    },
    opensWithinMs,
  );

  it(
    'leaves an order to staff where the certificate of the central server is a stranger’s',
    async () => {
      const strangers = await makeCredentials(['tunnel-zfl']);
      const authority = [...credentials.values()][0]?.authority ?? '';
      const own = strangers.get('tunnel-zfl');
      if (!own) throw new Error('no credentials');
      const { hub } = await start(new Map([...credentials, ['tunnel-zfl', { ...own, authority }]]));
      const id = hub.submitOrder(order);
      expect(await hub.reached(id, 'Sign')).toMatchObject({ asked: 0 });
      expect(hub.turns).toEqual([
        { direction: 'said', library: RegionLibraries.borrower, command: 'SLNPAlleBenutzerDaten' },
      ]);
    },
    opensWithinMs,
  );
});
