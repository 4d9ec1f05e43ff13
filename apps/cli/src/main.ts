#!/usr/bin/env node
import { run } from './run.js';

// A reader who went away is no error, whichever stream it was that it read.
for (const stream of [process.stdout, process.stderr]) {
  stream.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code !== 'EPIPE') throw error;
  });
}
process.exitCode = await run(process.argv.slice(2), process);
