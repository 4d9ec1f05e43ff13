import { expect, it } from 'vitest';
import { formatAddress, parseAddress, parseEndpoint, parsePartnerEndpoint } from './addresses.js';

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
  ['tls', true],
  ['tcp', false],
  ['smtp', false],
  ['smtps', true],
  ['smtp+starttls', true],
])('reads from %s:// what is spoken, and whether over TLS', (scheme, isSecured) => {
  const address = { host: 'ill.example', port: 1611 };
  expect(parsePartnerEndpoint(`${scheme}://ill.example:1611`)).toEqual({ address, isSecured, scheme });
});

it('reads an address alone, and refuses a scheme that there is not', () => {
  expect(parseEndpoint('ill.example:25')).toEqual({
    address: { host: 'ill.example', port: 25 },
    isSecured: false,
  });
  expect(() => parsePartnerEndpoint('http://ill.example:80')).toThrow('behind tcp://, tls://, smtp://');
  expect(() => parseEndpoint('smtp://ill.example:25')).toThrow('behind tcp://, tls://.');
});

it('refuses a scheme within a scheme', () => {
  expect(() => parseEndpoint('tls://http://host:80')).toThrow('Expected HOST:PORT');
});
