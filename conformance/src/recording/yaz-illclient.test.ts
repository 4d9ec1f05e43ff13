import { isoIll } from '@interlend/iso-ill';
import { differences, type Exchange, messageTurns, turnBytes } from '@interlend/testing';
import { afterEach, describe, expect, it } from 'vitest';
import type { RunningServer } from '../engine/engine.js';
import { processEngine } from '../engine/processes.js';
import { protocolsUnderTest } from '../run/protocols.js';
import { ServerApi } from '../run/server-api.js';
import { loadSuite } from '../suite/load.js';
import { runYaz, YazParties, YazRequests, yazListener, yazSettings, yazVersion } from './yaz-illclient.js';

const version = await yazVersion();
const servers: RunningServer[] = [];

afterEach(async () => {
  for (const server of servers.splice(0)) await server.stop();
});

function recorded(name: string): Exchange {
  const found = loadSuite().exchanges.find(({ id }) => id === `iso-ill/yaz-illclient/${name}`);
  if (!found) throw new Error(`nothing recorded for ${name}`);
  return found;
}

const when = version === undefined ? ' (skipped: yaz-illclient is not installed)' : '';

describe.skipIf(version === undefined)(
  `yaz-illclient against the 499 listener${when}`,
  { timeout: 60_000 },
  () => {
    it.each(YazRequests)('sends a $name, ends well, and the request can be shipped', async (request) => {
      const server = await processEngine.startServer(yazSettings);
      servers.push(server);
      const run = await runYaz(request, yazListener(server));
      expect(run.exitCode).toBe(0);

      const api = new ServerApi(server.apiUrl);
      const id = (await api.newestLending(YazParties.lender, YazParties.borrower)) ?? '';
      expect(await api.timeline(id)).toMatchObject({ state: 'requested', request: request.request });
      await api.act(id, { type: 'shipped', service: request.name });
      expect((await api.timeline(id)).state).toBe('shipped');

      const rules = [...recorded(request.name).match, ...(protocolsUnderTest.get('iso-ill')?.volatile ?? [])];
      const kept = messageTurns(recorded(request.name)).map((turn) => isoIll.decode(turnBytes(turn)).message);
      const heard = run.recording.turns.map((turn) => isoIll.decode(turnBytes(turn)).message);
      expect(
        differences(
          kept,
          heard,
          rules.map((rule) => ({ ...rule, path: `*.${rule.path}` })),
        ),
      ).toEqual([]);
    });
  },
);

describe('the recorded exchanges', () => {
  it('hide the reader', () => {
    for (const { name } of YazRequests) {
      const [first] = messageTurns(recorded(name));
      const text = Buffer.from(first ? turnBytes(first) : []).toString('latin1');
      expect(text).toContain('xxxxxxxxxxxxxxx');
      expect(text).not.toContain('Invented Reader');
    }
  });
});
