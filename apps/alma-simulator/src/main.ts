#!/usr/bin/env node
import { run } from './run.js';

const end = new Promise<void>((resolve) => {
  process.once('SIGTERM', resolve);
  process.once('SIGINT', resolve);
});
process.exitCode = await run(
  process.argv.slice(2),
  (text) => void process.stdout.write(text),
  () => end,
);
