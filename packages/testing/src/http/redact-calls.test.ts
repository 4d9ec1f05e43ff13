import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { HttpCall } from './format.js';
import { type HttpRedactionRules, redactCalls } from './redact-calls.js';

/** Of a library with readers: titles may be kept, and where they stand. */
const rules: HttpRedactionRules = {
  headers: new Set(['content-type']),
  keeps: (name) => ['title', 'loan', 'items', 'lang'].includes(name),
  keepsParameter: (name) => name === 'limit',
  keepsSegments: (_method, path) => path.map((_, index) => path[index - 1] !== 'readers'),
};
const call = (
  request: Partial<HttpCall['request']>,
  response: Partial<HttpCall['response']> = {},
): HttpCall => ({
  request: { method: 'GET', target: '/', headers: {}, ...request },
  response: { status: 200, headers: {}, ...response },
});
const redacted = (...calls: readonly HttpCall[]) => redactCalls(calls, rules);

describe('redactCalls', () => {
  it('hides header fields that no rule lists', () => {
    const { calls, redactions } = redacted(
      call({ headers: { authorization: 'apikey l7xx', 'content-type': 'text/plain' } }),
    );
    expect(calls[0]?.request.headers).toEqual({ authorization: 'xxxxxx xxxx', 'content-type': 'text/plain' });
    expect(redactions).toEqual(['request.headers.authorization']);
  });

  it('hides a key wherever it stands, and leaves the words of a client', () => {
    const { calls } = redacted(
      call(
        { headers: { cookie: 'session=s3cret-token', 'user-agent': 'node' } },
        { body: '{"title":"node s3cret-token"}' },
      ),
    );
    expect(calls[0]).toMatchObject({
      request: { headers: { cookie: 'xxxxxxx=xxxxxxxxxxxx', 'user-agent': 'xxxx' } },
      response: { body: '{"title":"node xxxxxxxxxxxx"}' },
    });
  });

  it('hides what a path and a query say about people, and that wherever else it stands', () => {
    const { calls } = redacted(
      call(
        { target: '/readers/rossi.m/loans?limit=5&name=Bianchi' },
        { body: '{"title":"Bianchi, rossi.m"}' },
      ),
    );
    expect(calls[0]).toMatchObject({
      request: { target: '/readers/xxxxxxx/loans?limit=5&name=xxxxxxx' },
      response: { body: '{"title":"xxxxxxx, xxxxxxx"}' },
    });
  });

  it('hides in an earlier call what a later one shows to be personal', () => {
    const { calls } = redacted(
      call({}, { body: '{"title":"for Rossi"}' }),
      call({}, { body: '{"name":"Rossi"}' }),
    );
    expect(calls[0]?.response.body).toBe('{"title":"for xxxxx"}');
  });

  it('hides everything below a member that no rule lists, and keeps its form', () => {
    const body = '{"reader":{"title":"Dr","age":42,"blocked":true,"cards":["17",null]},"title":"T"}';
    const { calls, redactions } = redacted(call({}, { body }));
    expect(calls[0]?.response.body).toBe(
      '{"reader":{"title":"xx","age":0,"blocked":false,"cards":["xx",null]},"title":"T"}',
    );
    expect(redactions).toContain('response.body.reader.cards.*');
  });

  it('hides elements, attributes and marked text of XML', () => {
    const body =
      '<?xml version="1.0"?><loan><!-- for Rossi --><title lang="it" by="Rossi">T</title><reader><title>Dr</title></reader><items><![CDATA[Rossi]]></items></loan>';
    expect(redacted(call({}, { body })).calls[0]?.response.body).toBe(
      '<?xml version="1.0"?><loan><title lang="it" by="xxxxx">T</title><reader><title>xx</title></reader><items><![CDATA[xxxxx]]></items></loan>',
    );
  });

  it.each([
    ['a quoted end of a tag', '<loan><title by="Rossi > Bianchi">T</title></loan>'],
    ['a word among attributes', '<loan Rossi><title>T</title></loan>'],
    ['a tag that is none', '<loan>< Rossi</loan>'],
    ['an instruction', '<?note Rossi?><loan><title>T</title></loan>'],
    ['a type', '<!DOCTYPE loan [<!ENTITY r "Rossi">]><loan><title>T</title></loan>'],
  ])('hides what stands in %s', (_, body) => {
    expect(redacted(call({}, { body })).calls[0]?.response.body).not.toContain('Rossi');
  });

  it('hides an address that is none', () => {
    const { calls } = redacted(call({}, { headers: { location: 'http://[Rossi' } }));
    expect(calls[0]?.response.headers['location']).toBe('/xxxxxxxxxxxxx');
  });

  it('hides a body that it cannot read', () => {
    expect(redacted(call({ body: 'name=Rossi&title=T' })).calls[0]?.request.body).toBe('xxxxxxxxxxxxxxxxxx');
  });

  it('leaves a body without anything to hide as it is, blanks and all', () => {
    const body = '{ "title" : "T" }\n';
    expect(redacted(call({ body }))).toMatchObject({ calls: [{ request: { body } }], redactions: [] });
  });

  it('leaves nothing of a secret, wherever it stands', () => {
    const secret = fc.stringMatching(/^[a-z][a-zA-Z0-9.]{7,20}$/);
    fc.assert(
      fc.property(secret, fc.array(fc.json(), { maxLength: 3 }), (text, others) => {
        const bodies = [
          `{"reader":"${text}","title":"by ${text}"}`,
          `<loan><reader>${text}</reader></loan>`,
          ...others,
        ];
        const calls = bodies.map((body) => call({ target: `/readers/${text}/x`, body }, { body }));
        expect(JSON.stringify(redacted(...calls).calls)).not.toContain(text);
      }),
    );
  });

  it('would show a secret that a rule lists', () => {
    const careless: HttpRedactionRules = { ...rules, keeps: () => true };
    const body = '{"reader":"Rossi"}';
    expect(redactCalls([call({ body })], careless).calls[0]?.request.body).toContain('Rossi');
  });
});
