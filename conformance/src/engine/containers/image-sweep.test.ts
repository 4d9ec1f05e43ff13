import { describe, expect, it } from 'vitest';
import { rootFolder } from '../../folders.js';
import { type BuiltImage, isStale } from './image-sweep.js';

const now = new Date('2024-03-20T12:00:00Z');
const days = (count: number): Date => new Date(now.getTime() - count * 24 * 3_600_000);
const there = '/checkouts/there';
const image: BuiltImage = {
  tags: ['interlend/replayer:checkout-1'],
  checkout: there,
  builtAt: days(30),
  taggedAt: days(1),
};

describe('isStale', () => {
  it.each<[what: string, change: Partial<BuiltImage>, isStale: boolean]>([
    ['an image of another checkout that was used yesterday', {}, false],
    ['one of a checkout that is gone', { checkout: '/checkouts/gone' }, true],
    ['one that no run used for two weeks', { taggedAt: days(15) }, true],
    ['one of this checkout, however old', { checkout: rootFolder, taggedAt: days(15) }, false],
    ['one that lost its name', { tags: [], checkout: rootFolder }, true],
    ['one that has no name yet', { tags: [], builtAt: now, taggedAt: now }, false],
    ['one that names no checkout', { checkout: '', taggedAt: days(15) }, false],
  ])('of %s', (_, change, expected) => {
    expect(isStale({ ...image, ...change }, now, (checkout) => checkout === there)).toBe(expected);
  });
});
