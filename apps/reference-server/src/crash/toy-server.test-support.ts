import { serve } from '../serve.js';
import { toyRegistry } from '../test-server.test-support.js';

process.exitCode = await serve(process.argv.slice(2), process.env, toyRegistry);
