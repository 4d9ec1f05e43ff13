import { encode, type IllApdu, randomApdu } from '@interlend/iso-ill';
import { toHex } from '@interlend/wire/ber';
import { seededRandom } from '@interlend/wire/ber/random';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { runHere } from '../run.test-support.js';

const encodeCommand = ['encode', '--protocol', 'iso-ill'] as const;
const decodeCommand = ['decode', '--protocol', 'iso-ill'] as const;

const message: IllApdu = {
  apdu: 'Recall',
  protocolVersionNum: 2,
  transactionId: { transactionGroupQualifier: 'G1', transactionQualifier: 'T1' },
  serviceDateTime: { dateTimeOfThisService: { date: '20260131' } },
};
const line = `${JSON.stringify({ source: '-', message, deviations: [] })}\n`;
const seeds = fc.array(fc.integer(), { minLength: 1, maxLength: 20 });

function jsonLines(messages: readonly unknown[]): string {
  return messages.map((each) => `${JSON.stringify({ message: each })}\n`).join('');
}

describe('interlend encode', () => {
  it('writes the octets of each line back to back', async () => {
    const outcome = await runHere(encodeCommand, line + line);
    expect(outcome.exitCode).toBe(0);
    expect(outcome.stderr).toBe('');
    expect(outcome.stdout).toEqual(Buffer.concat([encode(message), encode(message)]));
  });

  it('writes a line of digits for each with --hex', async () => {
    const outcome = await runHere([...encodeCommand, '--hex'], line);
    expect(outcome.stdout.toString()).toBe(`${toHex(encode(message))}\n`);
  });

  it.each([
    ['octets', []],
    ['digits', ['--hex']],
  ])('writes %s that decode reads as the same messages', async (_, form) => {
    await fc.assert(
      fc.asyncProperty(seeds, async (numbers) => {
        const messages = numbers.map((seed) => randomApdu(seededRandom(seed)));
        const written = await runHere([...encodeCommand, ...form], jsonLines(messages));
        expect(written.exitCode).toBe(0);
        const read = await runHere([...decodeCommand, ...form], written.stdout);
        expect(read.exitCode).toBe(0);
        expect(read.records().map((record) => record.message)).toEqual(messages);
      }),
      { numRuns: 25 },
    );
  });

  it.each([
    [
      'a value that the wire cannot say',
      jsonLines([{ ...message, protocolVersionNum: 'two' }]),
      /Recall\.protocolVersionNum/,
    ],
    ['an absent element', jsonLines([{ apdu: 'Recall' }]), /mandatory/],
    ['an unknown kind of message', jsonLines([{ apdu: 'Smoke' }]), /apdu/],
    ['a line that reports an error', '{"source":"-","error":{"code":"limit"}}\n', /reports an error/],
    ['an object without a message', '{"source":"-"}\n', /no message/],
    ['text that is not JSON', '{"message": John Doe}\n', /expected a JSON object/],
    ['JSON that is no object', '17\n', /expected a JSON object/],
  ])('refuses %s, names its line, and writes the others', async (_, bad, reason) => {
    const outcome = await runHere(encodeCommand, `${line}${bad}\n${line}`);
    expect(outcome.exitCode).toBe(65);
    expect(outcome.stderr).toMatch(/^interlend: -:2: .*\n$/);
    expect(outcome.stderr).toMatch(reason);
    expect(outcome.stdout).toEqual(Buffer.concat([encode(message), encode(message)]));
  });

  it('does not repeat the text of a line that is not JSON', async () => {
    const outcome = await runHere(encodeCommand, '{"message": John Doe}\n');
    expect(outcome.stderr).not.toContain('John');
  });

  it('writes or refuses whatever JSON stands in a message', async () => {
    const junk = fc.constantFrom(null, 7, 'x', true, [null], {}, { unknown: ['zz'] }, { content: null });
    await fc.assert(
      fc.asyncProperty(
        fc.integer(),
        fc.double({ min: 0, max: 1, noNaN: true }),
        junk,
        async (seed, place, value) => {
          const mangled = structuredClone(randomApdu(seededRandom(seed))) as object;
          const places = placesIn(mangled);
          places[Math.floor(place * (places.length - 1))]?.(value);
          const outcome = await runHere(encodeCommand, jsonLines([mangled]));
          expect([0, 65]).toContain(outcome.exitCode);
        },
      ),
      { numRuns: 300 },
    );
  });

  it('gives 66 for a file that cannot be read', async () => {
    const outcome = await runHere([...encodeCommand, '/nonexistent/messages.jsonl']);
    expect(outcome.exitCode).toBe(66);
    expect(outcome.stderr).toContain('ENOENT');
  });
});

/** A setter for each place in a value. */
function placesIn(value: object): ((replacement: unknown) => void)[] {
  return Object.entries(value).flatMap(([key, member]) => [
    (replacement: unknown) => void Reflect.set(value, key, replacement),
    ...(typeof member === 'object' && member !== null ? placesIn(member) : []),
  ]);
}
