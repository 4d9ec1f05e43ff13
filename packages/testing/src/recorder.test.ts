import type { Framer } from '@interlend/core';
import { createMemoryNetwork } from '@interlend/transport/memory';
import { toHex } from '@interlend/wire/ber';
import { afterEach, describe, expect, it } from 'vitest';
import { framedReader } from './connection-reader.js';
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
const problems: string[] = [];
const closing: (() => Promise<void>)[] = [];

afterEach(async () => {
  problems.length = 0;
  for (const close of closing.splice(0).reverse()) await close();
});

async function recordedEcho({
  personalFrom = '',
} = {}): Promise<{ readonly recorder: Recorder; say(text: string): Promise<string> }> {
  const { acceptor, connector } = createMemoryNetwork({ faults: { chunkSizes: [3] } });
  const server = await acceptor.listen({ host: 'lender', port: 0 }, async (connection) => {
    for (let octets = await connection.receive(); octets; octets = await connection.receive()) {
      await connection.send(octets);
    }
  });
  closing.push(() => server.close());
  const recorder = await record({
    routes: [
      { listen: { host: 'proxy', port: 0 }, target: server.address, client: 'borrower', acceptor, connector },
    ],
    createReader: () => framedReader(lineFramer),
    redaction: {
      decode: (message) => {
        const text = decoder.decode(message);
        if (text.startsWith('!')) throw new Error('no line');
        return { text };
      },
      personalFields: (message) =>
        (message as { text: string }).text.includes(personalFrom || 'Rossi')
          ? [{ path: 'text', text: 'Rossi' }]
          : [],
    },
    onProblem: (problem) => problems.push(problem),
  });
  closing.push(() => recorder.close());
  return {
    recorder,
    async say(text) {
      const connection = await connector.open(recorder.addresses[0] ?? { host: '', port: 0 });
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
      recorder
        .recording()
        .turns.filter((turn) => turn.from === from)
        .map((turn) => turn.hex);
    expect(lines('borrower')).toEqual(['one\n', 'two\n'].map((line) => toHex(encoder.encode(line))));
    expect(lines('lender')).toEqual(lines('borrower'));
  });

  it('counts connections', async () => {
    const { recorder, say } = await recordedEcho();
    await say('one\n');
    await say('two\n');
    expect(recorder.recording().turns.map((turn) => turn.connection)).toEqual([1, 1, 2, 2]);
  });

  it('hides personal texts in what it keeps, not in what it passes on', async () => {
    const { recorder, say } = await recordedEcho();
    expect(await say('for Rossi\n')).toBe('for Rossi\n');
    expect(recorder.recording().turns.map((turn) => turn.hex)).toEqual(
      Array(2).fill(toHex(encoder.encode('for xxxxx\n'))),
    );
    expect(recorder.recording().redactions).toEqual(['text']);
  });

  it('hides in an earlier message what a later one shows to be personal', async () => {
    const { recorder, say } = await recordedEcho({ personalFrom: 'for Rossi\n' });
    await say('by Rossi\n');
    await say('for Rossi\n');
    const [first] = recorder.recording().turns;
    expect(first?.hex).toBe(toHex(encoder.encode('by xxxxx\n')));
  });

  it('passes on what cannot be read, does not keep it, and says so without its text', async () => {
    const { recorder, say } = await recordedEcho();
    expect(await say('!Bianchi\none\n')).toBe('!Bianchi\none\n');
    expect(recorder.recording().turns).toHaveLength(2);
    expect(problems).toHaveLength(2);
    expect(problems.join()).not.toContain('Bianchi');
  });

  it('keeps both directions where each side opens connections', async () => {
    const { acceptor, connector } = createMemoryNetwork();
    const silent = (host: string) =>
      acceptor.listen({ host, port: 0 }, async (connection) => {
        while (await connection.receive());
      });
    const [lender, borrower] = [await silent('lender'), await silent('borrower')];
    const recorder = await record({
      routes: [
        {
          listen: { host: 'proxy', port: 0 },
          target: lender.address,
          client: 'borrower',
          acceptor,
          connector,
        },
        {
          listen: { host: 'back', port: 0 },
          target: borrower.address,
          client: 'lender',
          acceptor,
          connector,
        },
      ],
      createReader: () => framedReader(lineFramer),
      redaction: { decode: (message) => ({ text: decoder.decode(message) }), personalFields: () => [] },
    });
    closing.push(...[lender, borrower, recorder].map((each) => () => each.close()));
    for (const address of recorder.addresses) {
      const connection = await connector.open(address);
      await connection.send(encoder.encode('one\n'));
      await connection.end();
      await connection.receive();
      await connection.close();
    }
    expect(recorder.recording().turns.map(({ from, connection }) => [from, connection])).toEqual([
      ['borrower', 1],
      ['lender', 2],
    ]);
  });
});
