import { expect, expectTypeOf, test } from 'vitest';
import { abilityFor, type Capabilities } from './capabilities.js';
import { marked } from './evidence.js';
import { type Profile, ruleValues } from './profile.js';

interface Rules {
  readonly port: number;
  readonly sendsReceived: boolean;
}

const profile: Profile<Rules> = {
  name: 'example',
  title: 'Example',
  rules: {
    port: marked(1611, 'documented'),
    sendsReceived: marked(false, 'inferred', 'no document says so'),
  },
};

test('the rules of a profile are read without their marks', () => {
  expect(ruleValues(profile)).toEqual({ port: 1611, sendsReceived: false });
  expectTypeOf(ruleValues(profile)).toEqualTypeOf<Rules>();
});

test('a mark has a note only when one was made', () => {
  expect(profile.rules.port).toEqual({ value: 1611, evidence: 'documented' });
  expect(profile.rules.port).not.toHaveProperty('note');
  expect(profile.rules.sendsReceived).toEqual({
    value: false,
    evidence: 'inferred',
    note: 'no document says so',
  });
});

test('an ability is that of one event and one speaker', () => {
  const capabilities: Capabilities = {
    protocol: 'example',
    events: [
      { event: 'lost', from: 'lender', ability: { can: 'yes', evidence: 'documented', by: 'LOST' } },
      {
        event: 'lost',
        from: 'borrower',
        ability: { can: 'local-only', why: 'no such message', evidence: 'observed' },
      },
    ],
  };
  expect(abilityFor(capabilities, 'lost', 'lender')).toMatchObject({ can: 'yes', by: 'LOST' });
  expect(abilityFor(capabilities, 'lost', 'borrower')).toMatchObject({
    can: 'local-only',
    why: 'no such message',
  });
  expect(abilityFor(capabilities, 'shipped', 'lender')).toBeUndefined();
});
