import type { Dockerfile, FilesArtifact, NodePackage } from '../../gather/files/index.js';
import { isAtLeast } from '../../version.js';
import { baseName, imageVersion, isRangeAtLeast, nearest, runnersOf } from './runners.js';

/** What says which Node a package runs on. */
export interface NodeVersion {
  readonly text: string;
  /** False where an older one fits, too. */
  readonly isAtLeast: (least: string) => boolean | null;
  /** Whether it is one version, and not a range that newer ones are in. */
  readonly exact: boolean;
}

/** Of what stands for a version in `.nvmrc`, https://github.com/nodejs/Release */
const codenames: Readonly<Record<string, string>> = {
  fermium: '14',
  gallium: '16',
  hydrogen: '18',
  iron: '20',
  jod: '22',
  krypton: '24',
};

/** By the image of its Dockerfile, which is what runs; then by .nvmrc or engines. Null: nothing says it. */
export function nodeVersionOf(owner: NodePackage | null, files: FilesArtifact): NodeVersion | null {
  const beside = files.dockerfiles.filter(({ file }) => nearest(file, files.nodePackages) === owner);
  const [dockerfile] = beside.length > 0 ? beside : files.dockerfiles.length === 1 ? files.dockerfiles : [];
  const image = dockerfile === undefined ? runImage(owner, files) : finalImage(dockerfile);
  if (image !== null) return image;
  const said = owner?.node?.value.trim() ?? null;
  if (said === null) return null;
  const range = codenames[/^lts\/(\w+)$/.exec(said)?.[1] ?? ''] ?? said;
  return {
    text: `node ${said}`,
    isAtLeast: (least) => isRangeAtLeast(range, least),
    exact: !/[<>*|]/.test(range),
  };
}

function finalImage({ file, stages }: Dockerfile): NodeVersion | null {
  const last = stages.at(-1);
  if (last === undefined) return null;
  const image = imageVersion({ file, stages: [last] }, /^node$/);
  return versionIn(last.image, image?.version ?? null);
}

/** Of a container that runs an image of Node itself. */
function runImage(owner: NodePackage | null, files: FilesArtifact): NodeVersion | null {
  const [image, second] = runnersOf(files)
    .filter(
      ({ nodePackage, container }) => nodePackage === owner && isNode.test(container.image?.value ?? ''),
    )
    .map(({ container }) => container.image?.value ?? '');
  if (image === undefined || second !== undefined) return null;
  return versionIn(image, /^node:v?(\d[\w.]*)/.exec(image.split('/').at(-1) ?? '')?.[1] ?? null);
}

const isNode = /(?:^|\/)node:/;

/** Distroless images have it in their name: `nodejs20-debian12`. */
function versionIn(image: string | null, tag: string | null): NodeVersion | null {
  const version = tag ?? /^nodejs-?(\d+)/.exec(baseName(image ?? ''))?.[1] ?? null;
  if (image === null || version === null) return null;
  return { text: image, isAtLeast: (least) => isAtLeast(version, least), exact: true };
}
