import { describe, expect, test } from 'vitest';
import { isSameSymbol, parseSymbol } from './party.js';

describe('a symbol', () => {
  test.each([
    ['NLA:ANU', 'NLA', 'ANU'],
    ['ANU', undefined, 'ANU'],
    ['A:B:C', 'A', 'B:C'],
    [':ANU', '', 'ANU'],
    ['NLA:', 'NLA', ''],
    ['', undefined, ''],
    [' nla : anu ', ' nla ', ' anu '],
  ])('%j has the authority %j and the code %j, as they were given', (symbol, authority, code) => {
    expect(parseSymbol(symbol)).toEqual({ authority, code });
  });

  test.each([
    ['NLA:ANU', 'NLA:ANU', true],
    ['NLA:ANU', 'nla:anu', true],
    ['NLA:ANU', 'NLA:ANU ', false],
    ['NLA:ANU', 'ANU', false],
    ['', '', true],
  ])('%j and %j name the same library: %s', (one, other, isSame) => {
    expect(isSameSymbol(one, other)).toBe(isSame);
    expect(isSameSymbol(other, one)).toBe(isSame);
  });
});
