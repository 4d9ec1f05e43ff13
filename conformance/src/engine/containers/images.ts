import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { GenericContainer, getContainerRuntimeClient, ImageName } from 'testcontainers';
import { packageFolder, rootFolder } from '../../folders.js';
import { HarnessError } from '../../run/checks.js';

const run = promisify(execFile);
const deployScript = join(rootFolder, 'scripts', 'deploy-server.js');

/** The images on which ours are built. */
export const BaseImages: readonly string[] = ['debian:bookworm-slim', 'node:24-bookworm-slim'];

/** Which of the base images the engine lacks. */
export async function missingBaseImages(): Promise<readonly string[]> {
  const { image } = await getContainerRuntimeClient();
  const there = await Promise.all(BaseImages.map((name) => image.exists(ImageName.fromString(name))));
  return BaseImages.filter((_, index) => !there[index]);
}

/** Builds an image under its name; unchanged layers come from the engine's cache. @throws HarnessError */
async function buildImage(context: string, dockerfile: string, name: string): Promise<string> {
  try {
    await GenericContainer.fromDockerfile(context, dockerfile).build(name, { deleteOnExit: false });
    return name;
  } catch (error) {
    throw new HarnessError(
      `${name} could not be built: ${error instanceof Error ? error.message : String(error)}`,
    );
  }
}

/** The reference server as it is in this checkout. @throws HarnessError */
export async function buildServerImage(): Promise<string> {
  const { stdout } = await run(process.execPath, [deployScript], { cwd: rootFolder });
  return await buildImage(stdout.trim(), 'Dockerfile', 'interlend/reference-server:checkout');
}

/** The sockets of a replayed partner. @throws HarnessError */
export async function buildReplayerImage(): Promise<string> {
  if (!existsSync(join(packageFolder, 'dist', 'engine', 'containers', 'replayer', 'main.js'))) {
    throw new HarnessError('conformance is not built: `npm run conformance` builds it');
  }
  return await buildImage(packageFolder, 'peers/replayer/Dockerfile', 'interlend/replayer:checkout');
}

/** Debian's yaz-illclient. @throws HarnessError */
export async function buildYazImage(): Promise<string> {
  return await buildImage(
    join(packageFolder, 'peers', 'yaz-illclient'),
    'Dockerfile',
    'interlend/yaz-illclient:checkout',
  );
}
