import { describe, expect, it } from 'vitest';
import { readArguments, usage } from './arguments.js';
import { suites } from './suites.js';

describe('the arguments', () => {
  it('choose a suite, or all', () => {
    expect(readArguments(['codec'], '/here')).toEqual({
      suites: [suites['codec']],
      isLarge: false,
      isWritten: false,
      json: undefined,
    });
    expect(readArguments(['all', '--large', '--write', '--json', 'figures.json'], '/here')).toEqual({
      suites: Object.values(suites),
      isLarge: true,
      isWritten: true,
      json: '/here/figures.json',
    });
  });

  it.each([[[]], [['speed']], [['codec', 'server']], [['codec', '--write']]])('refuse %j', (args) => {
    expect(readArguments(args, '/here')).toBe(usage);
  });

  it('name an option that is not known', () => {
    expect(readArguments(['codec', '--fast'], '/here')).toMatch(/^Unknown option '--fast'/);
  });
});
