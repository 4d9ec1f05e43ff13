import { expect, it } from 'vitest';
import { formatAddress, parseAddress } from './addresses.js';

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
