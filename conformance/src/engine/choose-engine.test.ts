import { expect, it } from 'vitest';
import { chooseEngine } from './choose-engine.js';

it('keeps to processes when told so, and says why', async () => {
  const { engine, note } = await chooseEngine({ INTERLEND_ENGINE: 'processes' });
  expect(engine.name).toBe('processes');
  expect(note).toContain('INTERLEND_ENGINE');
});

it('refuses an engine that there is not', async () => {
  await expect(chooseEngine({ INTERLEND_ENGINE: 'ships' })).rejects.toMatchObject({
    code: 'invalid-setting',
    key: 'INTERLEND_ENGINE',
  });
});
