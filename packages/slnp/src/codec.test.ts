import { describe, expect, it } from 'vitest';
import { type DecodeOptions, decode, type EncodeOptions, encode } from './codec.js';
import { octetsOf, textOf } from './dialogues.test-support.js';
import type { SlnpMessage } from './messages/message.js';
import { command, reply } from './messages.test-support.js';

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
