import { expect, it } from 'vitest';
import { formatAddress, parseAddress, parseEndpoint } from './addresses.js';

it.each([
  ['127.0.0.1:1611', '127.0.0.1', 1611],
  ['tcp://ill.example:499', 'ill.example', 499],
  ['[::1]:0', '::1', 0],
])('reads %s and writes it again', (text, host, port) => {
  const address = parseAddress(text);
  expect(address).toEqual({ host, port });
  expect(parseAddress(formatAddress(address))).toEqual(address);
});

it.each(['1611', 'host:', 'host:65536', 'http://host:80', '::1:80', 'host:80/path', ' host:1'])(
  'refuses %s',
  (text) => {
    expect(() => parseAddress(text)).toThrow('Expected HOST:PORT');
  },
);

it.each([
  ['tls://ill.example:1611', true],
  ['tcp://ill.example:1611', false],
  ['ill.example:1611', false],
])('reads from %s whether TLS is spoken', (text, isSecured) => {
  expect(parseEndpoint(text)).toEqual({ address: { host: 'ill.example', port: 1611 }, isSecured });
});

it('refuses a scheme within a scheme', () => {
  expect(() => parseEndpoint('tls://http://host:80')).toThrow('Expected HOST:PORT');
});
