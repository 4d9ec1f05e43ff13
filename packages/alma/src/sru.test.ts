import { describe, expect, it } from 'vitest';
import { exampleSeed } from './double/example-seed.test-support.js';
import { createAlmaDouble } from './double/index.js';
import { createSruClient, queriesFor } from './sru.js';

const double = createAlmaDouble({ seed: exampleSeed });
const sru = createSruClient({
  url: 'https://alma.example/view/sru/01EXAMPLE_INST',
  fetch: (...args) => double.handle(new Request(...args)),
});

describe('the search interface', () => {
  it('says what it offers', async () => {
    const { indexes, schemas } = await sru.explain();
    expect(indexes).toContain('alma.isbn');
    expect(schemas).toContain('isohold');
  });

  it.each([
    ['its number', { isbn: '978-0-00-000000-2' }],
    ['its title, when the number is of another edition', { isbn: '1', title: 'Theory of "Examples"' }],
  ])('locates a title by %s, with what is there of it', async (_, item) => {
    const { total, titles } = await sru.locate(item);
    expect(total).toBe(1);
    expect(titles[0]?.mms).toBe('991');
    expect(titles[0]?.availability).toMatchObject([
      { library: 'MAIN', state: 'available', unavailableItems: 0 },
    ]);
  });

  it('finds nothing without an error', async () => {
    expect(await sru.locate({ title: 'Nothing' })).toEqual({ total: 0, titles: [] });
    expect(await sru.locate({})).toEqual({ total: 0, titles: [] });
  });

  it('names who holds a title', async () => {
    expect(await sru.holders('alma.mms_id=991')).toEqual(['01EXAMPLE_INST']);
  });

  it('refuses a query in its own words', async () => {
    await expect(sru.search('alma.colour=red')).rejects.toMatchObject({ name: 'SruError', code: 'refused' });
  });

  it.each([
    ['no XML', 'hello'],
    ['another document', '<a/>'],
  ])('is not taken for one that answers %s', async (_, body) => {
    const other = createSruClient({
      url: 'https://x.example/view/sru/X',
      fetch: () => Promise.resolve(new Response(body)),
    });
    await expect(other.search('alma.title=x')).rejects.toMatchObject({ code: 'unexpected-answer' });
  });

  it('lets no term out of its quotes', () => {
    expect(queriesFor({ title: 'a" or alma.title="b\\' })).toEqual([
      'alma.title="a\\" or alma.title=\\"b\\\\"',
    ]);
  });
});
