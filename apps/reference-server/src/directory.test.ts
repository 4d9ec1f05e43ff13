import { describe, expect, test } from 'vitest';
import { Directory } from './directory.js';
import { defaultRegistry } from './protocols.js';
import { PeerSettingsSchema } from './settings.js';
import { settingsOf } from './test-server.test-support.js';

const fingerprint = Array.from({ length: 32 }, (_, index) =>
  index.toString(16).padStart(2, '0').toUpperCase(),
).join(':');

const directory = new Directory(
  settingsOf({
    timeZone: 'Pacific/Auckland',
    libraries: [{ symbol: 'NLA:ANU', name: 'x' }],
    peers: [
      { symbol: 'P:ANY', protocol: 'toy', transport: 'push' },
      { symbol: 'P:NET', protocol: 'toy', transport: 'push', allow: ['192.0.2.0/24', '2001:db8::/32'] },
      {
        symbol: 'P:CERT',
        protocol: 'toy',
        transport: 'push',
        certificate: fingerprint.toLowerCase(),
        mode: 'strict',
        profile: 'vdx',
      },
    ],
  }),
);
const doubt = (symbol: string, caller: { from: string; certificate?: string }): string | undefined => {
  const peer = directory.peer(symbol);
  if (!peer) throw new Error(symbol);
  return directory.doubt(peer, caller);
};

describe('the directory', () => {
  test('finds libraries and peers whatever their case', () => {
    expect(directory.library('nla:anu')?.symbol).toBe('NLA:ANU');
    expect(directory.peer('p:any')?.symbol).toBe('P:ANY');
    expect(directory.library('P:ANY')).toBeUndefined();
    expect(directory.peer(undefined)).toBeUndefined();
  });

  test.each([
    ['P:ANY', '198.51.100.7:1', undefined],
    ['P:NET', '192.0.2.9:1', undefined],
    ['P:NET', '[2001:db8::5]:1', undefined],
    ['P:NET', '::ffff:192.0.2.9:1', undefined],
    ['P:NET', '198.51.100.7:1', /address-not-allowed/],
    ['P:NET', 'memory:1', /address-not-allowed/],
  ] as const)('%s calling from %s', (symbol, from, expected) => {
    const found = doubt(symbol, { from });
    if (expected === undefined) expect(found).toBeUndefined();
    else expect(found).toMatch(expected);
  });

  test('believes a peer with a certificate only when it shows it', () => {
    expect(doubt('P:CERT', { from: '192.0.2.1:1', certificate: fingerprint })).toBeUndefined();
    expect(doubt('P:CERT', { from: '192.0.2.1:1', certificate: fingerprint.replace('00', 'FF') })).toMatch(
      /certificate/,
    );
    expect(doubt('P:CERT', { from: '192.0.2.1:1' })).toMatch(/certificate/);
  });

  test('tells the guard how to treat a peer', () => {
    const now = new Date('2030-01-01T12:00:00Z');
    expect(directory.guardContext('P:CERT', now)).toEqual({
      now,
      isStrict: true,
      timeZone: 'Pacific/Auckland',
      profile: 'vdx',
    });
    expect(directory.guardContext('P:ANY', now)).toMatchObject({ isStrict: false });
  });

  test('learns the mail addresses of peers that are imported, and forgets them with the peers', () => {
    const settings = settingsOf({ libraries: [{ symbol: 'EX:LIB', name: 'x' }] }, defaultRegistry);
    const peer = PeerSettingsSchema.parse({
      symbol: 'ALMA:P',
      protocol: 'email',
      transport: 'smtp',
      partner: { from: 'desk@library.example', to: 'ill@partner.example' },
    });
    const learning = new Directory(settings, defaultRegistry);
    const asWritten = {
      key: 'K',
      isOpening: true,
      borrower: 'MAIL:ill@partner.example',
      lender: 'MAIL:desk@library.example',
    };
    expect([learning.named(asWritten), learning.ownAliases()]).toEqual([asWritten, []]);
    learning.setImported([peer]);
    expect(learning.named(asWritten)).toEqual({ ...asWritten, borrower: 'ALMA:P', lender: 'EX:LIB' });
    expect(learning.ownAliases()).toEqual([asWritten.lender]);
    learning.setImported([]);
    expect([learning.named(asWritten), learning.ownAliases()]).toEqual([asWritten, []]);
  });

  test('knows what day it is where its staff are', () => {
    expect(directory.today(new Date('2030-01-01T12:00:00Z'))).toBe('2030-01-02');
  });
});
