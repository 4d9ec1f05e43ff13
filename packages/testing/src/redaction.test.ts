import { describe, expect, it } from 'vitest';
import { type RedactionRules, redactMessage } from './redaction.js';

const encoder = new TextEncoder();
const decoder = new TextDecoder();

/** Messages are `key=value;…` in UTF-8; `name` and `card` are personal. */
const rules: RedactionRules = {
  decode: (bytes) => {
    const pairs = decoder.decode(bytes).split(';');
    if (pairs.some((pair) => !pair.includes('='))) throw new Error('no pair');
    return Object.fromEntries(pairs.map((pair) => pair.split('=')));
  },
  personalFields: (message) =>
    Object.entries(message as Record<string, string>)
      .filter(([key]) => key === 'name' || key === 'card')
      .map(([path, text]) => ({ path, text })),
};
const redacted = (text: string, elsewhere: readonly string[] = []) => {
  const result = redactMessage(encoder.encode(text), rules, elsewhere);
  return result && [decoder.decode(result.bytes), result.paths];
};

describe('redactMessage', () => {
  it('replaces a personal field by as many octets, and says which', () => {
    expect(redacted('name=Müller;title=Examples')).toEqual(['name=xxxxxxx;title=Examples', ['name']]);
  });

  it('replaces what stands in another text too, and says where', () => {
    expect(redacted('name=Müller;note=for Müller')).toEqual([
      'name=xxxxxxx;note=for xxxxxxx',
      ['name', 'note'],
    ]);
    expect(redacted('note=for Müller', ['Müller'])).toEqual(['note=for xxxxxxx', ['note']]);
  });

  it('leaves a short text where it is not personal', () => {
    expect(redacted('card=17;volume=17')).toEqual(['card=xx;volume=17', ['card']]);
  });

  it('never touches the form of the message', () => {
    expect(redacted('name=name;title=a')).toEqual(['name=xxxx;title=a', ['name']]);
    expect(redacted('name==;title=a')).toEqual(['name==;title=a', []]);
  });

  it('leaves a message without personal fields as it is', () => {
    expect(redacted('title=Examples')).toEqual(['title=Examples', []]);
  });

  it('gives nothing, in good time, when a text stands in very many places', () => {
    expect(redacted(`card=1;title=${'1'.repeat(100_000)}`)).toBeUndefined();
  });

  it('gives nothing when a personal field stays legible', () => {
    const upper: RedactionRules = {
      ...rules,
      personalFields: (message) =>
        rules.personalFields(message).map(({ path, text }) => ({ path, text: text.toUpperCase() })),
    };
    expect(redactMessage(encoder.encode('name=Rossi'), upper)).toBeUndefined();
  });
});
