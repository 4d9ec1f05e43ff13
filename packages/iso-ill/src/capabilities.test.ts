import {
  abilityFor,
  BorrowerMachine,
  LenderMachine,
  type LendingEventType,
  type Role,
} from '@interlend/core';
import { describe, expect, it } from 'vitest';
import { capabilities } from './capabilities.js';
import { eventOf } from './guard/guard-at.test-support.js';
import type { Service } from './state-tables.js';

describe('capabilities', () => {
  it('list every neutral event, each once for each side that says it', () => {
    const pairs = capabilities.events.map(({ event, from }) => `${from} ${event}`);
    expect(new Set(pairs).size).toBe(pairs.length);
    const events = new Set<string>(capabilities.events.map(({ event }) => event));
    const known = [...BorrowerMachine.rows, ...LenderMachine.rows].map(({ on }) => on.split(':')[0] ?? on);
    expect(events).toEqual(new Set(known));
  });

  it('name the APDU by which an event is said', () => {
    for (const { event, from, ability } of capabilities.events) {
      if (ability.can !== 'yes') throw new Error(`${event} is not sayable`);
      const values = ['', ' yes'].map((value) => `${ability.by}${value}` as Service);
      const said = values.map((service) => {
        try {
          return eventOf(service, from === 'borrower' ? 'requester' : 'responder').type;
        } catch {
          return undefined;
        }
      });
      if (event !== 'errorReported') expect(said, ability.by).toContain(event);
    }
  });

  it('give neither side the words of the other', () => {
    const ability = (event: LendingEventType, from: Role) => abilityFor(capabilities, event, from);
    expect(ability('shipped', 'borrower')).toBeUndefined();
    expect(ability('received', 'lender')).toBeUndefined();
    expect(ability('lost', 'borrower')).toMatchObject({ can: 'yes', by: 'Lost' });
  });
});
