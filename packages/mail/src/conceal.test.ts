import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { concealInMail } from './conceal.js';
import { lines } from './mail-samples.test-support.js';

const secret = 'SECRET7';
const text = (bytes: Uint8Array): string => Buffer.from(bytes).toString('latin1');
const concealed = (...written: readonly string[]): string => text(concealInMail(lines(...written), [secret]));

describe('a secret in a mail', () => {
  it.each([
    ['in the open', ['12-3456', 'SECRET7']],
    ['in a quotation', ['> 12-3456', '> SECRET7']],
    ['in HTML', ['<p>12-3456<br>SECRET7</p>']],
    ['broken by quoted-printable', ['SEC=', 'RET7']],
    ['twice on a line', ['SECRET7 SECRET7']],
  ])('is gone %s, and nothing else is', (_, written) => {
    const before = text(lines(...written));
    const after = concealed(...written);
    expect(after.replaceAll(/=\r\n/g, '')).not.toContain(secret);
    expect(after).toHaveLength(before.length);
    expect(after.replaceAll(/[*\r\n=]/g, '')).toBe(before.replaceAll(/SEC=?\r?\n?RET7|[\r\n=]/g, ''));
  });

  it.each([0, 1, 2])('is gone in base64, wherever it stands in it: %i', (before) => {
    const held = `${'x'.repeat(before)}\r\n12-3456\r\nSECRET7\r\n${'y'.repeat(200)}`;
    const block =
      Buffer.from(held)
        .toString('base64')
        .match(/.{1,76}/g) ?? [];
    const after = concealed('A: b', '', ...block, '--x')
      .split('\r\n')
      .slice(2, -1)
      .join('');
    expect(Buffer.from(after, 'base64').toString()).toBe(held.replace(secret, '*******'));
  });

  it('is no part of a longer word', () => {
    expect(concealed('XSECRET7', 'SECRET77')).toBe('XSECRET7\r\nSECRET77');
  });

  it('leaves octets alone that do not hold it', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 300 }), (bytes) => {
        if (text(bytes).includes(secret)) return;
        expect(concealInMail(bytes, [secret])).toBe(bytes);
      }),
    );
  });
});
