import type { Framer } from '@interlend/core';
import { createMemoryNetwork } from '@interlend/transport/memory';
import { toHex } from '@interlend/wire/ber';
import { afterEach, describe, expect, it } from 'vitest';
import { type Recorder, record } from './recorder.js';

/** Messages are lines. */
function lineFramer(): Framer {
  let held: number[] = [];
  return {
    get heldOctets() {
      return held.length;
    },
    push(chunk) {
      const lines: Uint8Array[] = [];
      for (const octet of chunk) {
        held.push(octet);
        if (octet !== 0x0a) continue;
        lines.push(Uint8Array.from(held));
        held = [];
      }
      return lines;
    },
    end() {
      held = [];
    },
  };
}

const encoder = new TextEncoder();
const decoder = new TextDecoder();
const closing: (() => Promise<void>)[] = [];

afterEach(async () => {
  for (const close of closing.splice(0).reverse()) await close();
});

async function recordedEcho(): Promise<{ readonly recorder: Recorder; say(text: string): Promise<string> }> {
  const { acceptor, connector } = createMemoryNetwork({ faults: { chunkSizes: [3] } });
  const server = await acceptor.listen({ host: 'lender', port: 0 }, async (connection) => {
    for (let octets = await connection.receive(); octets; octets = await connection.receive()) {
      await connection.send(octets);
    }
  });
  closing.push(() => server.close());
  const recorder = await record({
    acceptor,
    connector,
    listen: { host: 'proxy', port: 0 },
    target: server.address,
    client: 'borrower',
    createFramer: lineFramer,
    personalTexts: (message) => (decoder.decode(message).includes('Rossi') ? ['Rossi'] : []),
  });
  closing.push(() => recorder.close());
  return {
    recorder,
    async say(text) {
      const connection = await connector.open(recorder.address);
      await connection.send(encoder.encode(text));
      await connection.end();
      let heard = '';
      for (let octets = await connection.receive(); octets; octets = await connection.receive()) {
        heard += decoder.decode(octets);
      }
      await connection.close();
      return heard;
    },
  };
}

describe('record', () => {
  it('passes octets on unchanged and keeps the messages of both sides', async () => {
    const { recorder, say } = await recordedEcho();
    expect(await say('one\ntwo\n')).toBe('one\ntwo\n');
    const lines = (from: string) =>
      recorder.turns.filter((turn) => turn.from === from).map((turn) => turn.hex);
    expect(lines('borrower')).toEqual(['one\n', 'two\n'].map((line) => toHex(encoder.encode(line))));
    expect(lines('lender')).toEqual(lines('borrower'));
  });

  it('counts connections', async () => {
    const { recorder, say } = await recordedEcho();
    await say('one\n');
    await say('two\n');
    expect(recorder.turns.map((turn) => turn.connection)).toEqual([1, 1, 2, 2]);
  });

  it('hides personal texts in what it keeps, not in what it passes on', async () => {
    const { recorder, say } = await recordedEcho();
    expect(await say('for Rossi\n')).toBe('for Rossi\n');
    expect(recorder.turns.map((turn) => turn.hex)).toEqual(
      Array(2).fill(toHex(encoder.encode('for xxxxx\n'))),
    );
    expect(recorder.redactedTexts).toBe(1);
  });
});
