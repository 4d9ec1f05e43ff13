import { describe, expect, test } from 'vitest';
import { formatPeer } from '../peer.js';
import { allowList, plainAddress } from './address.js';

describe('an allow list', () => {
  const isAllowed = allowList(['192.0.2.7', '198.51.100.0/24', '2001:db8::/32', '::1']);

  test.each(['192.0.2.7', '198.51.100.1', '198.51.100.255', '2001:db8::1', '2001:db8:ffff::1', '::1'])(
    'admits %s',
    (address) => {
      expect(isAllowed(address)).toBe(true);
    },
  );

  test.each([
    '192.0.2.8',
    '198.51.101.0',
    '2001:db9::1',
    '::2',
    '127.0.0.1',
    '',
    'lender.example',
    '::ffff:c000:208',
  ])('refuses %s', (address) => {
    expect(isAllowed(address)).toBe(false);
  });

  test('that is empty admits nobody', () => {
    expect(allowList([])('127.0.0.1')).toBe(false);
  });

  test.each([
    'lender.example',
    '192.0.2.0/33',
    '192.0.2.0/',
    '192.0.2.0/-1',
    '192.0.2.0/8/9',
    '2001:db8::/129',
    '/8',
    '',
  ])('does not take %j for an entry', (entry) => {
    expect(() => allowList(['127.0.0.1', entry])).toThrow(
      expect.objectContaining({ name: 'ConfigError', code: 'invalid-setting', key: 'allow[1]' }),
    );
  });

  test('takes the bounds of a prefix', () => {
    expect(allowList(['0.0.0.0/0'])('203.0.113.9')).toBe(true);
    expect(allowList(['192.0.2.1/32'])('192.0.2.1')).toBe(true);
    expect(allowList(['::/0'])('2001:db8::1')).toBe(true);
  });
});

describe('an address', () => {
  test.each([
    ['::ffff:192.0.2.1', '192.0.2.1'],
    ['::FFFF:192.0.2.1', '192.0.2.1'],
    ['fe80::1%eth0', 'fe80::1'],
    ['2001:db8::1', '2001:db8::1'],
    [undefined, ''],
  ])('%s is plainly %s', (given, plain) => {
    expect(plainAddress(given)).toBe(plain);
  });

  test('has brackets around IPv6 beside its port', () => {
    expect(formatPeer({ host: '::1', port: 1611 })).toBe('[::1]:1611');
    expect(formatPeer({ host: 'lender.example', port: 1611 })).toBe('lender.example:1611');
  });
});
