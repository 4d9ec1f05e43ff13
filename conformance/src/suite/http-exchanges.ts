import { readdirSync, readFileSync } from 'node:fs';
import { join, sep } from 'node:path';
import { ConfigError } from '@interlend/core';
import { type HttpExchange, parseHttpExchange } from '@interlend/testing';
import { httpExchangesFolder } from '../folders.js';

/** The recorded conversations over HTTP. @throws ConfigError with file, line and key of the first mistake */
export function loadHttpExchanges(): readonly HttpExchange[] {
  return readdirSync(httpExchangesFolder, { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.yaml'))
    .sort()
    .map((name) => {
      const source = `http-exchanges/${name.split(sep).join('/')}`;
      const exchange = parseHttpExchange(readFileSync(join(httpExchangesFolder, name), 'utf8'), source);
      if (source === `http-exchanges/${exchange.id}.yaml`) return exchange;
      const accepted = source.slice('http-exchanges/'.length, -'.yaml'.length);
      throw new ConfigError(`${source}: id: expected ${accepted}`, { key: 'id', accepted });
    });
}
