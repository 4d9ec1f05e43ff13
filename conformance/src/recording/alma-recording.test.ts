import { formatHttpExchange, type HttpExchange, parseHttpExchange, replayHttp } from '@interlend/testing';
import { beforeAll, describe, expect, it } from 'vitest';
import { loadHttpExchanges } from '../suite/http-exchanges.js';
import {
  type AlmaConversation,
  almaClient,
  almaExchange,
  almaSecrets,
  converse,
  recordAlma,
} from './alma-recording.js';

/** Lets our client talk to the recorded server. */
async function replayed(exchange: HttpExchange, format: 'json' | 'xml') {
  const replay = await replayHttp(exchange);
  try {
    const server = `http://${replay.address.host}:${replay.address.port}`;
    const understood = await converse(almaClient(server, format, 'another-key')).catch(
      (error: unknown) => error,
    );
    return { understood, problems: replay.problems, waiting: replay.waiting.length };
  } finally {
    await replay.close();
  }
}

describe.each(['json', 'xml'] as const)(
  'a conversation with the simulator of an Alma in %s',
  { timeout: 60_000 },
  (format) => {
    let conversation: AlmaConversation;
    let exchange: HttpExchange;

    beforeAll(async () => {
      conversation = await recordAlma(format);
      const made = almaExchange(format, conversation, new Date());
      exchange = parseHttpExchange(formatHttpExchange(made), made.id);
    }, 60_000);

    it('is kept call by call', () => {
      expect(conversation.problems).toEqual([]);
      expect(exchange.calls.map(({ request, response }) => `${request.method} ${response.status}`)).toEqual([
        ...['GET 200', 'GET 200', 'GET 200', 'POST 200', 'GET 200', 'POST 200', 'DELETE 204', 'GET 400'],
      ]);
    });

    it('replays unchanged to our client, which understands the same', async () => {
      expect(await replayed(exchange, format)).toEqual({
        understood: conversation.understood,
        problems: [],
        waiting: 0,
      });
    });

    it('hides the key, the patron and what staff wrote', () => {
      const text = formatHttpExchange(exchange);
      for (const secret of Object.values(almaSecrets)) expect(text).not.toContain(secret);
      expect(exchange.provenance.redactions).toEqual(
        expect.arrayContaining(['request.headers.authorization', 'request.target.path']),
      );
    });

    it('does not replay to a client that says something else', async () => {
      const calls = exchange.calls.map((call) => ({
        ...call,
        request: {
          ...call.request,
          ...(call.request.body ? { body: call.request.body.replace('ILL-0001', 'ILL-0002') } : {}),
        },
      }));
      const { problems, understood } = await replayed({ ...exchange, calls }, format);
      expect(understood).toBeInstanceOf(Error);
      expect(problems).toEqual([expect.stringContaining('body')]);
    });
  },
);

describe('the recorded files', () => {
  it.each(['json', 'xml'] as const)('replay to our client, in %s', async (format) => {
    const exchange = loadHttpExchanges().find(({ id }) => id === `alma/simulator/requests-in-${format}`);
    if (!exchange) throw new Error(`nothing recorded in ${format}`);
    const { understood, problems, waiting } = await replayed(exchange, format);
    expect(understood).toMatchObject([
      ['PARTNER'],
      { code: 'PARTNER' },
      [{ code: { value: 'RS' } }],
      {},
      {},
      'not-found',
    ]);
    expect([problems, waiting]).toEqual([[], 0]);
  });
});
