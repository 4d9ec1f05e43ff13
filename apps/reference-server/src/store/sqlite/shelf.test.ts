import { expect, test } from 'vitest';
import { aLoan } from '../store.contract.test-support.js';
import { Shelf, shelfKey } from './shelf.js';

const key = (name: string): string => shelfKey('toy', name);

test('a shelf knows a key only when it was told all of its transactions', () => {
  const shelf = new Shelf(10);
  const one = aLoan('T1', { key: 'K' });
  shelf.put(one);
  expect(shelf.byId('T1')).toBe(one);
  expect(shelf.byKey(key('K'))).toBeUndefined();
  shelf.complete(key('K'), [one]);
  expect(shelf.byKey(key('K'))).toEqual([one]);
  const two = aLoan('T2', { key: 'K', library: 'TEST:REQ' });
  shelf.put(two);
  expect(shelf.byKey(key('K'))).toEqual([one, two]);
  const moved = { ...one, peer: 'X:Y' };
  shelf.put(moved);
  expect(shelf.byKey(key('K'))).toEqual([moved, two]);
  shelf.clear();
  expect(shelf.byKey(key('K'))).toBeUndefined();
  expect(shelf.byId('T1')).toBeUndefined();
});

test('a shelf lets go of what was not used for longest, and of its key', () => {
  const shelf = new Shelf(2);
  for (const id of ['T1', 'T2']) {
    shelf.put(aLoan(id));
    shelf.complete(key(`key-${id}`), [aLoan(id)]);
  }
  shelf.byId('T1');
  shelf.put(aLoan('T3'));
  expect(shelf.byId('T2')).toBeUndefined();
  expect(shelf.byKey(key('key-T2'))).toBeUndefined();
  expect(shelf.byKey(key('key-T1'))).toHaveLength(1);
});

test('a shelf does not believe that it knows a key whose transactions it let go', () => {
  const shelf = new Shelf(1);
  const [one, two] = [aLoan('T1', { key: 'K' }), aLoan('T2', { key: 'K' })];
  shelf.put(one);
  shelf.put(two);
  shelf.complete(key('K'), [one, two]);
  expect(shelf.byKey(key('K'))).toBeUndefined();
});
