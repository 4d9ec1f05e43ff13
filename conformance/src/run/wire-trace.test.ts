import { describe, expect, it } from 'vitest';
import { formatTrace } from './wire-trace.js';

describe('formatTrace', () => {
  it('shows direction, turn, offset, hex and text', () => {
    const bytes = new TextEncoder().encode('On examples, twice\n');
    expect(formatTrace([{ direction: 'in', turn: 2, bytes }])).toEqual([
      'from the partner, turn 2, 19 octets',
      '  000000  4f 6e 20 65 78 61 6d 70 6c 65 73 2c 20 74 77 69  On examples, twi',
      '  000010  63 65 0a                                         ce.',
    ]);
  });
});
