import { describe, expect, it } from 'vitest';
import { sendOneWay } from './client.js';
import { dial, heardBy, isOut, loan, make, names, opening, pair } from './double/double.test-support.js';
import { createIllDouble } from './double.js';
import { headOf, memoryNetwork, messageApdu, networks, requestApdu } from './edges.test-support.js';

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
