import { expect, test } from 'vitest';
import { demonstrate } from './demonstration.js';
import { temporaryFolder, toyRegistry } from './test-server.test-support.js';

test('shows a loan in five messages, told as they arrive, and leaves both servers up', async () => {
  const folder = temporaryFolder();
  const lines: string[] = [];
  const { apiUrls, stop } = await demonstrate({
    registry: toyRegistry,
    protocol: 'toy',
    transport: 'push',
    folder: folder.path,
    print: (line) => lines.push(line),
  });
  try {
    const told = lines.filter((line) => line.includes('→'));
    expect(told.map((line) => /Toy-\w+/.exec(line)?.[0])).toEqual([
      'Toy-requested',
      'Toy-shipped',
      'Toy-received',
      'Toy-returned',
      'Toy-checkedIn',
    ]);
    for (const url of apiUrls) expect((await fetch(`${url}/readyz`)).status).toBe(200);
    expect(apiUrls).toHaveLength(2);
  } finally {
    await stop();
    folder.remove();
  }
});
