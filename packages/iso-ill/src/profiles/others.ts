import { marked } from '@interlend/core';
import { allApdus, ipig } from './ipig.js';
import type { IsoIllProfile } from './rules.js';

/** VDX, first of Fretwell-Downing, then of OCLC. */
export const vdx: IsoIllProfile = {
  name: 'vdx',
  title: 'VDX (OCLC)',
  rules: {
    ...ipig.rules,
    transport: marked('1611', 'observed'),
    port: marked(1611, 'observed', '1612 on a test system'),
    symbols: marked('authority:code, for instance NLA:NMQU', 'observed'),
    says: marked(allApdus, 'inferred', 'its help lists every state of the requester'),
  },
};

/** Libraries Australia Document Delivery: a VDX gateway. */
export const ladd: IsoIllProfile = {
  name: 'ladd',
  title: 'LADD (National Library of Australia)',
  rules: {
    ...vdx.rules,
    symbols: marked('NLA:symbol; members from New Zealand NLNZ:symbol, unchanged', 'observed'),
    expiry: marked({ kind: 'need-before' }, 'observed', 'partner records use INTEREST_DATE'),
    leastChargeableUnits: marked(1, 'documented'),
    says: marked(allApdus, 'inferred', 'will-supply keeps a request until Shipped or a non-supply answer'),
  },
};

/** ILL SBN of ICCU, reached over its gateway from HTTP to TCP. */
export const illSbn: IsoIllProfile = {
  name: 'ill-sbn',
  title: 'ILL SBN (ICCU)',
  rules: {
    ...ipig.rules,
    transport: marked('1611', 'inferred'),
    symbols: marked('as agreed: ISIL-like IT-XX0000, or the code of ICCU', 'inferred'),
    says: marked(
      allApdus,
      'inferred',
      'its conformance statement follows the IPIG profile; body not available',
    ),
  },
};

/** Aleph 500 with its ILL2 module. */
export const aleph: IsoIllProfile = {
  name: 'aleph',
  title: 'Aleph 500 (Ex Libris)',
  rules: {
    ...ipig.rules,
    version: marked(2, 'inferred', 'version 1 is accepted'),
    charset: marked('ascii', 'inferred'),
    symbols: marked('not public', 'inferred'),
    says: marked(allApdus, 'inferred', 'peers of LADD and of the ILL SBN gateway'),
  },
};
