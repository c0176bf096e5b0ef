import type { FilesArtifact } from '../../gather/files/index.js';
import { baseName, runnersOf, tagOf } from './runners.js';

/** The one version of a program's image in the files: of containers and of Dockerfiles. Null: none, or several. */
export function versionOfImage(files: FilesArtifact, name: RegExp): string | null {
  const images = [
    ...runnersOf(files).map(({ image }) => image),
    ...files.dockerfiles.map(({ stages }) => stages.at(-1)?.image ?? null),
  ].filter((image): image is string => image !== null && name.test(baseName(image)));
  const versions = new Set(
    images.map((image) => tagOf(image)?.replace(/^(?:distroless-|contrib-)?v/, '') ?? 'latest'),
  );
  const [version] = versions;
  return versions.size === 1 && version !== undefined && /^\d+\.\d/.test(version) ? version : null;
}

export const nginxImage = /^(?:nginx|nginx-unprivileged|openresty)$/;
export const envoyImage = /^(?:envoy|envoy-distroless|envoy-alpine|envoy-contrib|[\w-]+-envoy)$/;
