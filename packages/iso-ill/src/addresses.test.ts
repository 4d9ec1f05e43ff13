import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { formatSystemAddress, parseSystemAddress, type ReachableAddress } from './addresses.js';

const address = (telecomServiceIdentifier: string, telecomServiceAddress: string) => ({
  telecomServiceIdentifier,
  telecomServiceAddress,
});

describe('parseSystemAddress', () => {
  it.each<{ title: string; given: Parameters<typeof parseSystemAddress>[0]; read: ReachableAddress }>([
    {
      title: 'host and port',
      given: address('TCP/IP', 'library.example:1410'),
      read: { service: 'tcp', host: 'library.example', port: 1410 },
    },
    {
      title: 'an identifier in lower case with blanks around',
      given: address(' tcp/ip ', ' 192.0.2.7:1611 '),
      read: { service: 'tcp', host: '192.0.2.7', port: 1611 },
    },
    {
      title: 'the identifier TCP',
      given: address('TCP', 'ill.example:9001'),
      read: { service: 'tcp', host: 'ill.example', port: 9001 },
    },
    {
      title: 'an IPv6 address in brackets',
      given: address('TCP/IP', '[2001:db8::7]:1611'),
      read: { service: 'tcp', host: '2001:db8::7', port: 1611 },
    },
    {
      title: 'an EDIFACTString',
      given: {
        telecomServiceIdentifier: { edifact: 'TCP/IP' },
        telecomServiceAddress: { edifact: 'a.example:499' },
      },
      read: { service: 'tcp', host: 'a.example', port: 499 },
    },
    {
      title: 'a mailbox',
      given: address('smtp', 'ill@library.example'),
      read: { service: 'smtp', mailbox: 'ill@library.example' },
    },
    {
      title: 'a service it does not know',
      given: address('Ariel', '192.0.2.9'),
      read: { service: 'other', identifier: 'Ariel', address: '192.0.2.9' },
    },
    { title: 'nothing', given: {}, read: { service: 'other', identifier: '', address: '' } },
  ])('reads $title', ({ given, read }) => {
    expect(parseSystemAddress(given)).toEqual(read);
  });

  it.each([
    ['TCP/IP', 'library.example'],
    ['TCP/IP', 'library.example:0'],
    ['TCP/IP', 'library.example:65536'],
    ['TCP/IP', '2001:db8::7:1611'],
    ['TCP/IP', 'a b:1611'],
    ['TCP/IP', 'ill@library.example:1611'],
    ['SMTP', 'library.example'],
    ['SMTP', 'a@b.example\r\nBcc: c@d.example'],
  ])('keeps %s %j as it came, since it is not in the notation of its service', (identifier, text) => {
    expect(parseSystemAddress(address(identifier, text))).toEqual({
      service: 'other',
      identifier,
      address: text,
    });
  });

  it('reads long hostile text in time that grows with its length', () => {
    const text = `${'a-'.repeat(30_000)}!:1`;
    expect(parseSystemAddress(address('TCP/IP', text)).service).toBe('other');
  });
});

describe('formatSystemAddress', () => {
  it('writes what is read again as the same', () => {
    const label = fc.stringMatching(/^[a-z0-9]{1,12}$/);
    const name = fc.array(label, { minLength: 1, maxLength: 4 }).map((labels) => labels.join('.'));
    const any: fc.Arbitrary<ReachableAddress> = fc.oneof(
      fc.record({
        service: fc.constant('tcp' as const),
        host: fc.oneof(name, fc.ipV4(), fc.ipV6()),
        port: fc.integer({ min: 1, max: 65_535 }),
      }),
      fc.record({
        service: fc.constant('smtp' as const),
        mailbox: fc.tuple(label, name).map((parts) => parts.join('@')),
      }),
    );
    fc.assert(
      fc.property(any, (given) => {
        expect(parseSystemAddress(formatSystemAddress(given))).toEqual(given);
      }),
    );
  });

  it('gives an unknown service back as it was read', () => {
    const given = address('Ariel', '192.0.2.9');
    expect(formatSystemAddress(parseSystemAddress(given))).toEqual(given);
    expect(formatSystemAddress(parseSystemAddress({}))).toEqual({});
  });

  it.each<ReachableAddress>([
    { service: 'tcp', host: '', port: 1611 },
    { service: 'tcp', host: 'a.example', port: 0 },
    { service: 'tcp', host: 'a.example\r\n', port: 1611 },
    { service: 'smtp', mailbox: 'a@b.example>\r\nBcc: <c@d.example' },
  ])('refuses %j', (given) => {
    expect(() => formatSystemAddress(given)).toThrow(
      expect.objectContaining({ name: 'EncodeError', code: 'invalid-value', path: 'telecomServiceAddress' }),
    );
  });
});
