import type { Accepted } from '../carriers/carrier.js';
import { Intake } from '../intake/intake.js';
import type { NewIncoming } from '../store/store.js';

// A server that acknowledges what is not yet on disk: the twin that a trial must convict.
const accept = Intake.prototype.accept;
Intake.prototype.accept = async function hasty(this: Intake, incoming: NewIncoming): Promise<Accepted> {
  setTimeout(() => void accept.call(this, incoming), 100);
  return { id: 0, processed: Promise.resolve(undefined), answer: Promise.resolve(undefined) };
};
await import('./toy-server.test-support.js');
