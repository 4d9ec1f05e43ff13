import { DecodeError, type Framer } from '@interlend/core';
import { createLineFramer, type LineFramerOptions } from '@interlend/wire/lines';
import { type SlnpLimits, slnpLimits } from './limits.js';

/** Whose octets come: a client says commands, a server a greeting and replies. */
export type StreamSide = 'client' | 'server' | 'either';

/**
 * Cuts a stream into commands, or into the greeting and replies. A command ends with `SLNPEndCommand` or is `SLNPQuit`; a
 * reply ends with the first line that is no data. Blank lines between them are dropped.
 */
export function createFramer(side: StreamSide = 'either', limits: Partial<SlnpLimits> = {}): Framer {
  return createLineFramer({ judge: createJudge(side), limits: { ...slnpLimits, ...limits } });
}

/** More of a line is not looked at: the longest word that matters is shorter. */
const longestWord = 32;

function beginningOf(line: Uint8Array): string {
  let from = 0;
  while (line[from] === 0x20 || line[from] === 0x09) from++;
  const end = Math.min(line.length, from + longestWord);
  return String.fromCharCode(...line.subarray(from, end)).trimEnd();
}

function createJudge(side: StreamSide): LineFramerOptions['judge'] {
  let isReply = false;
  let isAfterQuit = false;
  return (line, isFirst) => {
    const words = beginningOf(line);
    if (words === '') return 'noise';
    if (isFirst) isReply = side === 'server' || (side === 'either' && /^\d{3}( |$)/.test(words));
    if (isReply) return placeInReply(words, isFirst, side);
    if (!isFirst) return words === 'SLNPEndCommand' ? 'last' : 'inside';
    // The bare word ends a session; some clients end it as if it were a command.
    const isStray = words === 'SLNPEndCommand';
    if (isStray && isAfterQuit) return 'noise';
    isAfterQuit = words === 'SLNPQuit';
    return isAfterQuit || isStray ? 'last' : 'inside';
  };
}

function placeInReply(words: string, isFirst: boolean, side: StreamSide): 'inside' | 'last' {
  if (isFirst && side === 'server' && !/^\d{3}( |$)/.test(words)) {
    throw new DecodeError('not-a-message', 'expected a reply that begins with a code of three digits', {
      offset: 0,
    });
  }
  return /^6\d\d( |$)/.test(words) ? 'inside' : 'last';
}
