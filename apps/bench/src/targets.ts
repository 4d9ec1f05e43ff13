/** What a figure must reach. */
export type Target = {
  /** How the report says it. */
  readonly text: string;
  /** Whether the value itself is held against the limit, or its ratio to the baseline. */
  readonly of: 'value' | 'ratio';
} & ({ readonly atMost: number } | { readonly atLeast: number });

/** The targets by the name of the finding they judge. */
export const targets: Readonly<Record<string, Target>> = {
  'ILL-Request: decode, beside libyaz': { of: 'ratio', atMost: 2, text: 'at most 2 × libyaz' },
  'ILL-Request: encode, beside libyaz': { of: 'ratio', atMost: 2, text: 'at most 2 × libyaz' },
  'ILL-Request: decode, beside asn1js': {
    of: 'ratio',
    atLeast: 40,
    text: 'at least 40 × faster than asn1js',
  },
  'complete loans': { of: 'value', atLeast: 400, text: 'at least 400 a second' },
  'SQL statements of a loan': { of: 'value', atMost: 40, text: 'at most 40' },
  'start to ready': { of: 'value', atMost: 600, text: 'at most 600 ms' },
  'resident memory, idle': { of: 'value', atMost: 150, text: 'at most 150 MB' },
  'resident memory after 100 000 loans': {
    of: 'ratio',
    atMost: 1.3,
    text: 'flat: at most 1.3 × after 1 000',
  },
  'p99 of a step with 100 000 loans stored': {
    of: 'ratio',
    atMost: 1.3,
    text: 'flat: at most 1.3 × with 1 000 stored',
  },
  'p99 of a step with 1 000 000 loans stored': {
    of: 'ratio',
    atMost: 1.3,
    text: 'flat: at most 1.3 × with 1 000 stored',
  },
  'import of @interlend/iso-ill': { of: 'value', atMost: 30, text: 'at most 30 ms' },
  'third-party packages installed with @interlend/iso-ill': { of: 'value', atMost: 0, text: 'none' },
  'import of @interlend/slnp': { of: 'value', atMost: 30, text: 'at most 30 ms' },
  'third-party packages installed with @interlend/slnp': { of: 'value', atMost: 0, text: 'none' },
};
