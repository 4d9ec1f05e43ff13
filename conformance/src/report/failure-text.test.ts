import { describe, expect, it } from 'vitest';
import { lookAtGuard } from '../run/guard-way.js';
import { mutated } from '../run/mutation-way.js';
import { protocolsUnderTest } from '../run/protocols.js';
import { syntheticExchanges } from '../synthetic/synthetic-exchanges.js';
import { formatFailure } from './console-report.js';
import { judge } from './verdicts.js';

const plain = (_colour: unknown, text: string): string => text;

describe('what a failing exchange says', () => {
  it.each([...protocolsUnderTest])(
    'names field, expected, got and clause, and shows the wire in hex and text: %s',
    async (name, put) => {
      const exchanges = syntheticExchanges().filter(({ protocol }) => protocol === name);
      const faults = exchanges.flatMap((exchange) =>
        exchange.mutations
          .filter(({ fails, change }) => /^guard\/turn/.test(fails.check) && 'path' in change)
          .map((mutation) => ({ exchange, mutation })),
      );
      expect(faults.length).toBeGreaterThan(0);
      for (const { exchange, mutation } of faults) {
        const copy = mutated(exchange, mutation, put);
        const { checks, trace } = await lookAtGuard(copy, put);
        const [judged] = judge([{ exchange: copy, checks, trace }], []).exchanges;
        const text = judged ? formatFailure(judged, plain).join('\n') : '';
        const where = `${exchange.id}: ${mutation.title}\n${text}`;
        expect(where).toContain(`fail  ${exchange.id}  ${mutation.fails.check}`);
        expect(where).toMatch(/field {5}\S|expected .*(judged|nothing|said)/);
        expect(where).toMatch(/expected {2}\S|expected \S/);
        expect(where).toMatch(/clause {4}\S/);
        expect(where).toMatch(/(from|to) the partner, turn \d+, \d+ octets/);
        expect(where).toMatch(/000000 {2}([0-9a-f]{2} ){4}/);
        // Never that something was expected and that same thing was said.
        expect(where).not.toMatch(/expected (.+), said \1$/m);
      }
    },
  );
});
