import { existsSync } from 'node:fs';
import { getContainerRuntimeClient } from 'testcontainers';
import { z } from 'zod';
import { rootFolder } from '../../folders.js';
import { unlessGone } from './loopback-container.js';

/** Label of every image of this project: the checkout that built it, empty where none was named. */
export const checkoutLabel = 'org.interlend.checkout';
/** Its build argument in the Dockerfiles. */
export const checkoutArgument = 'INTERLEND_CHECKOUT';

const hourMs = 3_600_000;
/** What another run is building is untagged for a moment. */
const untaggedForMs = hourMs;
const unusedForMs = 14 * 24 * hourMs;

/** What the engine says of an image. */
const Inspected = z.object({
  RepoTags: z.array(z.string()).nullish(),
  Config: z.object({ Labels: z.record(z.string(), z.string()).nullish() }),
  Created: z.string(),
  Metadata: z.object({ LastTagTime: z.string() }),
});

/** An image of this project. */
export interface BuiltImage {
  readonly tags: readonly string[];
  readonly checkout: string;
  readonly builtAt: Date;
  /** Each run tags the images that it uses. */
  readonly taggedAt: Date;
}

/** Whether nobody needs an image: it lost its name to a newer one, its checkout is gone, or no run used it for two weeks. */
export function isStale(
  { tags, checkout, builtAt, taggedAt }: BuiltImage,
  now: Date,
  isThere: (checkout: string) => boolean,
): boolean {
  if (tags.length === 0) return now.getTime() - Math.max(+builtAt, +taggedAt) > untaggedForMs;
  if (checkout === '' || checkout === rootFolder) return false;
  return !isThere(checkout) || +now - +taggedAt > unusedForMs;
}

/** Removes images of this project that nobody needs; one that a container uses stays. Returns their names, or ids. */
export async function sweepImages(now = new Date(), isThere = existsSync): Promise<readonly string[]> {
  const { dockerode } = (await getContainerRuntimeClient()).container;
  const swept: string[] = [];
  for (const { Id } of await dockerode.listImages({ filters: { label: [checkoutLabel] } })) {
    const image = dockerode.getImage(Id);
    // Another run that sweeps may have removed it.
    const found = await image.inspect().catch(() => undefined);
    if (!found) continue;
    const { RepoTags, Config, Created, Metadata } = Inspected.parse(found);
    const built = {
      tags: RepoTags ?? [],
      checkout: Config.Labels?.[checkoutLabel] ?? '',
      builtAt: new Date(Created),
      taggedAt: new Date(Metadata.LastTagTime),
    };
    if (!isStale(built, now, isThere)) continue;
    const names = built.tags.length > 0 ? built.tags : [Id];
    for (const name of names) {
      await unlessGone(dockerode.getImage(name).remove());
      swept.push(name);
    }
  }
  return swept;
}
