import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { isMailAddress, isSameAddress } from './addresses.js';
import { isMessageId, keyOfMessageId, mailIdentity, messageIdFor, relatedKeys } from './correlation.js';
import { sample } from './mail-samples.test-support.js';

const domain = 'library.example';

describe('a message id', () => {
  it('gives back the key of its transaction, whatever the key', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme', minLength: 1, maxLength: 60 }), fc.nat(99), (key, serial) => {
        const id = messageIdFor({ key, serial, domain });
        expect(isMessageId(id)).toBe(true);
        expect(keyOfMessageId(id)).toBe(key);
      }),
    );
  });

  it('of others has no key', () => {
    expect(keyOfMessageId('<CAF123@mail.partner.example>')).toBeUndefined();
  });

  it('leads from an answer to its transactions, the one that is answered first', () => {
    const id = (key: string): string => messageIdFor({ key, serial: 1, domain });
    const references = [id('OLD'), id('NEW'), '<other@partner.example>'];
    expect(relatedKeys({ inReplyTo: id('THIS'), references })).toEqual(['THIS', 'NEW', 'OLD']);
    expect(relatedKeys({ inReplyTo: '<other@partner.example>' })).toEqual([]);
  });
});

describe('the identity of a mail', () => {
  it('is its id, else what it says', () => {
    expect(mailIdentity(sample)).toBe(sample.messageId);
    const { messageId: _, ...anonymous } = sample;
    expect(mailIdentity(anonymous)).toBe(mailIdentity({ ...anonymous }));
    expect(mailIdentity(anonymous)).not.toBe(mailIdentity({ ...anonymous, text: 'x' }));
  });
});

describe('a mail address', () => {
  it.each(['a@b.example', "o'neil+ill@x-1.example", `${'a'.repeat(64)}@b.example`])(
    'may be %s',
    (address) => {
      expect(isMailAddress(address)).toBe(true);
    },
  );

  it.each([
    '',
    '@b.example',
    'a@',
    'a b@c.example',
    'a@b@c.example',
    'a..b@c.example',
    '"a b"@c.example',
    'a@[127.0.0.1]',
    'a@-b.example',
    'ä@b.example',
    'a@b.example\r\nRCPT TO:<x@y.example>',
    `${'a'.repeat(65)}@b.example`,
    `a@${`${'b'.repeat(60)}.`.repeat(5)}example`,
  ])('may not be %j', (address) => {
    expect(isMailAddress(address)).toBe(false);
  });

  it('is the same in another case', () => {
    expect(isSameAddress('A@B.example', 'a@b.EXAMPLE')).toBe(true);
    expect(isSameAddress('a@b.example', 'a@c.example')).toBe(false);
  });
});
