import { randomInt } from 'node:crypto';

/** Orders of a year that a central server can number. */
const ordersOfYear = 10_000_000;

/** Numbers of orders as a central server gives them, year and seven digits, from somewhere in this year. */
export function orderNumbers(now: Date): () => string {
  let next = randomInt(ordersOfYear);
  return () => `${now.getUTCFullYear()}${String(next++ % ordersOfYear).padStart(7, '0')}`;
}
