import { FunctionalityLegend } from '@interlend/core';
import { expect, it } from 'vitest';
import { FunctionalityCalls } from './functionality.js';
import { Operations } from './operations.js';

it('every functionality word has its calls, and every call exists', () => {
  const words = new Set(FunctionalityCalls.map(({ word }) => word));
  expect([...words].toSorted()).toEqual(FunctionalityLegend.map(({ word }) => word).toSorted());
  const unknown = FunctionalityCalls.flatMap(({ calls }) => calls).filter(
    (call) => call !== 'sru' && !Object.hasOwn(Operations, call),
  );
  expect(unknown).toEqual([]);
});
