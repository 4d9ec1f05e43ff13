import { runCommand } from './command.js';

// What `npm start` runs after its loan: the whole suite on child processes, which need nothing but this checkout.
process.exitCode = await runCommand([], { ...process.env, CONFORMANCE_ENGINE: 'processes' });
