import { defaultRegistry } from '../protocols.js';
import { createRegistry } from '../registry.js';
import { serve } from '../serve.js';
import { toyRegistry } from '../test-server.test-support.js';

// The protocols of the server, and the toy one.
const registry = createRegistry([...defaultRegistry.values(), ...toyRegistry.values()]);
process.exitCode = await serve(process.argv.slice(2), process.env, registry);
