import { describe, expect, it } from 'vitest';
import { sendOneWay } from '../client.js';
import { encode } from '../codec.js';
import type { IllDouble, IllDoubleOptions, ScriptStep } from '../double.js';
import {
  answerApdu,
  brokenApdu,
  messageApdu,
  networks,
  requestApdu,
  type TestNetwork,
} from '../edges.test-support.js';
import { dial, heardBy, make, names } from './double.test-support.js';

describe.each(networks)('a scripted double over $name', ({ make: makeNetwork }) => {
  const scripted = (
    mode: '1611' | '499',
    network: TestNetwork,
    steps: readonly ScriptStep[],
    partner?: IllDoubleOptions['partner'],
  ): Promise<IllDouble> =>
    make({
      role: 'responder',
      mode,
      ...network,
      behaviour: { kind: 'script', steps },
      ...(partner && { partner }),
    });

  const unfilled: ScriptStep = {
    send: {
      apdu: 'ILL-Answer',
      transactionResults: 'unfilled',
      resultsExplanation: { unfilledResults: { reasonUnfilled: 'not-on-shelf' } },
    },
  };

  it('goes through its steps, with the ids of what it heard', async () => {
    const network = makeNetwork();
    const steps: readonly ScriptStep[] = [
      { expect: { apdu: 'ILL-Request', itemId: { title: 'On Examples' }, illServiceType: ['loan'] } },
      unfilled,
      { sendAgain: true },
      { expect: 'Message' },
      { pauseMs: 1 },
      { sendHex: Buffer.from(encode(messageApdu('by hand', 'TQ-7'))).toString('hex') },
    ];
    const lender = await scripted('499', network, structuredClone(steps));
    const connection = await dial(network, lender);
    await connection.send(requestApdu('TQ-7'));
    await connection.send(messageApdu('thank you', 'TQ-7'));
    await connection.end();
    await lender.finished();
    const messages: unknown[] = [];
    for await (const received of connection) messages.push(received.kind === 'apdu' && received.message);
    const now = { serviceDateTime: { dateTimeOfThisService: { date: '20240203', time: '101112' } } };
    const answer = { ...answerApdu('TQ-7'), ...now };
    expect(messages).toEqual([answer, answer, messageApdu('by hand', 'TQ-7')]);
  });

  it('goes through its steps on connections of its own in mode 1611', async () => {
    const network = makeNetwork();
    const borrower = await make({
      role: 'requester',
      mode: '1611',
      ...network,
      behaviour: { kind: 'silent' },
    });
    const lender = await scripted(
      '1611',
      network,
      [{ expect: 'ILL-Request' }, unfilled],
      () => borrower.address,
    );
    const delivery = await sendOneWay(requestApdu(), {
      connector: network.connector,
      address: lender.address,
    });
    expect(delivery).toEqual({ outcome: 'delivered' });
    await lender.finished();
    expect(heardBy(borrower)).toEqual(['< ILL-Answer']);
    expect(lender.records.at(-1)).toMatchObject({ direction: 'sent', delivery: { outcome: 'delivered' } });
  });

  it('sends the first APDU as requester', async () => {
    const network = makeNetwork();
    const lender = await make({ role: 'responder', mode: '499', ...network, behaviour: { kind: 'fulfil' } });
    const { apdu: _, ...body } = requestApdu();
    const borrower = await make({
      ...{ role: 'requester', mode: '499', ...network, partner: lender.address },
      behaviour: {
        kind: 'script',
        steps: [
          {
            send: { apdu: 'ILL-Request', ...body } as ScriptStep extends { readonly send: infer Apdu }
              ? Apdu
              : never,
          },
          { expect: { apdu: 'ILL-Answer', transactionResults: 'will-supply' } },
          { expect: 'Shipped' },
        ],
      },
    });
    await borrower.finished();
    expect(heardBy(lender)).toEqual(['< ILL-Request']);
    expect(() => borrower.address).toThrow(expect.objectContaining({ name: 'StateError' }));
  });

  it.each<{ title: string; step: ScriptStep }>([
    { title: 'another APDU', step: { expect: 'Cancel' } },
    { title: 'another value', step: { expect: { apdu: 'ILL-Request', itemId: { title: 'Other' } } } },
    {
      title: 'another list',
      step: { expect: { apdu: 'ILL-Request', illServiceType: ['loan', 'locations'] } },
    },
    {
      title: 'an element that is not there',
      step: { expect: { apdu: 'ILL-Request', clientId: { clientName: 'x' } } },
    },
    { title: 'octets that cannot be read', step: { expect: 'unreadable' } },
  ])('fails when it expects $title', async ({ step }) => {
    const network = makeNetwork();
    const lender = await scripted('1611', network, [step]);
    await sendOneWay(requestApdu(), { connector: network.connector, address: lender.address });
    await expect(lender.finished()).rejects.toMatchObject({
      name: 'StateError',
      event: 'ILL-Request',
      state: 'step 1',
    });
  });

  it('takes octets that cannot be read when it expects them', async () => {
    const network = makeNetwork();
    const lender = await scripted('1611', network, [{ expect: 'unreadable' }]);
    await sendOneWay(brokenApdu(), { connector: network.connector, address: lender.address });
    await lender.finished();
    const wrong = await scripted('1611', network, [{ expect: 'Message' }]);
    await sendOneWay(brokenApdu(), { connector: network.connector, address: wrong.address });
    await expect(wrong.finished()).rejects.toMatchObject({ event: 'unreadable' });
  });

  it('fails for a template without anything to take its first elements from, and for what is no hex', async () => {
    const network = makeNetwork();
    const empty = await scripted('1611', network, [{ send: { apdu: 'Message', note: 'x' } }]);
    await expect(empty.finished()).rejects.toMatchObject({ name: 'EncodeError' });
    const noHex = await scripted('1611', network, [{ sendHex: 'xyz' }]);
    await expect(noHex.finished()).rejects.toMatchObject({ name: 'StateError' });
  });

  it('does with a connection what the script says', async () => {
    const network = makeNetwork();
    const steps: ScriptStep[] = [
      { expect: 'Message', connection: 'break-off' },
      { expect: 'Message', connection: 'end' },
      { expect: 'Message', connection: 'leave-open' },
      { expect: 'Message' },
    ];
    const lender = await scripted('1611', network, steps);
    const to = { connector: network.connector, address: lender.address, closeWaitMs: 30 };
    const outcomes: unknown[] = [];
    for (let count = 0; count < 4; count++) {
      const delivery = await sendOneWay(messageApdu('x'), to);
      outcomes.push('why' in delivery ? delivery.why : delivery.outcome);
    }
    expect(outcomes).toEqual(['broken-off', 'delivered', 'not-closed', 'delivered']);
    expect(names(lender.records)).toEqual(Array(4).fill('< Message'));
  });

  it('can be read on when its script is at its end', async () => {
    const network = makeNetwork();
    const lender = await scripted('1611', network, []);
    await lender.finished();
    const to = { connector: network.connector, address: lender.address };
    expect(await sendOneWay(messageApdu('x'), to)).toEqual({ outcome: 'delivered' });
    expect(await lender.heard('Message')).toHaveLength(1);
  });
});
