import { ConfigError } from '@interlend/core';
import { describe, expect, it } from 'vitest';
import { type Exchange, exchangeJsonSchema } from './format.js';
import { exchangeDigest, formatExchange, parseExchange } from './load.js';

const hex = '6b6f306d';
const exchange: Exchange = {
  format: 1,
  id: 'iso-ill/example',
  title: 'A request and its answer',
  protocol: 'iso-ill',
  transport: '499',
  peer: { software: 'example', profile: 'ipig', role: 'borrower' },
  provenance: {
    origin: 'synthetic',
    source: 'made for this test',
    licence: 'Apache-2.0',
    redactions: [],
    sha256: exchangeDigest([{ hex }]),
  },
  codec: { roundTrip: 'octets', writing: {}, deviations: [] },
  requirements: [],
  match: [],
  turns: [
    { from: 'borrower', hex, connection: 1, verdict: 'accepted' },
    { desk: 'lender', event: { type: 'shipped', service: 'loan' } },
  ],
  expect: { lender: 'shipped' },
  mutations: [],
};

function mistakeIn(text: string): ConfigError {
  try {
    parseExchange(text, 'example.yaml');
  } catch (error) {
    if (error instanceof ConfigError) return error;
    throw error;
  }
  throw new Error('the file was accepted');
}

describe('parseExchange', () => {
  it('reads what formatExchange wrote', () => {
    expect(parseExchange(formatExchange(exchange), 'example.yaml')).toEqual(exchange);
  });

  it('names file, line and key of a mistake', () => {
    const text = formatExchange(exchange).replace('role: borrower', 'role: reader');
    const line = text.split('\n').findIndex((row) => row.includes('role: reader')) + 1;
    const mistake = mistakeIn(text);
    expect(mistake.key).toBe('peer.role');
    expect(mistake.message).toContain(`example.yaml:${line}: peer.role`);
  });

  it('names the line of broken YAML', () => {
    const broken = mistakeIn('format: 1\nid: [').message;
    expect(broken).toMatch(/^example\.yaml:2: file: expected YAML, got Flow sequence/);
  });

  it('names every mistake, each with its line, what was expected, what came and what to do', () => {
    const text = formatExchange(exchange)
      .replace('role: borrower', 'role: reader')
      .replace('    connection: 1', '    connection: 0')
      .replace('      type: shipped\n', '');
    const lines = mistakeIn(text).message.split('\n');
    expect(lines.map((line) => line.replace(/^example\.yaml:\d+: /, ''))).toEqual([
      'peer.role: expected borrower or lender, got "reader": correct the value',
      'turns.0.connection: expected a number from 1 on, got 0: correct the value',
      'turns.1.event.type: expected a text, got nothing: add the key',
    ]);
    const lineOf = (word: string) => text.split('\n').findIndex((row) => row.includes(word)) + 1;
    expect(lines.map((line) => Number(/:(\d+):/.exec(line)?.[1]))).toEqual([
      lineOf('role: reader'),
      lineOf('connection: 0'),
      lineOf('event:'),
    ]);
  });

  it('does not repeat a long value', () => {
    const text = formatExchange(exchange).replace('hex: 6b6f306d', `hex: ${'z'.repeat(500)}`);
    const { message } = mistakeIn(text);
    expect(message).toContain('turns.0.hex: expected octets as hexadecimal digits, got "zzz');
    expect(message.length).toBeLessThan(200);
  });

  it('refuses octets that were edited', () => {
    const mistake = mistakeIn(formatExchange(exchange).replace(hex, '6b6f306e'));
    expect(mistake.key).toBe('provenance.sha256');
  });

  it.each<[what: string, from: string, to: string, key: string]>([
    ['of a key that does not exist', 'turns:', 'comment: no\nturns:', 'comment'],
    ['of a key that is misspelt, which leaves another absent', 'expect:', 'expects:', 'expects'],
    ['of a key that no turn has', '    connection: 1', '    colour: red', 'turns.0.colour'],
    ['of an absent key inside a turn', '      type: shipped\n', '', 'turns.1.event.type'],
    ['of octets that are none', 'hex: 6b6f306d', 'hex: zz', 'turns.0.hex'],
  ])('names line and key %s', (_, from, to, key) => {
    const text = formatExchange(exchange).replace(from, to);
    const mistake = mistakeIn(text);
    expect(mistake.key).toBe(key);
    const said = Number(/^example\.yaml:(\d+): /.exec(mistake.message)?.[1]);
    const word = key.split('.').at(-1) ?? '';
    const line = text.split('\n').findIndex((row) => row.includes(`${word}:`)) + 1;
    if (text.includes(to) && to.includes(word)) expect(said).toBe(line);
  });
});

describe('exchangeJsonSchema', () => {
  it('lists the keys of a file', () => {
    expect(exchangeJsonSchema()).toMatchObject({
      required: expect.arrayContaining(['format', 'id', 'turns', 'expect']),
    });
  });
});
