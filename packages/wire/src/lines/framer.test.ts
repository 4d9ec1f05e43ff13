import { DecodeError, type Framer } from '@interlend/core';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createLineFramer, type LineFramerOptions } from './framer.js';

const octets = (text: string): Uint8Array => new TextEncoder().encode(text);
const text = (bytes: Uint8Array): string => new TextDecoder().decode(bytes);

/** Messages that end with a line that says END. */
const judge: LineFramerOptions['judge'] = (line) => {
  const said = text(line).trim();
  if (said === '') return 'noise';
  return said === 'END' ? 'last' : 'inside';
};

const frame = (chunks: readonly Uint8Array[], framer: Framer = createLineFramer({ judge })): string[] =>
  chunks.flatMap((chunk) => framer.push(chunk)).map(text);

/** Everything a reader of the chunks sees: messages, then how it ends. */
function outcome(chunks: readonly Uint8Array[], limits: LineFramerOptions['limits'] = {}): unknown {
  const framer = createLineFramer({ judge, limits });
  const messages: string[] = [];
  try {
    for (const chunk of chunks) messages.push(...framer.push(chunk).map(text));
    framer.end();
    return { messages };
  } catch (error) {
    if (!(error instanceof DecodeError)) throw error;
    return { messages, code: error.code, offset: error.offset };
  }
}

describe('createLineFramer', () => {
  const stream = octets(' \r\na: 1\r\n\nb:2:3\nEND\r\n\n \nsecond\nEND\n');
  const messages = ['a: 1\r\n\nb:2:3\nEND\r\n', 'second\nEND\n'];

  it('gives the octets of each message and drops the noise between them', () => {
    expect(frame([stream])).toEqual(messages);
  });

  it('gives the same for every cut into two', () => {
    for (let cut = 0; cut <= stream.length; cut++) {
      expect(frame([stream.subarray(0, cut), stream.subarray(cut)]), `cut at ${cut}`).toEqual(messages);
    }
  });

  it('gives the same octet by octet', () => {
    expect(frame(Array.from(stream, (octet) => Uint8Array.of(octet)))).toEqual(messages);
  });

  it('ends alike however the stream is cut, also where it breaks a limit', () => {
    const piece = fc.constantFrom('END\n', 'END\r\n', 'a:b\n', 'long line of text\n', '\n', ' ', '\r', 'x');
    fc.assert(
      fc.property(fc.array(piece), fc.array(fc.nat({ max: 30 })), (pieces, sizes) => {
        const whole = octets(pieces.join(''));
        const chunks: Uint8Array[] = [];
        let from = 0;
        for (const size of sizes) {
          chunks.push(whole.subarray(from, from + size));
          from = Math.min(from + size, whole.length);
        }
        chunks.push(whole.subarray(from));
        const limits = { lineOctets: 17, messageOctets: 30 };
        expect(outcome(chunks, limits)).toEqual(outcome([whole], limits));
      }),
    );
  });

  it('holds nothing while only blanks have come', () => {
    const framer = createLineFramer({ judge });
    expect(framer.push(octets('\n \t\r'))).toEqual([]);
    expect(framer.heldOctets).toBe(0);
    framer.end();
    framer.push(octets('\nx'));
    expect(framer.heldOctets).toBe(1);
  });

  it('says that a message was not finished', () => {
    expect(outcome([octets('a:1\nb')])).toEqual({ messages: [], code: 'incomplete', offset: 5 });
  });

  it('takes a line and a message of the largest size and nothing beyond', () => {
    expect(outcome([octets('123456\nEND\n')], { lineOctets: 7, messageOctets: 11 })).toEqual({
      messages: ['123456\nEND\n'],
    });
    expect(outcome([octets('1234567\nEND\n')], { lineOctets: 7 })).toMatchObject({
      code: 'limit',
      offset: 7,
    });
    expect(outcome([octets('123456\nEND\n')], { messageOctets: 10 })).toMatchObject({
      code: 'limit',
      offset: 10,
    });
  });

  it('stops at an endless line without holding more than the limit', () => {
    const framer = createLineFramer({ judge, limits: { lineOctets: 1000 } });
    const chunk = octets('x'.repeat(400));
    framer.push(chunk);
    framer.push(chunk);
    expect(() => framer.push(chunk)).toThrow(expect.objectContaining({ code: 'limit' }));
  });

  it('gives what was complete before an error, then throws it again and again', () => {
    const framer = createLineFramer({ judge, limits: { lineOctets: 8 } });
    expect(framer.push(octets('END\n123456789')).map(text)).toEqual(['END\n']);
    expect(() => framer.push(octets('\n'))).toThrow(expect.objectContaining({ code: 'limit' }));
    expect(() => framer.end()).toThrow(expect.objectContaining({ code: 'limit' }));
  });

  it('loses the stream where the judge refuses a line', () => {
    const refusing = createLineFramer({
      judge: () => {
        throw new DecodeError('not-a-message', 'expected something else', { offset: 0 });
      },
    });
    expect(() => refusing.push(octets('GET /\n'))).toThrow(
      expect.objectContaining({ code: 'not-a-message' }),
    );
  });
});
