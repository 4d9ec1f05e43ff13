import { parseArgs } from 'node:util';
import { loadResetOnCrash } from './intake/reset-on-crash.js';
import { createLogger } from './logger.js';
import { defaultRegistry } from './protocols.js';
import { readSettingsFile } from './read-settings.js';
import type { ProtocolRegistry } from './registry.js';
import { createServer } from './server.js';
import { createTcpTransports } from './transports.js';

const usage = `interlend-server --config FILE

  --config FILE   settings, YAML; INTERLEND_* variables of the environment replace single ones
  --help          this text

Ends in order on SIGTERM and SIGINT; a second one ends at once.
`;

/** Exit codes of sysexits.h. */
const badUsage = 64;
const badSettings = 78;
const cannotStart = 70;

/** The `interlend-server` command. Resolves to its exit code when the server has ended. */
export async function serve(
  args: readonly string[],
  environment: Readonly<Record<string, string | undefined>>,
  registry: ProtocolRegistry = defaultRegistry,
): Promise<number> {
  let options: { readonly config?: string | undefined; readonly help?: boolean | undefined };
  try {
    options = parseArgs({
      args: [...args],
      options: { config: { type: 'string' }, help: { type: 'boolean' } },
    }).values;
  } catch (error) {
    process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n${usage}`);
    return badUsage;
  }
  if (options.help) {
    process.stdout.write(usage);
    return 0;
  }
  if (options.config === undefined) {
    process.stderr.write(usage);
    return badUsage;
  }
  const { settings, mistakes } = readSettingsFile(options.config, environment, registry);
  if (!settings) {
    for (const { message } of mistakes) process.stderr.write(`${message}\n`);
    return badSettings;
  }
  try {
    const logger = createLogger(settings.log.level);
    const resetOnCrash = await loadResetOnCrash(logger);
    const transports = createTcpTransports(settings.delivery, logger, {
      onListening({ protocol, transport }, descriptor) {
        // Only where the end of the connection is the acknowledgement; elsewhere it could cut answers short.
        if (registry.get(protocol)?.transports[transport]?.acknowledgesByEnding) resetOnCrash?.(descriptor);
      },
    });
    const server = createServer(settings, { registry, transports, logger });
    await server.start();
    await askedToEnd();
    await server.stop();
    return 0;
  } catch (error) {
    process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
    return cannotStart;
  }
}

/** Resolves at the first SIGTERM or SIGINT. The second one has its usual effect. */
export function askedToEnd(): Promise<void> {
  return new Promise((resolve) => {
    const end = (): void => {
      process.off('SIGTERM', end);
      process.off('SIGINT', end);
      resolve();
    };
    process.on('SIGTERM', end);
    process.on('SIGINT', end);
  });
}
