import { describe, expect, it } from 'vitest';
import { sendOneWay } from '../client.js';
import { encode } from '../codec.js';
import type { DoubleBehaviour, IllDouble } from '../double.js';
import {
  anywhere,
  brokenApdu,
  messageApdu,
  networks,
  requestApdu,
  type TestNetwork,
} from '../edges.test-support.js';
import { dial, make, names } from './double.test-support.js';

describe.each(networks)('a misbehaving double over $name', ({ make: makeNetwork }) => {
  const lenderIn = (
    mode: '1611' | '499',
    network: TestNetwork,
    behaviour: DoubleBehaviour,
  ): Promise<IllDouble> =>
    make({
      role: 'responder',
      mode,
      ...network,
      partner: network.connector ? () => anywhere : anywhere,
      behaviour,
    });

  it('says nothing when it is silent', async () => {
    const network = makeNetwork();
    const lender = await lenderIn('499', network, { kind: 'silent' });
    const connection = await dial(network, lender);
    await connection.send(requestApdu());
    await connection.end();
    for await (const _ of connection) expect.unreachable();
    expect(names(lender.records)).toEqual(['< ILL-Request']);
  });

  it('answers rubbish', async () => {
    const network = makeNetwork();
    const connection = await dial(network, await lenderIn('499', network, { kind: 'rubbish' }));
    await expect(connection.request(requestApdu())).rejects.toMatchObject({ code: 'not-a-message' });
    const other = await dial(network, await lenderIn('499', network, { kind: 'rubbish', hex: '6b0130' }));
    const stop = AbortSignal.timeout(30);
    await expect(other.request(requestApdu(), { signal: stop })).rejects.toMatchObject({ code: 'aborted' });
  });

  it('ends connections early', async () => {
    const network = makeNetwork();
    const { connector } = network;
    const rude = await lenderIn('1611', network, { kind: 'closes-early', how: 'broken-off' });
    const request = encode(requestApdu());
    const attempt = await sendOneWay(request, { connector, address: rude.address }).then(
      ({ outcome }) => outcome,
      ({ code }) => code,
    );
    expect(['maybe-delivered', 'lost']).toContain(attempt);
    expect(rude.records).toEqual([]);
    const quick = await lenderIn('499', network, { kind: 'closes-early' });
    const connection = await dial(network, quick);
    await expect(connection.request(messageApdu('x'))).rejects.toMatchObject({ name: 'TransportError' });
    expect(quick.records).toEqual([]);
  });

  it('never closes', async () => {
    const network = makeNetwork();
    const { connector } = network;
    const lender = await lenderIn('1611', network, { kind: 'never-closes' });
    const to = { connector, address: lender.address, closeWaitMs: 10 };
    expect(await sendOneWay(requestApdu(), to)).toMatchObject({
      outcome: 'maybe-delivered',
      why: 'not-closed',
    });
    expect(names(lender.records)).toEqual(['< ILL-Request']);
  });

  it('takes its time', async () => {
    const network = makeNetwork();
    const pauses: number[] = [];
    const lender = await make({
      ...{
        role: 'responder',
        mode: '499',
        ...network,
        behaviour: { kind: 'fulfil' },
        manner: { delayMs: 60_000 },
      },
      pause: async (ms) => {
        pauses.push(ms);
      },
    });
    await (await dial(network, lender)).request(requestApdu());
    expect(pauses[0]).toBe(60_000);
  });

  it('reports what it cannot read, when it fulfils', async () => {
    const network = makeNetwork();
    const lender = await lenderIn('499', network, { kind: 'fulfil' });
    const connection = await dial(network, lender);
    await connection.send(brokenApdu());
    for await (const received of connection) {
      expect(received).toMatchObject({ message: { apdu: 'Status-Or-Error-Report' } });
      break;
    }
    expect(names(lender.records)).toEqual(['< unreadable', '> Status-Or-Error-Report']);
  });
});
