import { DecodeError, EncodeError } from '@interlend/core';
import { describe, expect, it } from 'vitest';
import { decode, type EncodeOptions, encode } from './codec.js';
import { octetsOf, textOf } from './dialogues.test-support.js';
import type { SlnpMessage } from './messages/message.js';
import { command, reply } from './messages.test-support.js';

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
