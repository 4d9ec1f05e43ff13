import { readFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { parse } from 'yaml';
import { ZodError } from 'zod';
import { SimulatorSettings } from './settings.js';
import { type Simulator, startSimulator } from './simulator.js';

const usage = `alma-simulator [--config FILE]

  --config FILE   settings, YAML; without it, defaults
  --help          this text

Ends in order on SIGTERM and SIGINT.
`;

/** Exit codes of sysexits.h. */
const badUsage = 64;
const badSettings = 78;
const cannotStart = 70;

/** The `alma-simulator` command. Resolves to its exit code when `end` does. */
export async function run(
  args: readonly string[],
  print: (text: string) => void,
  end: () => Promise<void>,
): Promise<number> {
  let options: { readonly config?: string | undefined; readonly help?: boolean | undefined };
  try {
    options = parseArgs({
      args: [...args],
      options: { config: { type: 'string' }, help: { type: 'boolean' } },
    }).values;
  } catch (error) {
    print(`${error instanceof Error ? error.message : String(error)}\n${usage}`);
    return badUsage;
  }
  if (options.help) {
    print(usage);
    return 0;
  }
  let settings: SimulatorSettings;
  try {
    const written: unknown = options.config === undefined ? {} : parse(readFileSync(options.config, 'utf8'));
    settings = SimulatorSettings.parse(written ?? {});
  } catch (error) {
    const mistakes =
      error instanceof ZodError
        ? error.issues.map(({ path, message }) => `${path.join('.') || 'settings'}: ${message}`)
        : ['settings: expected a readable YAML file'];
    print(`${mistakes.join('\n')}\n`);
    return badSettings;
  }
  let simulator: Simulator;
  try {
    simulator = await startSimulator(settings);
  } catch (error) {
    print(`${error instanceof Error ? error.message : String(error)}\n`);
    return cannotStart;
  }
  const listeners = [...simulator.listeners].map(([name, { host, port }]) => `${name} ${host}:${port}`);
  print(`REST and staff actions at ${simulator.url}; ${listeners.join(', ')}\n`);
  await end();
  await simulator.close();
  return 0;
}
