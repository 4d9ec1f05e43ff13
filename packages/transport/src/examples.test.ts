import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, describe, expect, test, vi } from 'vitest';

const examples = [
  {
    comment: 'tcp/index.ts',
    example: 'tcp/example.test-support.ts',
    run: () => import('./tcp/example.test-support.js'),
    prints: ['anybody there?'],
  },
  {
    comment: 'memory.ts',
    example: 'memory-example.test-support.ts',
    run: () => import('./memory-example.test-support.js'),
    prints: ['ques tion'],
  },
  {
    comment: 'frames.ts',
    example: 'frames-example.test-support.ts',
    run: () => import('./frames-example.test-support.js'),
    prints: ['1 2', '3 4'],
  },
];

const read = (file: string): string => readFileSync(join(import.meta.dirname, file), 'utf8');

afterEach(() => {
  vi.restoreAllMocks();
});

describe.each(examples)('the example in $comment', ({ comment, example, run, prints }) => {
  test('is the code that runs here', () => {
    const [, shown = ''] = /```ts\n([\s\S]*?) \* ```/.exec(read(comment)) ?? [];
    expect(shown.replace(/^ \* ?/gm, '')).toBe(read(example));
  });

  test('prints what it promises', async () => {
    const printed = vi.spyOn(console, 'log').mockImplementation(() => {});
    await run();
    expect(printed.mock.calls.map((values) => values.join(' '))).toEqual(prints);
  });
});
