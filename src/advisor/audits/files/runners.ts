import { posix } from 'node:path';
import type {
  Container,
  Dockerfile,
  FilesArtifact,
  GoModule,
  GoSource,
  NodePackage,
  Place,
  Sited,
  Variable,
} from '../../gather/files/index.js';
import { isAtLeast } from '../../version.js';

/** A process that runs somewhere, and what of its image and sources was among the files. */
export interface Runner {
  readonly container: Container;
  readonly dockerfile: Dockerfile | null;
  readonly module: GoModule | null;
  readonly nodePackage: NodePackage | null;
  /** Of the image, and over it that of the container. */
  readonly env: readonly Variable[];
  readonly flags: readonly Sited<string>[];
  readonly program: string | null;
  /** The image it runs, or is built on. */
  readonly image: string | null;
}

/** Images that are somebody else's program: no source here is theirs. */
const others =
  /^(?:nginx|envoy|haproxy|traefik|redis|valkey|memcached|postgres|postgresql|mysql|mariadb|mongo|mongodb|kafka|zookeeper|rabbitmq|nats|elasticsearch|opensearch|prometheus|grafana|busybox|alpine|debian|ubuntu|curl|fluent-bit|otel-collector|opentelemetry-collector|jaeger|vault|consul|etcd|minio|oauth2-proxy|cloud-sql-proxy|nginx-unprivileged|kube-rbac-proxy)$/;

export function runnersOf(files: FilesArtifact): Runner[] {
  const own = files.containers.filter(({ image }) => image === null || !others.test(baseName(image.value)));
  return files.containers.map((container) => {
    const mine = own.includes(container);
    const only = own.length === 1;
    const dockerfile = mine ? dockerfileOf(container, files, only) : null;
    const module = mine
      ? ownerOf(container, dockerfile, files.goModules, only, ({ module: name }) => name)
      : null;
    const nodePackage = mine
      ? ownerOf(container, dockerfile, files.nodePackages, only, ({ name }) => name ?? '')
      : null;
    const last = dockerfile?.stages.at(-1);
    const env = new Map([...(last?.env ?? []), ...container.env].map((each) => [each.name, each]));
    return {
      container,
      dockerfile,
      module,
      nodePackage,
      env: [...env.values()],
      flags: [...(container.program === null ? (last?.flags ?? []) : []), ...container.flags],
      program: container.program ?? last?.program ?? null,
      image: last?.image ?? container.image?.value ?? null,
    };
  });
}

function dockerfileOf(container: Container, files: FilesArtifact, only: boolean): Dockerfile | null {
  const named = files.dockerfiles.find(({ file }) => file === container.dockerfile);
  if (named !== undefined) return named;
  const image = container.image === null ? null : baseName(container.image.value);
  const like = files.dockerfiles.filter(
    ({ file }) => image !== null && [folderName(file), suffix(file)].includes(image),
  );
  if (like.length === 1) return like[0] ?? null;
  const [single, second] = files.dockerfiles;
  return only && single !== undefined && second === undefined && container.kind !== 'systemd' ? single : null;
}

/** The module or package that the container runs: beside its Dockerfile, of its name, or the only one there is. */
function ownerOf<T extends { readonly file: string }>(
  container: Container,
  dockerfile: Dockerfile | null,
  owners: readonly T[],
  only: boolean,
  nameOf: (owner: T) => string,
): T | null {
  const [single, second] = owners;
  if (dockerfile !== null) {
    const beside = nearest(dockerfile.file, owners);
    if (beside !== null) return beside;
  }
  const names = [
    container.image === null ? null : baseName(container.image.value),
    container.workload,
    container.program,
  ];
  const like = owners.filter((owner) => names.includes(posix.basename(nameOf(owner).replace(/\/v\d+$/, ''))));
  if (like.length === 1) return like[0] ?? null;
  return only && second === undefined ? (single ?? null) : null;
}

/** The one in the nearest folder above a file. */
export function nearest<T extends { readonly file: string }>(file: string, owners: readonly T[]): T | null {
  const above = owners.filter((owner) => isWithin(posix.dirname(owner.file), file));
  return above.toSorted((a, b) => b.file.split('/').length - a.file.split('/').length)[0] ?? null;
}

function isWithin(folder: string, file: string): boolean {
  return folder === '.' || file.startsWith(`${folder}/`);
}

/** `registry.example/team/api:1.2@sha256:…` is `api`. */
export function baseName(image: string): string {
  return posix.basename(image.replace(/@.*$/, '')).replace(/:.*$/, '');
}

/** What stands behind the colon; null for none. */
export function tagOf(image: string): string | null {
  return /:([^/:@]+)(?:@.*)?$/.exec(image)?.[1] ?? null;
}

function folderName(file: string): string {
  return posix.basename(posix.dirname(file));
}

function suffix(file: string): string {
  return posix.basename(file).replace(/^(?:Dockerfile|Containerfile)\.?|\.[Dd]ockerfile$/g, '');
}

/** The version of the first stage whose image has such a name; null: none, or no version in its tag. */
export function imageVersion(
  dockerfile: Dockerfile | null,
  name: RegExp,
): (Place & { version: string | null; image: string }) | null {
  const stage = dockerfile?.stages.find(({ image }) => image !== null && name.test(baseName(image)));
  if (stage?.image == null) return null;
  const tag = tagOf(stage.image);
  return {
    file: stage.file,
    line: stage.line,
    image: stage.image,
    version: tag !== null && /^v?\d/.test(tag) ? tag : null,
  };
}

export function variableOf(runner: Runner, name: string): Variable | undefined {
  return runner.env.find((each) => each.name === name);
}

export function nameOf({ container }: Runner): string {
  return container.workload === container.name ? container.name : `${container.workload}/${container.name}`;
}

export function goSourcesOf(module: GoModule, files: FilesArtifact): GoSource[] {
  return files.goSources.filter(({ file }) => nearest(file, files.goModules) === module);
}

/** Whether nothing but `least` and newer fits: `>=20`, `^20.1`, `20.x || 22`. Null: nobody knows. */
export function isRangeAtLeast(range: string | null, least: string): boolean | null {
  if (range === null || /^[<*x]|latest|lts|current|node/i.test(range.trim())) return null;
  const versions = range.split('||').map((each) => isAtLeast(each, least));
  if (versions.every((each) => each === true)) return true;
  // `>=18` holds 26, too.
  return /[>]/.test(range) || versions.includes(null) || versions.includes(true) ? null : false;
}
