import { join, relative } from 'node:path';
import type { Exchange } from '@interlend/testing';
import type { Engine } from '../engine/engine.js';
import { exchangesFolder, httpExchangesFolder } from '../folders.js';
import { HarnessError } from '../run/checks.js';
import { almaExchange, recordAlma } from './alma-recording.js';
import { httpExchangeFile } from './http-exchange-file.js';
import { recordLetters, recordOrder } from './mail-recordings.js';
import { installedPostfix } from './postfix.js';
import { exchangeFile } from './recorded-exchange.js';
import { runYaz, YazRequests, yazExchange, yazListener, yazSettings, yazVersion } from './yaz-illclient.js';

/**
 * Records the exchanges with software that is installed here; texts of their files by path below `exchanges`.
 *
 * @throws HarnessError when the software is not there, or ends otherwise than it should
 */
export async function recordExchanges(engine: Engine): Promise<ReadonlyMap<string, string>> {
  const exchanges = [...(await recordYaz(engine)), ...(await recordMails(engine))];
  const conversations = await Promise.all(
    (['json', 'xml'] as const).map(async (format) =>
      almaExchange(format, await recordAlma(format), new Date()),
    ),
  );
  return new Map([
    ...exchanges.map((exchange) => [`${exchange.id}.yaml`, exchangeFile(exchange)] as const),
    ...conversations.map(
      (exchange) =>
        [
          join(relative(exchangesFolder, httpExchangesFolder), `${exchange.id}.yaml`),
          httpExchangeFile(exchange),
        ] as const,
    ),
  ]);
}

async function recordYaz(engine: Engine): Promise<readonly Exchange[]> {
  const version = await yazVersion();
  if (version === undefined)
    throw new HarnessError('yaz-illclient is not installed: Debian package yaz-illclient');
  const server = await engine.startServer(yazSettings);
  try {
    const exchanges: Exchange[] = [];
    for (const request of YazRequests) {
      const run = await runYaz(request, yazListener(server));
      if (run.exitCode !== 0) throw new HarnessError(`yaz-illclient ended with ${run.exitCode}, expected 0`);
      exchanges.push(await yazExchange(request, run, version, new Date()));
    }
    return exchanges;
  } finally {
    await server.stop();
  }
}

async function recordMails(engine: Engine): Promise<readonly Exchange[]> {
  const postfix = await installedPostfix();
  if (!postfix)
    throw new HarnessError(
      'Postfix is not installed, or may not be started: Debian package postfix, as root',
    );
  return [await recordOrder(engine, postfix), await recordLetters(engine, postfix)];
}
