import { describe, expect, test } from 'vitest';
import { isLoopback, readSettings } from './read-settings.js';
import { toyRegistry } from './test-server.test-support.js';

const good = `
data: loans.sqlite
api: { port: 8181 }
listeners:
  - { protocol: toy, transport: push, port: 1611 }
libraries:
  - { symbol: TEST:RSP, name: Hilltop Library }
peers:
  - { symbol: TEST:REQ, protocol: toy, transport: push, address: "lender.example:1611", allow: [192.0.2.0/24] }
`;

const read = (text: string, environment: Record<string, string> = {}) =>
  readSettings(text, environment, toyRegistry);
const mistakesOf = (text: string, environment: Record<string, string> = {}) =>
  (read(text, environment).mistakes ?? []).map(({ key, accepted }) => `${key} | ${accepted}`);

describe('settings', () => {
  test('fill in what is not said', () => {
    const { settings } = read(good);
    expect(settings).toMatchObject({
      data: 'loans.sqlite',
      unknownPeers: 'refuse',
      api: { host: '127.0.0.1', port: 8181, tokens: [] },
      delivery: { attempts: 4 },
      listeners: [{ host: '127.0.0.1', port: 1611 }],
      peers: [{ address: { host: 'lender.example', port: 1611 }, mode: 'lenient', withoutClose: 'failed' }],
    });
  });

  test('make four attempts within an hour unless told otherwise', () => {
    const { settings } = read(good);
    const { firstDelayMs, factor, attempts, jitter } = settings?.delivery ?? {
      firstDelayMs: 0,
      factor: 0,
      attempts: 0,
      jitter: 0,
    };
    const pauses = Array.from({ length: attempts - 1 }, (_, index) => firstDelayMs * factor ** index);
    expect(pauses.reduce((sum, pause) => sum + pause, 0) * (1 + jitter)).toBeLessThan(3_600_000);
    expect(attempts).toBe(4);
  });

  test('give way to the environment, one by one', () => {
    const environment = {
      INTERLEND_API_PORT: '9000',
      INTERLEND_API_TOKENS: 'a-long-enough-token, another-long-token',
      HOME: '/x',
    };
    expect(read(good, environment).settings?.api).toEqual({
      host: '127.0.0.1',
      port: 9000,
      tokens: ['a-long-enough-token', 'another-long-token'],
    });
  });

  test.each([
    ['an address in brackets', '[2001:db8::1]:1611', { host: '2001:db8::1', port: 1611 }],
    ['a name', 'a.example:9001', { host: 'a.example', port: 9001 }],
  ])('take %s as address', (_, text, address) => {
    expect(read(good.replace('lender.example:1611', text)).settings?.peers[0]?.address).toEqual(address);
  });
});

describe('a mistake in the settings', () => {
  test('is reported with all the others, each by its key', () => {
    const text = good
      .replace('port: 8181', 'port: eighty')
      .replace('lender.example:1611', 'lender.example')
      .replace('192.0.2.0/24', '192.0.2.0/99')
      .replace('data: loans.sqlite', 'data: ""');
    expect(mistakesOf(text)).toEqual([
      'data | path of the data file',
      'api.port | a port number from 0 to 65535',
      'peers.0.address | host:port, with brackets around an IPv6 address',
      'peers.0.allow.0 | an IP address, or a network such as 192.0.2.0/24',
    ]);
  });

  test.each([
    [
      'an unknown key',
      good.replace('data:', 'file:'),
      /^file \| one of: data, timeZone, commitDelayMs, api, /,
    ],
    [
      'an unknown key in a section',
      good.replace('{ port: 8181 }', '{ prot: 8181 }'),
      /^api\.prot \| one of: host, port, tokens$/,
    ],
    [
      'an unknown key in a list',
      good.replace('name: Hilltop', 'title: x, name: Hilltop'),
      /^libraries\.0\.title \| one of: symbol, name, refuses$/,
    ],
    [
      'an unknown protocol',
      good.replaceAll('protocol: toy', 'protocol: toi'),
      /^listeners\.0\.protocol \| one of: toy$/,
    ],
    [
      'an unknown transport',
      good.replaceAll('transport: push', 'transport: pull'),
      /^listeners\.0\.transport \| one of: push, talk$/,
    ],
    [
      'no library',
      good.replace('- { symbol: TEST:RSP, name: Hilltop Library }', '[]'),
      /^libraries \| at least one library$/,
    ],
    [
      'a library twice',
      good.replace('- { symbol: TEST:RSP', '- { symbol: test:rsp, name: x }\n  - { symbol: TEST:RSP'),
      /^libraries\.1\.symbol/,
    ],
    [
      'an open API without a token',
      good.replace('{ port: 8181 }', '{ host: 0.0.0.0 }'),
      /^api\.tokens \| at least one token/,
    ],
    [
      'a short token',
      good.replace('{ port: 8181 }', '{ tokens: [abc] }'),
      /^api\.tokens\.0 \| a token of at least 16/,
    ],
    [
      'half a certificate',
      good.replace('allow: [192.0.2.0/24]', 'tls: { keyFile: k.pem }'),
      /^peers\.0\.tls \| certificateFile and keyFile/,
    ],
    ['no mapping', '- 1', /^ \| a mapping of settings$/],
    ['no YAML', 'a: [', /^ \| one YAML mapping$/],
  ])('%s names its key and what is accepted', (_, text, expected) => {
    expect(mistakesOf(text)[0]).toMatch(expected);
  });

  test('in the environment names the variable', () => {
    expect(mistakesOf(good, { INTERLEND_API_PROT: '1' })[0]).toMatch(
      /^INTERLEND_API_PROT \| one of: INTERLEND_DATA/,
    );
    expect(mistakesOf(good, { INTERLEND_API_PORT: 'x' })).toEqual([
      'api.port | a port number from 0 to 65535',
    ]);
  });

  test('never repeats a value, which may be a secret', () => {
    const { mistakes } = read(good.replace('{ port: 8181 }', '{ tokens: [hunter2] }'));
    expect(mistakes?.map(({ message }) => message).join()).not.toContain('hunter2');
  });
});

test.each([
  ['127.0.0.1', true],
  ['127.8.8.8', true],
  ['::1', true],
  ['localhost', true],
  ['0.0.0.0', false],
  ['::', false],
  ['192.0.2.1', false],
  ['lender.example', false],
])('%s is loopback: %s', (host, expected) => {
  expect(isLoopback(host)).toBe(expected);
});
