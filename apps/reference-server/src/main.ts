#!/usr/bin/env node
import { enableCompileCache } from 'node:module';

// Halves the time to ready from the second start on; must come before anything else is loaded.
enableCompileCache();
const { keepHeapSmall } = await import('./heap.js');
keepHeapSmall();
const { serve } = await import('./serve.js');
process.exitCode = await serve(process.argv.slice(2), process.env);
