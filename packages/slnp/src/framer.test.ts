import type { Framer } from '@interlend/core';
import { describe, expect, it } from 'vitest';
import { octetsOf, textOf } from './dialogues.test-support.js';
import { createFramer, type StreamSide } from './framer.js';

const streams: readonly {
  readonly side: StreamSide;
  readonly text: string;
  readonly frames: readonly string[];
}[] = [
  {
    side: 'client',
    text: '\n SLNPX\nA:SLNPEndCommand\r\n\nSLNPEndCommand\r\nSLNPY\nSLNPEndCommand\n \nSLNPQuit\nSLNPEndCommand\n',
    frames: [' SLNPX\nA:SLNPEndCommand\r\n\nSLNPEndCommand\r\n', 'SLNPY\nSLNPEndCommand\n', 'SLNPQuit\n'],
  },
  {
    side: 'client',
    text: 'SLNPX\nBsArt=PFL\nSLNPY\nSLNPEndCommand\nSLNPEndCommand\n600 SLNPX\nSLNPEndCommand\n',
    frames: ['SLNPX\nBsArt=PFL\nSLNPY\nSLNPEndCommand\n', 'SLNPEndCommand\n', '600 SLNPX\nSLNPEndCommand\n'],
  },
  {
    side: 'server',
    text: '220 SLNP x\n\n600 X\n601 A:250\n250 SLNPEndOfData\n \n510 no\n \n699 x\n350 what\n',
    frames: ['220 SLNP x\n', '600 X\n601 A:250\n250 SLNPEndOfData\n', '510 no\n', '699 x\n350 what\n'],
  },
  {
    side: 'either',
    text: '220 SLNP x\nSLNPX\nSLNPEndCommand\n240 OK\n',
    frames: ['220 SLNP x\n', 'SLNPX\nSLNPEndCommand\n', '240 OK\n'],
  },
];

const push = (framer: Framer, text: string): string[] => framer.push(octetsOf(text)).map(textOf);

describe('createFramer', () => {
  it.each(streams)('cuts a stream of $side alike at every octet', ({ side, text, frames }) => {
    expect(push(createFramer(side), text)).toEqual(frames);
    for (let cut = 1; cut < text.length; cut++) {
      const framer = createFramer(side);
      expect([...push(framer, text.slice(0, cut)), ...push(framer, text.slice(cut))], `at ${cut}`).toEqual(
        frames,
      );
      framer.end();
    }
  });

  it('waits for the end of the line that ends a command', () => {
    const framer = createFramer('client');
    expect(push(framer, 'SLNPX\nSLNPEndCommand')).toEqual([]);
    expect(framer.heldOctets).toBe(20);
    expect(push(framer, '\n')).toHaveLength(1);
  });

  it('knows at once what is no server', () => {
    expect(() => createFramer('server').push(octetsOf('HTTP/1.1 400 Bad Request\r\n'))).toThrow(
      expect.objectContaining({ code: 'not-a-message' }),
    );
  });

  it('stops at a line and at a command beyond the limit', () => {
    const framer = createFramer('client', { lineOctets: 100, messageOctets: 200 });
    expect(() => push(framer, `SLNPX\nA:${'x'.repeat(200)}`)).toThrow(
      expect.objectContaining({ code: 'limit' }),
    );
    const other = createFramer('client', { lineOctets: 100, messageOctets: 200 });
    expect(() => push(other, `SLNPX\n${'A:1\n'.repeat(60)}`)).toThrow(
      expect.objectContaining({ code: 'limit' }),
    );
  });
});
