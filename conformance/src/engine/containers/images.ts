import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { GenericContainer, getContainerRuntimeClient, ImageName } from 'testcontainers';
import { packageFolder, rootFolder } from '../../folders.js';
import { HarnessError } from '../../run/checks.js';
import { checkoutArgument } from './image-sweep.js';

const run = promisify(execFile);
const deployScript = join(rootFolder, 'scripts', 'deploy-app.js');

/** The images on which ours are built. */
export const BaseImages: readonly string[] = ['debian:bookworm-slim', 'node:24-bookworm-slim'];

/** Which of the base images the engine lacks. */
export async function missingBaseImages(): Promise<readonly string[]> {
  const { image } = await getContainerRuntimeClient();
  const there = await Promise.all(BaseImages.map((name) => image.exists(ImageName.fromString(name))));
  return BaseImages.filter((_, index) => !there[index]);
}

/** Checkouts of different states on one machine do not take each other's images. */
const tag = `checkout-${createHash('sha256').update(rootFolder).digest('hex').slice(0, 8)}`;

/** Builds an image; unchanged layers come from the engine's cache. Resolves to its name. @throws HarnessError */
async function buildImage(context: string, dockerfile: string, peer: string): Promise<string> {
  const name = `interlend/${peer}:${tag}`;
  try {
    await GenericContainer.fromDockerfile(context, dockerfile)
      .withBuildArgs({ [checkoutArgument]: rootFolder })
      .build(name, { deleteOnExit: false });
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
  return await buildImage(stdout.trim(), 'Dockerfile', 'reference-server');
}

/** The sockets of a replayed partner. @throws HarnessError */
export async function buildReplayerImage(): Promise<string> {
  if (!existsSync(join(packageFolder, 'dist', 'engine', 'containers', 'replayer', 'main.js'))) {
    throw new HarnessError('conformance is not built: `npm run conformance` builds it');
  }
  return await buildImage(packageFolder, 'peers/replayer/Dockerfile', 'replayer');
}

/** Peers that are software of others, each with its folder in `peers`. */
export type DebianPeer = 'yaz-illclient' | 'postgresql' | 'postfix-dovecot' | 'stunnel';

/** Software of others as Debian packages it. @throws HarnessError */
export async function buildDebianImage(peer: DebianPeer): Promise<string> {
  return await buildImage(join(packageFolder, 'peers', peer), 'Dockerfile', peer);
}
