import type { Cast } from './script.js';

/**
 * The rows of the matrix that speak ISO ILL, as made-up partners. How each writes is an assumption, chosen so that the
 * rows together show every habit that was seen in the field; their real encoders are not public.
 */
export const Casts = {
  vdx: {
    system: 'vdx',
    software: 'made-up VDX',
    profile: 'vdx',
    partner: 'NLA:XVDX',
    own: 'NLA:XALM',
    style: {
      lengths: 'indefinite-outside',
      trueOctet: 255,
      defaults: 'write',
      version: 2,
      hasInnerSequence: true,
    },
  },
  /** VDX once more, for what is only said to a partner that is taken strictly. */
  vdxStrict: {
    system: 'vdx',
    software: 'made-up VDX',
    profile: 'vdx',
    partner: 'NLA:XVDXS',
    own: 'NLA:XALM',
    isStrict: true,
    style: { lengths: 'definite', trueOctet: 255, defaults: 'write', version: 2, hasInnerSequence: true },
  },
  aleph: {
    system: 'aleph',
    software: 'made-up Aleph',
    profile: 'aleph',
    partner: 'XALEPH:LEND',
    own: 'XALEPH:ALMA',
    style: { lengths: 'definite', trueOctet: 255, defaults: 'omit', version: 1, hasInnerSequence: true },
  },
  illSbn: {
    system: 'ill-sbn',
    software: 'made-up ILL SBN gateway',
    profile: 'ill-sbn',
    partner: 'IT-XX0000',
    own: 'IT-XX0001',
    style: { lengths: 'indefinite', trueOctet: 1, defaults: 'keep', version: 2, hasInnerSequence: true },
  },
  ladd: {
    system: 'ladd',
    software: 'made-up LADD gateway',
    profile: 'ladd',
    partner: 'NLA:XLADD',
    own: 'NLA:XOURS',
    style: { lengths: 'definite', trueOctet: 1, defaults: 'write', version: 2, hasInnerSequence: true },
  },
  /** No row of the matrix: a library that answers on the connection on which it is asked. */
  twoWay: {
    system: 'two-way',
    software: 'made-up library on port 499',
    profile: 'ipig',
    partner: 'TEST:TWO',
    own: 'TEST:ONE',
    transport: '499',
    style: { lengths: 'definite', trueOctet: 1, defaults: 'write', version: 2, hasInnerSequence: true },
  },
} as const satisfies Readonly<Record<string, Cast>>;
