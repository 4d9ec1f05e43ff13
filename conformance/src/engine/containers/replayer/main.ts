import { createServer } from 'node:net';
import { serveRun } from './switchboard.js';

// What runs in the container of a partner: node main.js PORT. Ends on SIGTERM.
const server = createServer(serveRun);
server.listen(Number(process.argv[2]), () => process.stdout.write('ready\n'));
process.on('SIGTERM', () => process.exit());
