import { type Exchange, formatExchange, messageTurns, parseExchange, turnBytes } from '@interlend/testing';
import { beforeAll, describe, expect, it } from 'vitest';
import { processEngine } from '../engine/processes.js';
import { protocolsUnderTest } from '../run/protocols.js';
import { runExchanges } from '../run/run-suite.js';
import { mailSecrets, recordLetters, recordOrder } from './mail-recordings.js';
import { installedPostfix } from './postfix.js';

const postfix = await installedPostfix();
const when = postfix === undefined ? ' (skipped: Postfix is not installed, or this is not root)' : '';

describe.skipIf(postfix === undefined)(`recordings with Postfix${when}`, { timeout: 120_000 }, () => {
  const exchanges: Exchange[] = [];

  beforeAll(async () => {
    if (!postfix) return;
    for (const conversation of [recordOrder, recordLetters]) {
      const exchange = await conversation(processEngine, postfix);
      exchanges.push(parseExchange(formatExchange(exchange), exchange.id));
    }
  }, 120_000);

  it('keep the octets that Postfix wrote', () => {
    for (const exchange of exchanges) {
      const [first] = messageTurns(exchange).filter(({ from }) => from === 'lender');
      expect(Buffer.from(first ? turnBytes(first) : []).toString('latin1')).toMatch(
        /^Received: from .*\r\n\tby post\.example \(Postfix\)/,
      );
    }
  });

  it('hide passwords, people and machines', () => {
    for (const exchange of exchanges) {
      const text =
        Buffer.concat(messageTurns(exchange).map(turnBytes)).toString('latin1') + JSON.stringify(exchange);
      for (const secret of [...Object.values(mailSecrets), '127.0.0.1']) expect(text).not.toContain(secret);
    }
  });

  it('replay unchanged in all four ways', async () => {
    const results = await runExchanges(exchanges, protocolsUnderTest, processEngine);
    for (const { exchange, checks } of results) {
      expect([exchange.id, checks.filter(({ outcome }) => outcome === 'fail')]).toEqual([exchange.id, []]);
    }
  });
});
