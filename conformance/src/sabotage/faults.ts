import { codecFaults } from './codec-faults.js';
import type { Fault } from './fault.js';
import { guardFaults } from './guard-faults.js';
import { mappingFaults } from './mapping-faults.js';
import { serverFaults } from './server-faults.js';
import { slnpFaults } from './slnp-faults.js';

/** Every mistake that the suite is tried with. */
export const faults: readonly Fault[] = [
  ...codecFaults,
  ...mappingFaults,
  ...guardFaults,
  ...slnpFaults,
  ...serverFaults,
];
