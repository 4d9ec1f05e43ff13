import { describe, expect, it } from 'vitest';
import { formatProgress, showProgress } from './progress.js';

describe('progress', () => {
  it('shows a bar, the count and the exchange', () => {
    expect(formatProgress(1, 3, 'iso-ill/vdx/lends-loan', 120)).toBe(
      `  ${'█'.repeat(10)}${'░'.repeat(20)}  1 of 3  iso-ill/vdx/lends-loan`,
    );
  });

  it('never wraps into a second line', () => {
    expect(formatProgress(1, 3, 'iso-ill/vdx/lends-loan', 20)).toHaveLength(19);
    expect(formatProgress(0, 0, '', 4)).toHaveLength(3);
  });

  it('leaves nothing behind', () => {
    let written = '';
    const show = showProgress({
      columns: 80,
      write: (text: string | Uint8Array) => {
        written += String(text);
        return true;
      },
    });
    show(1, 2, 'a');
    show(2, 2, 'b');
    expect(written.endsWith('\r\u001b[K')).toBe(true);
  });
});
