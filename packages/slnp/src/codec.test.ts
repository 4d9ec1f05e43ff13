import { DecodeError, EncodeError } from '@interlend/core';
import { describe, expect, it } from 'vitest';
import { type DecodeOptions, decode, type EncodeOptions, encode } from './codec.js';
import { octetsOf, textOf } from './dialogues.test-support.js';
import type { SlnpCommand, SlnpMessage, SlnpReply } from './messages/message.js';

const command = (
  name: string,
  parameters: SlnpCommand['parameters'],
  blocks?: SlnpCommand['blocks'],
): SlnpCommand => ({ kind: 'command', command: name, parameters, ...(blocks && { blocks }) });
const reply = (code: number, text: string, more: Partial<SlnpReply> = {}): SlnpReply => ({
  kind: 'reply',
  code,
  text,
  fields: {},
  ...more,
});

/** Both ways. */
const vectors: readonly {
  readonly title: string;
  readonly value: SlnpMessage;
  readonly text: string;
  readonly options?: DecodeOptions & EncodeOptions;
}[] = [
  {
    title: 'a command with its parameters in their order',
    value: command('SLNPX', { B: 'two', A: 'one:1' }),
    text: 'SLNPX\nB:two\nA:one:1\nSLNPEndCommand\n',
  },
  { title: 'a command without parameters', value: command('SLNPX', {}), text: 'SLNPX\nSLNPEndCommand\n' },
  { title: 'the goodbye', value: command('SLNPQuit', {}), text: 'SLNPQuit\nSLNPEndCommand\n' },
  {
    title: 'the bare goodbye',
    value: command('SLNPQuit', {}),
    text: 'SLNPQuit\n',
    options: { bareQuit: true },
  },
  {
    title: 'blocks inside blocks',
    value: command('SLNPX', { A: '1' }, [{ parameters: { B: '2' }, blocks: [{ parameters: { C: '3' } }] }]),
    text: 'SLNPX\nA:1\nSLNPBegin\nB:2\nSLNPBegin\nC:3\nSLNPEnd\nSLNPEnd\nSLNPEndCommand\n',
  },
  {
    title: 'a name that means something to JavaScript',
    value: command('SLNPX', JSON.parse('{"__proto__":"1","constructor":"2"}') as Record<string, string>),
    text: 'SLNPX\n__proto__:1\nconstructor:2\nSLNPEndCommand\n',
  },
  {
    title: 'lines that end with CR LF',
    value: command('SLNPX', { A: '1' }),
    text: 'SLNPX\r\nA:1\r\nSLNPEndCommand\r\n',
    options: { lineEnd: 'crlf', commandEnd: 'crlf' },
  },
  {
    title: 'only the last line ends with CR LF',
    value: command('SLNPX', { A: '1' }),
    text: 'SLNPX\nA:1\nSLNPEndCommand\r\n',
    options: { commandEnd: 'crlf' },
  },
  {
    title: 'values in UTF-8',
    value: command('SLNPX', { A: 'Über Šibenik 𝄞' }),
    text: 'SLNPX\nA:Über Šibenik 𝄞\nSLNPEndCommand\n',
  },
  {
    title: 'escaped values',
    value: command('SLNPX', { A: 'one\ntwo \\n \\ three' }),
    text: 'SLNPX\nA:one\\ntwo \\\\n \\\\ three\nSLNPEndCommand\n',
    options: { escaping: 'backslash' },
  },
  { title: 'a plain success', value: reply(240, 'OK: SLNPX success'), text: '240 OK: SLNPX success\n' },
  {
    title: 'data of one record',
    value: reply(250, 'SLNPEndOfData', { command: 'SLNPX', fields: { A: '1', B: 'x:y' } }),
    text: '600 SLNPX\n601 A:1\n601 B:x:y\n250 SLNPEndOfData\n',
  },
  {
    title: 'records between separators',
    value: reply(250, 'SLNPEndOfData', {
      command: 'SLNPX',
      fields: { Treffer: '2' },
      records: [{ fields: { A: '1' } }, { fields: { A: '2' } }],
    }),
    text: '600 SLNPX\n601 Treffer:2\n602 \n603 A:1\n602 \n603 A:2\n250 SLNPEndOfData\n',
    options: { records: '602' },
  },
  {
    title: 'nested records',
    value: reply(250, 'SLNPEndOfData', {
      records: [{ fields: { A: '1' }, records: [{ fields: { B: '2' } }] }, { fields: { A: '3' } }],
    }),
    text: '604 SLNPBegin\n603 A:1\n604 SLNPBegin\n603 B:2\n605 SLNPEnd\n605 SLNPEnd\n604 SLNPBegin\n603 A:3\n605 SLNPEnd\n250 SLNPEndOfData\n',
  },
  {
    title: 'a refusal without a symbol',
    value: reply(510, 'nicht lieferbar'),
    text: '510 nicht lieferbar\n',
  },
  {
    title: 'a reply with a blank line behind it',
    value: reply(510, 'X: y'),
    text: '510 X: y\n \n',
    options: { blankLineAfterReply: true },
  },
  {
    title: 'a greeting',
    value: { kind: 'greeting', text: 'SLNP A@Version:V4@pid:1@charset:UTF-8@ssl:false' },
    text: '220 SLNP A@Version:V4@pid:1@charset:UTF-8@ssl:false\n',
  },
];

describe('messages, both ways', () => {
  it.each(vectors)('$title', ({ value, text, options }) => {
    expect(textOf(encode(value, options))).toBe(text);
    expect(decode(octetsOf(text), { ...options, isStrict: true })).toEqual({
      message: value,
      deviations: [],
    });
  });

  it('in ISO 8859-1', () => {
    const value = command('SLNPX', { A: 'Über' });
    const bytes = encode(value, { charset: 'iso-8859-1' });
    expect([...bytes.subarray(8, 10)]).toEqual([0xdc, 0x62]);
    expect(decode(bytes, { charset: 'iso-8859-1', isStrict: true }).message).toEqual(value);
  });
});

/** Read, but not written so. */
const lenient: readonly {
  readonly title: string;
  readonly text: string | Uint8Array;
  readonly value: SlnpMessage;
  readonly deviations?: readonly [code: string, path: string][];
}[] = [
  {
    title: 'blanks around everything, and blank lines',
    text: ' \n\t SLNPX \n\n A \t: one \n \nSLNPEndCommand\t\n \n',
    value: command('SLNPX', { A: 'one' }),
  },
  {
    title: 'a blank value counts as absent',
    text: 'SLNPX\nA: \nSLNPEndCommand\n',
    value: command('SLNPX', {}),
  },
  {
    title: 'an empty value counts as absent, which some servers refuse',
    text: 'SLNPX\nA:\nSLNPEndCommand\n',
    value: command('SLNPX', {}),
    deviations: [['empty-parameter', 'SLNPX.A']],
  },
  {
    title: 'a repeated name has both values',
    text: 'SLNPX\nA:1\nA:2\nSLNPEndCommand\n',
    value: command('SLNPX', { A: '1\n2' }),
    deviations: [['repeated-name', 'SLNPX.A']],
  },
  {
    title: 'a line in another character set',
    text: Uint8Array.from(Buffer.from('SLNPX\nA:\xdcber\nB:\xdf\nSLNPEndCommand\n', 'latin1')),
    value: command('SLNPX', { A: 'Über', B: 'ß' }),
    deviations: [
      ['charset', 'line 2'],
      ['charset', 'line 3'],
    ],
  },
  {
    title: 'control characters',
    text: 'SLNPX\nA:1\u0000\u00072\nSLNPEndCommand\n',
    value: command('SLNPX', { A: '1 2' }),
    deviations: [['control-character', 'line 2']],
  },
  {
    title: 'lines with codes that are not known',
    text: '600 SLNPX\n650 more\n250 SLNPEndOfData\n',
    value: reply(250, 'SLNPEndOfData', { command: 'SLNPX', unknown: ['650 more'] }),
    deviations: [['unknown-line', '600.line 2']],
  },
  {
    title: 'a reply that stops within its last line',
    text: '601 A:1\n250 ',
    value: reply(250, '', { fields: { A: '1' } }),
  },
  {
    title: 'fields of a record without a separator',
    text: '603 A:1\n250 x\n',
    value: reply(250, 'x', { records: [{ fields: { A: '1' } }] }),
  },
];

describe('lenient reading', () => {
  it.each(lenient)('$title', ({ text, value, deviations = [] }) => {
    const bytes = typeof text === 'string' ? octetsOf(text) : text;
    const decoded = decode(bytes);
    expect(decoded.message).toEqual(value);
    expect(decoded.deviations.map(({ code, path }) => [code, path])).toEqual(deviations);
    if (deviations.length > 0) {
      expect(() => decode(bytes, { isStrict: true })).toThrow(expect.objectContaining({ code: 'deviation' }));
    }
  });
});

const invalid: readonly (readonly [text: string, code: string, offset: number])[] = [
  ['', 'incomplete', 0],
  [' \n', 'incomplete', 2],
  ['GET / HTTP/1.1\n', 'not-a-message', 0],
  ['SLNPEndCommand\n', 'not-a-message', 0],
  ['SLNPBegin\nSLNPEndCommand\n', 'not-a-message', 0],
  ['SLNPX\nA:1\n', 'incomplete', 10],
  ['SLNPX\nno colon\nSLNPEndCommand\n', 'malformed', 6],
  ['SLNPX\n:1\nSLNPEndCommand\n', 'malformed', 6],
  ['SLNPX\nA b:1\nSLNPEndCommand\n', 'malformed', 6],
  ['SLNPX\nA:1\nSLNPY\nSLNPEndCommand\n', 'badly-structured', 10],
  ['SLNPX\nSLNPEnd\nSLNPEndCommand\n', 'badly-structured', 6],
  ['SLNPX\nSLNPBegin\nSLNPEndCommand\n', 'badly-structured', 16],
  ['SLNPX\nSLNPEndCommand\nA:1\n', 'trailing-data', 21],
  ['SLNPQuit\nA:1\n', 'trailing-data', 9],
  [`SLNPX\n${'SLNPBegin\n'.repeat(17)}`, 'limit', 166],
  ['240\nmore\n', 'trailing-data', 4],
  ['600 SLNPX\n', 'incomplete', 10],
  ['600 SLNPX\nno code\n', 'malformed', 10],
  ['600 SLNPX\n600 SLNPX\n250 x\n', 'badly-structured', 10],
  ['601 no colon\n250 x\n', 'malformed', 0],
  ['605 SLNPEnd\n250 x\n', 'badly-structured', 0],
  ['604 SLNPBegin\n250 x\n', 'badly-structured', 14],
  [`${'604 SLNPBegin\n'.repeat(17)}250 x\n`, 'limit', 224],
  ['350 what\n', 'unrecognized-message', 0],
];

describe('what is no message', () => {
  it.each(invalid)('%j is %s at %i', (text, code, offset) => {
    let error: unknown;
    try {
      decode(octetsOf(text));
    } catch (thrown) {
      error = thrown;
    }
    expect(error).toBeInstanceOf(DecodeError);
    expect(error).toMatchObject({ code, offset, excerpt: '' });
  });

  it('repeats nothing of a line in its error: it may be a reader’s', () => {
    expect(() => decode(octetsOf('SLNPX\nErika Beispiel\nSLNPEndCommand\n'))).toThrow(
      expect.objectContaining({ message: expect.not.stringContaining('Erika') }),
    );
  });

  it('is longer than the limit', () => {
    const bytes = new Uint8Array(1024 * 1024 + 1).fill(0x20);
    expect(() => decode(bytes)).toThrow(expect.objectContaining({ code: 'limit' }));
  });
});

describe('what cannot be written', () => {
  it.each<[string, SlnpMessage, EncodeOptions, string, string]>([
    ['a name that is no command', command('GET', {}), {}, 'invalid-value', 'command'],
    ['a reserved word', command('SLNPEnd', {}), {}, 'invalid-value', 'command'],
    ['a name with a colon', command('SLNPX', { 'A:B': '1' }), {}, 'invalid-value', 'SLNPX.A:B'],
    ['a goodbye with more', command('SLNPQuit', { A: '1' }), {}, 'unknown-element', 'SLNPQuit'],
    [
      'a character that is not in the set',
      command('SLNPX', { A: 'Š' }),
      { charset: 'iso-8859-1' },
      'unsayable-character',
      'SLNPX.A',
    ],
    ['half a character', command('SLNPX', { A: '\ud800' }), {}, 'unsayable-character', 'SLNPX.A'],
    ['a line beyond the limit', command('SLNPX', { A: 'x'.repeat(65_536) }), {}, 'too-long', 'SLNPX.A'],
    ['a code that is no reply', reply(601, 'x'), {}, 'invalid-value', 'code'],
    ['a greeting in a reply', reply(220, 'x'), {}, 'invalid-value', 'code'],
    [
      'an unknown line with a known code',
      reply(250, 'x', { unknown: ['601 A:1'] }),
      {},
      'invalid-value',
      'unknown',
    ],
  ])('%s', (_, message, options, code, path) => {
    let error: unknown;
    try {
      encode(message, options);
    } catch (thrown) {
      error = thrown;
    }
    expect(error).toBeInstanceOf(EncodeError);
    expect(error).toMatchObject({ code, path });
  });

  it('ends of lines become a space, so that a value can never begin a line', () => {
    const value = command('SLNPX', { A: 'one\r\nSLNPEndCommand\nSLNPQuit\n' });
    expect(textOf(encode(value))).toBe('SLNPX\nA:one SLNPEndCommand SLNPQuit\nSLNPEndCommand\n');
  });
});

describe('values from elsewhere that are no messages', () => {
  it.each([
    ['{}', 'kind'],
    ['{"kind":"song"}', 'kind'],
    ['{"kind":"command"}', 'command'],
    ['{"kind":"command","command":"SLNPX"}', 'SLNPX.parameters'],
    ['{"kind":"command","command":"SLNPX","parameters":{"A":1}}', 'SLNPX.A'],
    ['{"kind":"command","command":"SLNPX","parameters":{},"blocks":1}', 'blocks'],
    ['{"kind":"command","command":"SLNPX","parameters":{},"blocks":[{}]}', 'SLNPX.parameters'],
    ['{"kind":"reply","text":"x","fields":{}}', 'code'],
    ['{"kind":"reply","code":240,"fields":{}}', 'text'],
    ['{"kind":"reply","code":240,"text":"x"}', 'fields'],
    ['{"kind":"reply","code":240,"text":"x","fields":{},"records":[1]}', 'records'],
    ['{"kind":"reply","code":240,"text":"x","fields":{},"unknown":[1]}', 'unknown'],
    ['{"kind":"greeting"}', 'text'],
  ])('%s is an EncodeError at %s', (json, path) => {
    let error: unknown;
    try {
      encode(JSON.parse(json) as SlnpMessage);
    } catch (thrown) {
      error = thrown;
    }
    expect(error).toBeInstanceOf(EncodeError);
    expect(error).toMatchObject({ path });
  });
});
