import { afterRealTime } from './deadline.js';
import { createMemoryNetwork } from './memory.js';
import { describeTransport } from './transport-contract.test-support.js';

describeTransport('memory transport', ({ onError, limits }) =>
  createMemoryNetwork({ onError, limits, after: afterRealTime }),
);
