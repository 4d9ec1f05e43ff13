import { expect, it } from 'vitest';
import { chooseEngine } from './choose-engine.js';

it('keeps to processes when told so, and says why', async () => {
  const { engine, note } = await chooseEngine({ CONFORMANCE_ENGINE: 'processes' });
  expect(engine.name).toBe('processes');
  expect(note).toContain('CONFORMANCE_ENGINE');
});

it('refuses an engine that there is not', async () => {
  await expect(chooseEngine({ CONFORMANCE_ENGINE: 'ships' })).rejects.toMatchObject({
    code: 'invalid-setting',
    key: 'CONFORMANCE_ENGINE',
  });
});
