import type { FilesArtifact, NodePackage } from '../../gather/files/index.js';
import { isAtLeast } from '../../version.js';
import { imageVersion, isRangeAtLeast, nearest } from './runners.js';

/** What says which Node a package runs on. */
export interface NodeVersion {
  readonly text: string;
  readonly isAtLeast: (least: string) => boolean | null;
}

/** By the image of its Dockerfile, which is what runs; then by .nvmrc or engines. Null: nothing says it. */
export function nodeVersionOf(owner: NodePackage | null, files: FilesArtifact): NodeVersion | null {
  const beside = files.dockerfiles.filter(({ file }) => nearest(file, files.nodePackages) === owner);
  const [dockerfile] = beside.length > 0 ? beside : files.dockerfiles.length === 1 ? files.dockerfiles : [];
  const last = dockerfile?.stages.at(-1);
  const image =
    dockerfile === undefined || last === undefined
      ? null
      : imageVersion({ file: dockerfile.file, stages: [last] }, /^node$/);
  const version = image?.version ?? null;
  if (image !== null && version !== null)
    return { text: image.image, isAtLeast: (least) => isAtLeast(version, least) };
  const said = owner?.node?.value ?? null;
  if (said === null) return null;
  return { text: `node ${said}`, isAtLeast: (least) => isRangeAtLeast(said, least) };
}
