import { marked } from '@interlend/core';
import { fallback } from './default.js';
import type { SlnpProfile } from './rules.js';

/** Koha with an SLNP server of its consortium. */
export const koha: SlnpProfile = {
  name: 'koha',
  title: 'Koha',
  rules: {
    ...fallback.rules,
    greeting: marked('none', 'observed'),
    greets: marked('no', 'observed'),
    blankLineAfterReply: marked(true, 'observed', 'a line with one space'),
    quitReply: marked('none', 'observed', 'it closes'),
    charset: marked('utf-8', 'observed'),
    emptyParameters: marked('refuse', 'observed', 'a single space is taken'),
    repeatedOrder: marked('refuse', 'observed', '510 for a repeated PFL order'),
    lenderAnswer: marked('sync', 'observed'),
  },
};

/** SISIS-SunRise (OCLC). */
export const sisis: SlnpProfile = {
  name: 'sisis',
  title: 'SISIS-SunRise (OCLC)',
  rules: {
    ...fallback.rules,
    greeting: marked('require', 'observed'),
    greets: marked('yes', 'observed'),
    login: marked(
      'none',
      'inferred',
      'general servers want one; none is known between library and central server',
    ),
    quitReply: marked('240', 'observed'),
    records: marked('602', 'observed'),
    charset: marked('greeting', 'observed', '@charset in the greeting'),
    lenderAnswer: marked('sync', 'documented', 'named after SISIS in a working group'),
  },
};

/** Ex Libris Alma, and the central servers that speak with it. */
export const alma: SlnpProfile = {
  name: 'alma',
  title: 'Ex Libris Alma',
  rules: {
    ...fallback.rules,
    login: marked('none', 'documented', 'the port of the TLS tunnel names the institution'),
    lenderAnswer: marked('async', 'documented', 'named after Alma in a working group'),
  },
};
