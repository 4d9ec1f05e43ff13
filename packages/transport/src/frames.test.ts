import { type Connection, DecodeError, type Framer, TimeoutError, TransportError } from '@interlend/core';
import fc from 'fast-check';
import { afterEach, describe, expect, test, vi } from 'vitest';
import { readFrames } from './frames.js';
import { createMemoryNetwork } from './memory.js';
import { createLengthFramer, lengthFrame, numbered, turns } from './octets.test-support.js';

/** A connection on which these chunks come in. */
function scripted(script: readonly (Uint8Array | Error | 'silence')[]): Connection & { asked: number } {
  const rest = [...script];
  const unused = async (): Promise<never> => {
    throw new Error('not for this test');
  };
  return {
    peer: 'script:1',
    asked: 0,
    async receive({ signal } = {}) {
      this.asked++;
      const stop = (): TransportError =>
        new TransportError('aborted', 'stopped', { peer: this.peer, phase: 'receive', maybeDelivered: true });
      if (signal?.aborted) throw stop();
      const next = rest.shift();
      if (next instanceof Error) throw next;
      if (next !== 'silence') return next;
      return new Promise((_resolve, reject) => signal?.addEventListener('abort', () => reject(stop())));
    },
    send: unused,
    end: unused,
    close: unused,
  };
}

async function collect(
  connection: Connection,
  options: { signal?: AbortSignal; framer?: Framer; maxFrameAgeMs?: number } = {},
) {
  const { framer = createLengthFramer(), maxFrameAgeMs = 50, ...others } = options;
  const frames: Uint8Array[] = [];
  try {
    for await (const frame of readFrames(connection, framer, { maxFrameAgeMs, ...others }))
      frames.push(frame);
    return { frames };
  } catch (error) {
    return { frames, error };
  }
}

afterEach(() => {
  vi.useRealTimers();
});

describe('reading frames', () => {
  test('gives the same messages in whatever pieces they come', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.uint8Array({ maxLength: 20 }), { maxLength: 6 }),
        fc.array(fc.integer({ min: 1, max: 9 }), { minLength: 1, maxLength: 5 }),
        async (messages, chunkSizes) => {
          const { acceptor, connector } = createMemoryNetwork({ faults: { chunkSizes } });
          let result: unknown;
          const listening = await acceptor.listen({ host: 'lender', port: 0 }, async (connection) => {
            result = await collect(connection, { maxFrameAgeMs: 10_000 });
          });
          const connection = await connector.open(listening.address);
          await connection.send(Uint8Array.from(messages.map(lengthFrame).flatMap((frame) => [...frame])));
          await connection.end();
          await connection.receive();
          expect(result).toEqual({ frames: messages });
        },
      ),
      { numRuns: 100 },
    );
  });

  test('ends with the stream', async () => {
    expect(await collect(scripted([]))).toEqual({ frames: [] });
  });

  test('says that the stream ended within a message', async () => {
    const { frames, error } = await collect(scripted([lengthFrame(numbered(2)), Uint8Array.of(3, 1)]));
    expect(frames).toEqual([numbered(2)]);
    expect(error).toMatchObject({ name: 'DecodeError', code: 'incomplete' });
  });

  test('gives the messages that came before rubbish, then the error', async () => {
    const { frames, error } = await collect(scripted([Uint8Array.of(1, 5, 0xff)]));
    expect(frames).toEqual([Uint8Array.of(5)]);
    expect(error).toBeInstanceOf(DecodeError);
  });

  test('asks for no octets before the messages that it has are taken', async () => {
    const connection = scripted([Uint8Array.of(1, 5, 1, 6), Uint8Array.of(1, 7)]);
    const frames = readFrames(connection, createLengthFramer(), { maxFrameAgeMs: 50 });
    await frames.next();
    await frames.next();
    await turns(2);
    expect(connection.asked).toBe(1);
    await frames.next();
    expect(connection.asked).toBe(2);
  });

  test('leaves the connection open when the caller stops', async () => {
    const connection = scripted([Uint8Array.of(1, 5, 1, 6)]);
    for await (const frame of readFrames(connection, createLengthFramer(), { maxFrameAgeMs: 50 })) {
      expect(frame).toEqual(Uint8Array.of(5));
      break;
    }
    expect(await connection.receive()).toBeUndefined();
  });

  test('passes the failure of the connection on', async () => {
    const lost = new TransportError('lost', 'lost', { peer: 'script:1', phase: 'receive' });
    expect(await collect(scripted([Uint8Array.of(9), lost]))).toEqual({ frames: [], error: lost });
    expect(await collect(scripted([lost]))).toEqual({ frames: [], error: lost });
  });
});

describe('the guard against slow senders', () => {
  test('ends a message that makes no end, and knows what was sent before', async () => {
    const { error } = await collect(scripted([Uint8Array.of(9, 1), 'silence']));
    expect(error).toBeInstanceOf(TimeoutError);
    expect(error).toMatchObject({ phase: 'receive', budgetMs: 50, maybeDelivered: true, retryable: true });
  });

  test('does not care how long a peer is silent between messages', async () => {
    const stop = new AbortController();
    setTimeout(() => stop.abort(), 120);
    const { error } = await collect(scripted([lengthFrame(numbered(1)), 'silence']), { signal: stop.signal });
    expect(error).toMatchObject({ name: 'TransportError', code: 'aborted' });
  });

  test('leaves nothing behind on a signal that lives long', async () => {
    const { signal } = new AbortController();
    let listeners = 0;
    const add = signal.addEventListener.bind(signal);
    const remove = signal.removeEventListener.bind(signal);
    vi.spyOn(signal, 'addEventListener').mockImplementation((...given: Parameters<typeof add>) => {
      listeners++;
      add(...given);
    });
    vi.spyOn(signal, 'removeEventListener').mockImplementation((...given: Parameters<typeof remove>) => {
      listeners--;
      remove(...given);
    });
    await collect(scripted([Uint8Array.of(3, 1), Uint8Array.of(2), Uint8Array.of(3)]), { signal });
    expect(listeners).toBe(0);
    expect(signal.addEventListener).toHaveBeenCalled();
  });

  test('is not taken for the signal of the caller within a message', async () => {
    const stop = new AbortController();
    setTimeout(() => stop.abort(), 10);
    const { error } = await collect(scripted([Uint8Array.of(9), 'silence']), {
      signal: stop.signal,
      maxFrameAgeMs: 10_000,
    });
    expect(error).toMatchObject({ name: 'TransportError', code: 'aborted' });
  });

  test('begins anew with each message', async () => {
    vi.useFakeTimers({ toFake: ['performance', 'setTimeout', 'clearTimeout'] });
    const connection = scripted([[1], [5, 1], [6, 1], [7]].map((octets) => Uint8Array.from(octets)));
    const receive = connection.receive.bind(connection);
    connection.receive = async (options) => {
      vi.advanceTimersByTime(30);
      return receive(options);
    };
    const { frames } = await collect(connection, { maxFrameAgeMs: 50 });
    expect(frames).toEqual([Uint8Array.of(5), Uint8Array.of(6), Uint8Array.of(7)]);
  });

  test('counts all the waiting for one message', async () => {
    vi.useFakeTimers({ toFake: ['performance', 'setTimeout', 'clearTimeout'] });
    const connection = scripted([[3], [5], [6], [7]].map((octets) => Uint8Array.from(octets)));
    const receive = connection.receive.bind(connection);
    connection.receive = async (options) => {
      vi.advanceTimersByTime(20);
      return receive(options);
    };
    const { error } = await collect(connection, { maxFrameAgeMs: 50 });
    expect(error).toMatchObject({ name: 'TimeoutError', budgetMs: 50 });
  });

  test('does not count the time that the caller takes', async () => {
    const connection = scripted([Uint8Array.of(1, 5, 2), Uint8Array.of(6), Uint8Array.of(7)]);
    const frames: Uint8Array[] = [];
    for await (const frame of readFrames(connection, createLengthFramer(), { maxFrameAgeMs: 30 })) {
      frames.push(frame);
      await new Promise((resolve) => setTimeout(resolve, 60));
    }
    expect(frames).toEqual([Uint8Array.of(5), Uint8Array.of(6, 7)]);
  });
});
