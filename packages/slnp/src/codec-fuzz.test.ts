import { DecodeError, EncodeError } from '@interlend/core';
import { toHex } from '@interlend/wire/ber';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { decode, type EncodeOptions, encode } from './codec.js';
import { octetsOf } from './dialogues.test-support.js';
import { createFramer } from './framer.js';
import { libraryCommands, ServerInit, SysParam } from './messages/commands.js';
import type { SlnpBlock, SlnpMessage, SlnpRecord } from './messages/message.js';
import { hubCommands } from './profiles/hub-commands.js';
import { rulesFor } from './profiles/index.js';

const inputs = Number(process.env['INTERLEND_FUZZ_INPUTS'] ?? 20_000);
const tables = [...libraryCommands, ...hubCommands(rulesFor(undefined).info2flserver), ServerInit, SysParam];

/** Text of one line, without blanks at its ends; letters of both character sets. */
const line = fc
  .array(fc.constantFrom(...'aZ09:=\\n.-/äß ÿ\u00a0\t', 'SLNPEndCommand', '250 '), { maxLength: 12 })
  .map((parts) => parts.join('').replace(/^[ \t]+|[ \t]+$/g, ''));
const value = line.filter((text) => text !== '');
const fieldsOf = (names: readonly string[]) =>
  fc.dictionary(fc.constantFrom(...names, 'Unbekannt_1'), value, { maxKeys: 8, noNullPrototype: true });
const parameters = [...new Set(tables.flatMap((table) => Object.keys(table.parameters)))];
const { block, record } = fc.letrec<{ block: SlnpBlock; record: SlnpRecord }>((tie) => ({
  block: fc.record(
    { parameters: fieldsOf(parameters), blocks: fc.array(tie('block'), { minLength: 1, maxLength: 2 }) },
    { requiredKeys: ['parameters'] },
  ),
  record: fc.record(
    { fields: fieldsOf(parameters), records: fc.array(tie('record'), { minLength: 1, maxLength: 2 }) },
    { requiredKeys: ['fields'] },
  ),
}));
const depthOf = (inner: {
  readonly blocks?: readonly SlnpBlock[];
  readonly records?: readonly SlnpRecord[];
}): number => 1 + Math.max(0, ...(inner.blocks ?? []).map(depthOf), ...(inner.records ?? []).map(depthOf));

const command: fc.Arbitrary<SlnpMessage> = fc.constantFrom(...tables).chain((table) =>
  fc.record(
    {
      kind: fc.constant('command' as const),
      command: fc.constant(table.name),
      parameters: fieldsOf(Object.keys(table.parameters)),
      blocks: fc.array(block, { minLength: 1, maxLength: 2 }),
    },
    { requiredKeys: ['kind', 'command', 'parameters'] },
  ),
);
const reply: fc.Arbitrary<SlnpMessage> = fc.record(
  {
    kind: fc.constant('reply' as const),
    code: fc.constantFrom(240, 250, 510, 511, 512, 520, 599),
    text: line,
    command: fc.constantFrom(...tables.map(({ name }) => name)),
    fields: fieldsOf(['PFLNummer', 'OKMsg', 'OpacPin']),
    records: fc.array(record, { minLength: 1, maxLength: 3 }),
  },
  { requiredKeys: ['kind', 'code', 'text', 'fields'] },
);
const greeting: fc.Arbitrary<SlnpMessage> = fc.record({ kind: fc.constant('greeting' as const), text: line });
const message = fc
  .oneof({ weight: 4, arbitrary: command }, { weight: 4, arbitrary: reply }, greeting)
  .filter((made) => depthOf(made as SlnpBlock) <= 12);

const writing: fc.Arbitrary<EncodeOptions> = fc.record({
  charset: fc.constantFrom('utf-8' as const, 'iso-8859-1' as const),
  escaping: fc.constantFrom('none' as const, 'backslash' as const),
  lineEnd: fc.constantFrom('lf' as const, 'crlf' as const),
  commandEnd: fc.constantFrom('lf' as const, 'crlf' as const),
  blankLineAfterReply: fc.boolean(),
  records: fc.constantFrom('604' as const),
});

describe('random messages', () => {
  it('read as they were written, strictly, in every way of writing, and frame as one', () => {
    fc.assert(
      fc.property(message, writing, (made, options) => {
        const { charset, escaping } = options as { charset: 'utf-8'; escaping: 'none' };
        const bytes = encode(made, options);
        expect(decode(bytes, { charset, escaping, isStrict: true })).toEqual({
          message: made,
          deviations: [],
        });
        expect(toHex(encode(made, options))).toBe(toHex(bytes));
        const frames = createFramer().push(bytes);
        expect(frames).toHaveLength(1);
        expect(decode(frames[0] as Uint8Array, { charset, escaping }).message).toEqual(made);
      }),
      { numRuns: 1000 },
    );
  });

  it('read the same from records between separators, where they are flat', () => {
    fc.assert(
      fc.property(reply, (made) => {
        if (made.kind !== 'reply' || made.records?.some(({ records }) => records)) return;
        expect(decode(encode(made, { records: '602' })).message).toEqual(made);
      }),
    );
  });
});

const odd = [
  '\n',
  '\r',
  ':',
  ' ',
  '\t',
  '\0',
  '6',
  '2',
  'SLNP',
  'SLNPBegin\n',
  'SLNPEnd\n',
  '604 SLNPBegin\n',
  '605 SLNPEnd\n',
  '602\n',
  '\u00ff',
  'SLNPEndCommand\n',
  '250 x\n',
];

const mutated = fc
  .tuple(
    message,
    fc.array(fc.tuple(fc.nat(), fc.nat({ max: 3 }), fc.constantFrom(...odd)), { minLength: 1, maxLength: 4 }),
  )
  .map(([made, edits]) => {
    let bytes = Array.from(encode(made));
    for (const [where, kind, extra] of edits) {
      const at = where % (bytes.length + 1);
      if (kind === 0) bytes = bytes.slice(0, at);
      else if (kind === 1) bytes.splice(at, 1 + (where % 7));
      else if (kind === 2) bytes[at % Math.max(bytes.length, 1)] = where % 256;
      else bytes.splice(at, 0, ...octetsOf(extra));
    }
    return Uint8Array.from(bytes);
  });

describe(`${inputs} mutated messages`, () => {
  it('are values or a DecodeError, and what was read is written and read again the same', {
    timeout: 600_000,
  }, () => {
    const outcomes = new Map<string, number>();
    const count = (outcome: string): void => void outcomes.set(outcome, (outcomes.get(outcome) ?? 0) + 1);
    fc.assert(
      fc.property(mutated, (bytes) => {
        for (const isStrict of [false, true]) {
          try {
            const { message: read, deviations } = decode(bytes, { isStrict });
            count(deviations.length > 0 ? 'deviations' : 'value');
            const again = decode(encode(read)).message;
            expect(decode(encode(again)).message).toEqual(again);
          } catch (error) {
            if (!(error instanceof DecodeError || error instanceof EncodeError)) throw error;
            count(error.code);
          }
        }
        let framed = 0;
        const framer = createFramer();
        try {
          framed = framer.push(bytes).length;
          framer.end();
        } catch (error) {
          expect(error).toBeInstanceOf(DecodeError);
        }
        expect(framed).toBeLessThan(1000);
      }),
      { numRuns: inputs },
    );
    // The mutations must reach every kind of outcome, or they prove little.
    for (const outcome of [
      'value',
      'deviations',
      'deviation',
      'incomplete',
      'not-a-message',
      'malformed',
      'badly-structured',
      'trailing-data',
      'unrecognized-message',
    ]) {
      expect(outcomes.get(outcome), outcome).toBeGreaterThan(0);
    }
  });
});

describe('hostile octets', () => {
  it('cost time that grows with their number and no faster', () => {
    const deep = octetsOf(`SLNPX\n${'SLNPBegin\n'.repeat(100_000)}`);
    expect(() => decode(deep)).toThrow(expect.objectContaining({ code: 'limit' }));
    const many = octetsOf(`SLNPX\n${'A:1\n'.repeat(250_000)}SLNPEndCommand\n`);
    const { message: read } = decode(many);
    expect(read).toMatchObject({ kind: 'command' });
    const repeats = octetsOf(
      `SLNPX\n${Array.from({ length: 100_000 }, (_, at) => `A${at}:x`).join('\n')}\nSLNPEndCommand\n`,
    );
    expect(() => decode(repeats)).not.toThrow(TypeError);
  });
});
