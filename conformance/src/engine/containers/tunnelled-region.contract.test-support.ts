import { AlleBenutzerDaten, askOnce } from '@interlend/slnp';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { makeCredentials, type PeerCredentials } from './certificates.js';
import type { ContainerEngine } from './container-engine.js';
import { opensWithinMs, runsWithinMs } from './containers.test-support.js';
import { buildDebianImage } from './images.js';
import { StunnelPeer } from './stunnel-peer.js';
import {
  RegionEnds,
  RegionLibraries,
  startTunnelledRegion,
  type TunnelledRegion,
} from './tunnelled-region.test-support.js';

/** A region that speaks SLNP through stunnel, in containers of an engine that is open by then. */
export function describeTunnelledRegion(engine: () => ContainerEngine): void {
  describe('a region that speaks SLNP through stunnel', () => {
    let credentials: ReadonlyMap<string, PeerCredentials> = new Map();
    let region: TunnelledRegion | undefined;
    const opened = (): TunnelledRegion => {
      if (!region) throw new Error('the region did not open');
      return region;
    };

    beforeAll(async () => {
      credentials = await makeCredentials(RegionEnds);
      region = await startTunnelledRegion(engine(), credentials);
    }, opensWithinMs);
    afterAll(async () => {
      await region?.stop();
    }, runsWithinMs);

    it(
      'lends a book that the first lender has not, and takes it back',
      async () => {
        const { hub, tunnels, loanIn, act } = opened();
        const id = hub.submitOrder({
          borrower: RegionLibraries.borrower,
          rota: [RegionLibraries.first, RegionLibraries.second],
          fields: { BenutzerNummer: '4711', Titel: 'Lebensansichten des Katers Murr' },
        });

        await act('first', await loanIn('first', 'requested'), {
          type: 'unfilled',
          reason: 'in-use-on-loan',
        });
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
      runsWithinMs,
    );

    it(
      'tells nothing of a reader to somebody whose certificate another authority signed',
      async () => {
        const { connector, network } = engine();
        const question = AlleBenutzerDaten.create({ BenutzerNummer: '4711' });
        const ask = (address: { readonly host: string; readonly port: number }) =>
          askOnce(question, { connector, address });
        const { message } = await ask(opened().plainAddress('borrower'));
        expect(message.fields['Nachname']).toBe('Beispiel');

        const stranger = (await makeCredentials(['stranger'])).get('stranger');
        if (!stranger) throw new Error('no credentials');
        const authority = credentials.get('tunnel-zfl')?.authority ?? '';
        const tunnel = await StunnelPeer.start(
          await buildDebianImage('stunnel'),
          network,
          'stranger',
          { ...stranger, authority },
          [{ does: 'wrap', accept: 10_000, connect: opened().secretAddress('borrower') }],
        );
        try {
          await expect(ask({ host: 'stranger', port: 10_000 })).rejects.toMatchObject({
            name: 'TransportError',
          });
        } finally {
          await tunnel.stop();
        }
      },
      runsWithinMs,
    );
  });
}
