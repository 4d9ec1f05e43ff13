import { describe, expect, test } from 'vitest';
import {
  ConfigError,
  DecodeError,
  EncodeError,
  InterlendError,
  isInterlendError,
  PeerError,
  StateError,
  TimeoutError,
  TransportError,
  type TransportErrorCode,
} from './errors.js';

const cause = new Error('the reason');
const where = { peer: 'lender.example:1611', phase: 'connect' } as const;

const samples = [
  {
    name: 'DecodeError',
    code: 'malformed',
    retryable: false,
    error: new DecodeError(
      'malformed',
      'length expected, ff came',
      { offset: 7, path: 'ILL-Request.itemId', excerpt: '30ff' },
      { cause },
    ),
    carries: {
      message: 'length expected, ff came at offset 7 in ILL-Request.itemId',
      offset: 7,
      path: 'ILL-Request.itemId',
      excerpt: '30ff',
    },
  },
  {
    name: 'EncodeError',
    code: 'missing',
    retryable: false,
    error: new EncodeError('missing', 'a title is required', 'ILL-Request.itemId.title', { cause }),
    carries: { message: 'a title is required in ILL-Request.itemId.title', path: 'ILL-Request.itemId.title' },
  },
  {
    name: 'PeerError',
    code: 'refused',
    retryable: true,
    error: new PeerError(
      'the lender refuses',
      { wireCode: '7', reason: 'in-process' },
      { cause, retryable: true },
    ),
    carries: { wireCode: '7', reason: 'in-process' },
  },
  {
    name: 'TransportError',
    code: 'lost',
    retryable: true,
    error: new TransportError(
      'lost',
      'the connection was lost',
      { ...where, maybeDelivered: true },
      { cause },
    ),
    carries: { ...where, maybeDelivered: true },
  },
  {
    name: 'TimeoutError',
    code: 'timeout',
    retryable: true,
    error: new TimeoutError('the budget is spent', { phase: 'receive', budgetMs: 500 }, { cause }),
    carries: { phase: 'receive', budgetMs: 500, maybeDelivered: false },
  },
  {
    name: 'ConfigError',
    code: 'invalid-setting',
    retryable: false,
    error: new ConfigError('port is not a number', { key: 'listen.port', accepted: '1 to 65535' }, { cause }),
    carries: { key: 'listen.port', accepted: '1 to 65535' },
  },
] as const;

const refusal = new StateError('not now', { state: 'idle', event: 'shipped', allowed: ['requested'] });

describe.each(samples)('a $name', ({ name, code, retryable, error, carries }) => {
  test('has its name, its code and what it carries', () => {
    expect(error).toMatchObject({ name, code, retryable, ...carries });
    expect(String(error)).toBe(`${name}: ${error.message}`);
  });

  test('is an error of the library and of the language, with a stack', () => {
    expect(error).toBeInstanceOf(InterlendError);
    expect(error).toBeInstanceOf(Error);
    expect(error.stack).toContain('errors.test');
    expect(isInterlendError(error)).toBe(true);
  });

  test('keeps its cause', () => {
    expect(error.cause).toBe(cause);
  });
});

describe('an error', () => {
  test('without a cause has none, not an empty one', () => {
    expect('cause' in refusal).toBe(false);
    expect('cause' in new EncodeError('missing', 'x', '')).toBe(false);
  });

  test('of a state lists what is allowed', () => {
    expect(refusal).toMatchObject({
      name: 'StateError',
      code: 'not-allowed-now',
      state: 'idle',
      event: 'shipped',
      allowed: ['requested'],
      retryable: false,
    });
  });

  test('before the first element names no path', () => {
    expect(new DecodeError('not-a-message', '00 came', { offset: 0 })).toMatchObject({
      message: '00 came at offset 0',
      path: '',
      excerpt: '',
    });
    expect(new EncodeError('missing', 'a message', '').message).toBe('a message');
  });

  test.each([
    ['unreachable', true],
    ['refused', true],
    ['lost', true],
    ['tls', true],
    ['closed', true],
    ['limit', true],
    ['aborted', false],
    ['address-in-use', false],
  ] as const satisfies readonly (readonly [TransportErrorCode, boolean])[])(
    'of transport with the code %s is retryable by default: %s',
    (code, retryable) => {
      expect(new TransportError(code, 'x', where).retryable).toBe(retryable);
      expect(new TransportError(code, 'x', where, { retryable: !retryable }).retryable).toBe(!retryable);
    },
  );

  test('is not delivered unless somebody says so', () => {
    expect(new TransportError('lost', 'x', where).maybeDelivered).toBe(false);
  });
});

describe('the brand', () => {
  test('is recognised across two copies of the library', async () => {
    const address = './errors.js?second-copy';
    const copy: typeof import('./errors.js') = await import(/* @vite-ignore */ address);
    expect(copy.InterlendError).not.toBe(InterlendError);
    const foreign = new copy.PeerError('refused', { wireCode: '1' });
    expect(foreign instanceof InterlendError).toBe(false);
    expect(isInterlendError(foreign)).toBe(true);
    expect(copy.isInterlendError(refusal)).toBe(true);
  });

  test.each([
    null,
    undefined,
    'DecodeError',
    7,
    {},
    new Error('x'),
    { name: 'DecodeError', code: 'malformed' },
  ])('is not on %o', (value) => {
    expect(isInterlendError(value)).toBe(false);
  });
});
