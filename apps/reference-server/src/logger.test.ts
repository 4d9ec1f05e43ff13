import { expect, test } from 'vitest';
import { createLogger, faultOf } from './logger.js';

test('writes no patron data and no secrets, even when they are handed over', () => {
  let written = '';
  const logger = createLogger('info', {
    write(text) {
      written += text;
    },
  });
  const patron = { name: 'Reader, Rita', identifier: 'CARD-17' };
  logger.info(
    { patron, request: { patron }, peer: { token: 'hunter2' }, headers: { authorization: 'Bearer hunter2' } },
    'x',
  );
  logger.info({ message: 17, peer: 'TEST:REQ' }, 'kept');
  expect(written).not.toMatch(/Rita|CARD-17|hunter2/);
  expect(written).toContain('"peer":"TEST:REQ"');
});

test('tells where an error comes from, not what it says', () => {
  let fault = {};
  try {
    JSON.parse('{"patron": Rita}');
  } catch (error) {
    fault = faultOf(error);
  }
  expect(JSON.stringify(fault)).not.toContain('Rita');
  expect(fault).toMatchObject({
    fault: 'SyntaxError',
    at: expect.arrayContaining([expect.stringContaining('logger.test')]),
  });
});
