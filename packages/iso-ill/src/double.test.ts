import type { LendingRequest } from '@interlend/core';
import { afterEach, describe, expect, it } from 'vitest';
import { sendOneWay } from './client.js';
import { encode } from './codec.js';
import {
  createIllDouble,
  type DoubleBehaviour,
  type DoubleRecord,
  type IllDouble,
  type IllDoubleOptions,
  type ScriptStep,
} from './double.js';
import {
  answerApdu,
  anywhere,
  brokenApdu,
  headOf,
  memoryNetwork,
  messageApdu,
  networks,
  requestApdu,
  type TestNetwork,
} from './edges.test-support.js';
import { openTwoWay, type TwoWayConnection } from './two-way.js';

const open: { close(): Promise<void> }[] = [];
afterEach(async () => {
  await Promise.all(open.splice(0).map((thing) => thing.close()));
});

const clock = { now: () => new Date('2024-02-03T10:11:12Z') };
const opening = { borrower: 'TEST:REQ', lender: 'TEST:RSP', group: 'TGQ-0001', qualifier: 'TQ-0001' };
const loan: LendingRequest = {
  borrower: { symbol: 'TEST:REQ' },
  lender: { symbol: 'TEST:RSP' },
  services: ['loan'],
  item: { title: 'On Examples' },
};

const make = async (options: IllDoubleOptions): Promise<IllDouble> => {
  const double = await createIllDouble({ clock, ...options });
  open.push(double);
  return double;
};

/** Two doubles that know each other. */
const pair = async (
  mode: '1611' | '499',
  { acceptor, connector }: TestNetwork,
  lenderDoes: Partial<IllDoubleOptions> & { readonly behaviour: DoubleBehaviour },
  borrowerDoes: Partial<IllDoubleOptions> = {},
): Promise<{ readonly borrower: IllDouble; readonly lender: IllDouble }> => {
  const lender: IllDouble = await make({
    ...{ role: 'responder', mode, acceptor, connector, partner: () => borrower.address },
    ...lenderDoes,
  });
  const borrower: IllDouble = await make({
    ...{ role: 'requester', mode, acceptor, connector, partner: () => lender.address },
    ...{ behaviour: { kind: 'fulfil' } },
    ...borrowerDoes,
  });
  return { borrower, lender };
};

const names = (records: readonly DoubleRecord[]): string[] =>
  records.map((record) => {
    if (record.direction === 'in')
      return `< ${record.received.kind === 'apdu' ? record.received.message.apdu : 'unreadable'}`;
    if (record.direction === 'out') return `> ${record.message?.apdu ?? 'octets'}`;
    return record.direction;
  });
const heardBy = (double: IllDouble): string[] => names(double.records).filter((name) => name.startsWith('<'));
const isOut = ({ direction }: DoubleRecord): boolean => direction === 'out';

describe.each(networks)('two doubles over $name', ({ make: makeNetwork }) => {
  it.each(['1611', '499'] as const)('complete a loan in mode %s', async (mode) => {
    const { borrower, lender } = await pair(mode, makeNetwork(), { behaviour: { kind: 'fulfil' } });
    await borrower.request(opening, loan);
    await borrower.heard('Checked-In');
    expect(heardBy(borrower)).toEqual(['< ILL-Answer', '< Shipped', '< Checked-In']);
    expect(heardBy(lender)).toEqual(['< ILL-Request', '< Received', '< Returned']);
    expect([...borrower.records, ...lender.records].filter((record) => 'failure' in record)).toEqual([]);
  });

  it.each(['1611', '499'] as const)('complete a copy in mode %s', async (mode) => {
    const { borrower, lender } = await pair(mode, makeNetwork(), { behaviour: { kind: 'fulfil' } });
    await borrower.request(opening, { ...loan, services: ['copy'] });
    await lender.heard('Received');
    await borrower.until(isOut, 2);
    const said = names(borrower.records).filter((name) => name !== 'sent');
    expect(said).toEqual(['> ILL-Request', '< ILL-Answer', '< Shipped', '> Received']);
  });

  it.each(['1611', '499'] as const)('agree on a condition, or not, in mode %s', async (mode) => {
    const conditional = { behaviour: { kind: 'conditional', condition: 'no-reproduction' } } as const;
    const willing = await pair(mode, makeNetwork(), conditional);
    await willing.borrower.request(opening, loan);
    await willing.borrower.heard('Checked-In');
    expect(heardBy(willing.lender)).toEqual([
      '< ILL-Request',
      '< Conditional-Reply',
      '< Received',
      '< Returned',
    ]);
    const unwilling = await pair(mode, makeNetwork(), conditional, { behaviour: { kind: 'refuse' } });
    await unwilling.borrower.request(opening, loan);
    const [reply] = await unwilling.lender.heard('Conditional-Reply');
    expect(reply).toMatchObject({ answer: false });
  });

  it.each(['1611', '499'] as const)('see a refusal with its reason in mode %s', async (mode) => {
    const { borrower } = await pair(mode, makeNetwork(), {
      behaviour: { kind: 'refuse', reason: 'at-bindery' },
    });
    await borrower.request(opening, loan);
    expect(await borrower.heard('ILL-Answer')).toMatchObject([
      {
        transactionResults: 'unfilled',
        resultsExplanation: { unfilledResults: { reasonUnfilled: 'at-bindery' } },
      },
    ]);
  });

  it.each(['1611', '499'] as const)(
    'end in the same place when everything is said twice in mode %s',
    async (mode) => {
      const twice = { times: 2 };
      const { borrower, lender } = await pair(
        mode,
        makeNetwork(),
        { behaviour: { kind: 'fulfil' }, manner: twice },
        { manner: twice },
      );
      await borrower.request(opening, loan);
      await borrower.heard('Checked-In', 2);
      expect(new Set(heardBy(borrower))).toEqual(new Set(['< ILL-Answer', '< Shipped', '< Checked-In']));
      const answers = (await borrower.heard('ILL-Answer', 2)).slice(0, 2);
      expect(answers[0]).toEqual(answers[1]);
      expect(names(lender.records)).not.toContain('< Status-Or-Error-Report');
    },
  );

  it.each(['1611', '499'] as const)(
    'end in the same place when answers overtake each other in mode %s',
    async (mode) => {
      const { borrower } = await pair(mode, makeNetwork(), {
        behaviour: { kind: 'fulfil' },
        manner: { order: 'reversed' },
      });
      await borrower.request(opening, loan);
      await borrower.heard('Checked-In');
      expect(heardBy(borrower).slice(0, 2)).toEqual(['< Shipped', '< ILL-Answer']);
    },
  );

  it('let staff say something in between', async () => {
    const { borrower, lender } = await pair('1611', makeNetwork(), { behaviour: { kind: 'silent' } });
    const key = await borrower.request(opening, loan);
    await borrower.say(key, { type: 'message', from: 'borrower', note: 'Any news?' });
    expect(await lender.heard('Message')).toMatchObject([{ note: 'Any news?' }]);
    await expect(
      borrower.say(key, { type: 'returned', from: 'borrower', returnedOn: '2024-02-03' }),
    ).rejects.toMatchObject({ name: 'StateError' });
    await expect(borrower.say('unknown', { type: 'lost', from: 'borrower' })).rejects.toMatchObject({
      name: 'StateError',
      allowed: [key],
    });
    expect(names(lender.records)).toEqual(['< ILL-Request', '< Message']);
  });
});

const dial = async ({ connector }: TestNetwork, double: IllDouble): Promise<TwoWayConnection> => {
  const connection = await openTwoWay({ connector, address: double.address });
  open.unshift(connection);
  return connection;
};

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

describe('a double', () => {
  it('keeps what it could not send, and goes on', async () => {
    const network = memoryNetwork();
    const lender = await make({
      ...{ role: 'responder', mode: '1611', ...network, partner: { host: 'nobody', port: 1 } },
      behaviour: { kind: 'fulfil' },
    });
    await sendOneWay(requestApdu(), { connector: network.connector, address: lender.address });
    await lender.until(({ direction }) => direction === 'unsent', 2);
    expect(names(lender.records)).toEqual(['< ILL-Request', '> ILL-Answer', 'unsent', '> Shipped', 'unsent']);
    const alone = await make({ role: 'responder', mode: '499', ...network, behaviour: { kind: 'silent' } });
    await alone.send(messageApdu('x'));
    expect(alone.records).toMatchObject([
      { direction: 'out' },
      { direction: 'unsent', failure: { code: 'closed' } },
    ]);
  });

  it('keeps what its behaviour wanted to say and the wire did not allow', async () => {
    const network = memoryNetwork();
    const lender = await make({ role: 'responder', mode: '499', ...network, behaviour: { kind: 'fulfil' } });
    const connection = await dial(network, lender);
    await connection.send(requestApdu());
    const { message } = await connection.request({ apdu: 'Cancel', ...headOf('TQ-0001') });
    expect(message).toMatchObject({ apdu: 'Cancel-Reply', answer: false });
    expect(names(lender.records).slice(-3)).toEqual(['< Cancel', 'unsaid', '> Cancel-Reply']);
  });

  it('keeps that octets came that are no APDUs', async () => {
    const network = memoryNetwork();
    const lender = await make({ role: 'responder', mode: '1611', ...network, behaviour: { kind: 'silent' } });
    const connection = await network.connector.open(lender.address);
    await connection.send(Buffer.from('GET'));
    await lender.until(({ direction }) => direction === 'lost');
    expect(lender.records).toMatchObject([{ failure: { code: 'not-a-message' } }]);
    await connection.close();
  });

  it('says which seam is missing', async () => {
    const { connector } = memoryNetwork();
    const behaviour = { kind: 'silent' } as const;
    await expect(
      createIllDouble({ role: 'requester', mode: '1611', connector, behaviour }),
    ).rejects.toMatchObject({
      name: 'ConfigError',
      key: 'acceptor',
    });
    const borrower = await make({ role: 'requester', mode: '499', connector, behaviour });
    await borrower.send(messageApdu('x'));
    expect(borrower.records).toMatchObject([{}, { failure: { name: 'ConfigError', key: 'partner' } }]);
  });
});
