import { formatExchange } from '@interlend/testing';
import { syntheticExchanges } from './synthetic-exchanges.js';

/** The files of the made-up exchanges by their path below `exchanges`. */
export function syntheticFiles(): ReadonlyMap<string, string> {
  return new Map(
    syntheticExchanges().map((exchange) => {
      const up = '../'.repeat(exchange.id.split('/').length);
      const head = `# yaml-language-server: $schema=${up}schema/exchange.json\n# Written by \`npm run conformance -- --write-synthetic\`; not edited by hand.\n`;
      return [`${exchange.id}.yaml`, head + formatExchange(exchange)];
    }),
  );
}
