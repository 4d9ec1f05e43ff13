import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { processEngine } from '../engine/processes.js';
import { rootFolder } from '../folders.js';
import { describeLineFaults } from './line-faults.contract.test-support.js';
import { formatLineFaults } from './line-faults.js';

describeLineFaults('servers in processes', () => processEngine);

it('shows the faults on the page', () => {
  expect(readFileSync(join(rootFolder, 'docs', 'conformance.md'), 'utf8')).toContain(formatLineFaults());
});
