import { describe } from 'vitest';
import { describeEndings } from './endings.test-support.js';
import { describeFrames } from './frames.test-support.js';
import { describeListeners } from './listeners.test-support.js';
import { type MakeTransport, rig } from './rig.test-support.js';
import { describeStreams } from './streams.test-support.js';

/** The behaviour that every transport owes to its callers. */
export function describeTransport(name: string, make: MakeTransport): void {
  describe(name, () => {
    const setUp = rig(make);
    describeStreams(setUp);
    describeEndings(setUp);
    describeListeners(setUp);
    describeFrames(setUp);
  });
}
