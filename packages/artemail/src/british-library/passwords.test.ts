import { describe, expect, it } from 'vitest';
import { partner } from './ordering.test-support.js';
import { conceal, redactPassword } from './passwords.js';

const withPassword = (password: string) => ({
  ...partner,
  accounts: [{ customerCode: '12-3456', password }],
});
const concealed = (text: string, password: string): string =>
  Buffer.from(conceal(Buffer.from(text), withPassword(password))).toString();

describe('a password in a mail that came in', () => {
  it('goes wherever it stands', () => {
    expect(concealed('we refuse SECRET7 of 12-3456', 'SECRET7')).toBe('we refuse ******* of 12-3456');
  });

  it.each(['LOAN', 'A1', 'SHIPPED'])(
    'that is like a word of replies goes below its customer code only: %s',
    (password) => {
      const text = `EX1 SHIPPED LOAN A1\r\n> 12-3456\r\n> ${password}\r\n`;
      expect(concealed(text, password)).toBe(
        text.replace(`> ${password}`, `> ${'*'.repeat(password.length)}`),
      );
    },
  );
});

describe('a text without password lines', () => {
  it.each([
    ['12-3456\nSECRET7\n\nTX1', '12-3456\n*******\n\nTX1'],
    ['> 12-3456\r\n> SECRET7\r\n', '> 12-3456\r\n> *******\r\n'],
    ['>> 12-3456\n>>SECRET7', '>> 12-3456\n>>*******'],
    ['12-3456\nA\n12-3456\nBB\n', '12-3456\n*\n12-3456\n**\n'],
    ['12-3456\n\nSECRET7', '12-3456\n\nSECRET7'],
    ['12-3456\nTwo words', '12-3456\nTwo words'],
  ])('%j is %j', (text, redacted) => {
    expect(redactPassword(text)).toBe(redacted);
  });

  it('is made in a time that grows with its length', () => {
    expect(redactPassword(`${' '.repeat(200_000)}\n`.repeat(2))).toHaveLength(400_002);
    expect(redactPassword('> '.repeat(200_000))).toHaveLength(400_000);
  });
});
