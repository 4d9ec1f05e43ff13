import { FunctionalityLegend, type LibrarySymbol } from '@interlend/core';
import { describe, expect, it } from 'vitest';
import { borrowing, lending, start, useServer } from '../client/client.test-support.js';
import { ProfileTypes } from '../tables/profile-details.js';
import { emptyCheckpoint } from '../watch/watch.js';
import { createFunctionality, functionalityFor } from './functionality.js';
import { FunctionalityCalls } from './functionality-calls.js';

useServer();

const own: { readonly own: LibrarySymbol } = { own: 'A:B' };

async function all(rows: AsyncIterable<unknown>): Promise<void> {
  for await (const _row of rows);
}

/** Something to do with each function; every one of them must be here. */
const tries = (of: ReturnType<typeof createFunctionality>): Readonly<Record<string, () => unknown>> => ({
  askAnotherLibrary: () => of['Submit Request'].askAnotherLibrary('patron', borrowing),
  takeRequest: () => of['Submit Request'].takeRequest('NLNZ:WLC', lending),
  availability: () => of['Locate and Availability'].availability('991'),
  lookUpPatron: () => of.Fulfillment.lookUpPatron('patron'),
  receiveItem: () => of.Fulfillment.receiveItem('B-1', { library: 'RS', circ_desk: 'DESK' }),
  receiveItemBack: () => of.Fulfillment.receiveItemBack('B-1', { library: 'RS', circ_desk: 'DESK' }),
  markRequested: () => of.Fulfillment.markRequested('patron', { mms: '991' }, { request_type: 'HOLD' }),
  partners: () => all(of['Resource Sharing Process'].partners()),
  lookAtLending: () =>
    of['Resource Sharing Process'].lookAtLending(emptyCheckpoint, { library: 'RS', parties: own }),
  lookAtBorrowing: () =>
    of['Resource Sharing Process'].lookAtBorrowing(
      { requests: { '1': { status: '', user: 'patron' } } } as unknown as typeof emptyCheckpoint,
      { parties: own },
    ),
  cancel: () => of['Resource Sharing Process'].cancel('patron', '1', { reason: 'CancelledAtPatronRequest' }),
  exports: () => all(of['Patron File'].exports()),
});

describe('functionality words', () => {
  it('have a function for everything that a call of Alma does, and no other', () => {
    const of = createFunctionality(start().alma);
    expect([...new Set(FunctionalityCalls.map(({ word }) => word))].toSorted()).toEqual(
      FunctionalityLegend.map(({ word }) => word).toSorted(),
    );
    const listed = FunctionalityCalls.flatMap(({ word, act }) =>
      act === undefined ? [] : [`${word} ${act}`],
    );
    const there = Object.entries(of).flatMap(([word, acts]) =>
      Object.keys(acts).map((act) => `${word} ${act}`),
    );
    expect(there.toSorted()).toEqual(listed.toSorted());
    const others = FunctionalityCalls.filter(
      ({ act, says, calls }) => act === undefined && !(says && calls.length === 0),
    );
    expect(others).toEqual([]);
  });

  it.each(
    FunctionalityCalls.flatMap(({ act, calls }) =>
      act === undefined || act === 'locate' ? [] : [[act, calls] as const],
    ),
  )('%s makes the calls %j', async (act, calls) => {
    const { alma, double } = start();
    try {
      await tries(createFunctionality(alma))[act]?.();
    } catch {
      // What Alma answers is not asked here: some of what is tried does not exist.
    }
    const made = [...new Set(double.calls.map(({ operation }) => operation))];
    // An item is found with a redirect, which is a second call.
    expect(made.filter((operation) => operation !== 'getItem')).toEqual(calls);
  });

  it('locate with the search interface, and say when there is none', async () => {
    const { alma } = start();
    const found = { total: 0, titles: [] };
    const sru = { locate: () => Promise.resolve(found) } as unknown as Parameters<
      typeof createFunctionality
    >[1];
    expect(await createFunctionality(alma, sru)['Locate and Availability'].locate({ title: 'x' })).toBe(
      found,
    );
    await expect(
      createFunctionality(alma)['Locate and Availability'].locate({ title: 'x' }),
    ).rejects.toMatchObject({ key: 'sru' });
  });
});

describe('functionality for a type of partner', () => {
  const returned = (type: keyof typeof ProfileTypes) =>
    functionalityFor(type).find(
      ({ word, does }) => word === 'Fulfillment' && does.startsWith('sends an item back'),
    )?.way;

  it('names the protocol where there is no call', () => {
    expect(returned('ISO')).toEqual({ by: 'message', protocol: 'iso-ill', event: 'returned' });
    expect(returned('SLNP')).toEqual({ by: 'message', protocol: 'slnp', event: 'returned' });
    expect(returned('ART_EMAIL')).toEqual({ by: 'message', protocol: 'artemail', event: 'returned' });
    expect(returned('EMAIL')).toEqual({ by: 'message', protocol: 'email', event: 'returned' });
    expect(returned('BLDSS')).toEqual({ by: 'hand' });
  });

  it.each(Object.keys(ProfileTypes) as (keyof typeof ProfileTypes)[])('has every word for %s', (type) => {
    const words = new Set(functionalityFor(type).map(({ word }) => word));
    expect(words.size).toBe(FunctionalityLegend.length);
  });
});
