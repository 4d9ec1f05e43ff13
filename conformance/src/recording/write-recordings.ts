import type { Engine } from '../engine/engine.js';
import { HarnessError } from '../run/checks.js';
import { exchangeFile } from './recorded-exchange.js';
import { runYaz, YazRequests, yazExchange, yazListener, yazSettings, yazVersion } from './yaz-illclient.js';

/**
 * Records the exchanges with software that is installed here; texts of their files by path below `exchanges`.
 *
 * @throws HarnessError when the software is not there, or ends otherwise than it should
 */
export async function recordExchanges(engine: Engine): Promise<ReadonlyMap<string, string>> {
  const version = await yazVersion();
  if (version === undefined)
    throw new HarnessError('yaz-illclient is not installed: Debian package yaz-illclient');
  const server = await engine.startServer(yazSettings);
  try {
    const files = new Map<string, string>();
    for (const request of YazRequests) {
      const run = await runYaz(request, yazListener(server));
      if (run.exitCode !== 0) throw new HarnessError(`yaz-illclient ended with ${run.exitCode}, expected 0`);
      const exchange = await yazExchange(request, run, version, new Date());
      files.set(`${exchange.id}.yaml`, exchangeFile(exchange));
    }
    return files;
  } finally {
    await server.stop();
  }
}
