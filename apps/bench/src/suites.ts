import { measureCodec } from './codec/codec.js';
import type { Finding } from './measurement.js';
import { measurePackages } from './packages/packages.js';
import { measureServer } from './server/server.js';

/** How to measure. */
export interface SuiteOptions {
  /** Also measure what takes minutes. */
  readonly isLarge: boolean;
  /** Progress, on standard error. */
  readonly say: (text: string) => void;
}

/** What is measured in one go. */
export interface Suite {
  readonly title: string;
  readonly method: string;
  readonly measure: (options: SuiteOptions) => Promise<readonly Finding[]>;
}

/** The suites by the name that the command takes. */
export const suites: Readonly<Record<string, Suite>> = {
  codec: {
    title: 'ISO ILL: octets to message and back',
    method:
      'libyaz is the C library of YAZ. It, our codec and asn1js are measured in turn, nine times; the row shows the turn with the median ratio.',
    measure: ({ say }) => measureCodec(say),
  },
  packages: {
    title: 'What a protocol package costs',
    method:
      'Time to import it into a fresh process, and what is installed with it beside packages of this project.',
    measure: async ({ say }) => measurePackages(say),
  },
  server: {
    title: 'Reference server',
    method:
      'A borrowing and a lending server, each a process with its own SQLite file, complete loans of five steps over TCP on the loopback interface. Every message is on disk before it is acknowledged, and every step before it is sent.',
    measure: measureServer,
  },
};
