import { posix } from 'node:path';
import type {
  Container,
  Dockerfile,
  FilesArtifact,
  GoModule,
  GoSource,
  KubernetesService,
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

/** A function whose value is kept for as long as what it was made of. */
export function remembered<K extends object, V>(make: (key: K) => V): (key: K) => V {
  const known = new WeakMap<K, V>();
  return (key) => {
    const old = known.get(key);
    if (old !== undefined) return old;
    const value = make(key);
    known.set(key, value);
    return value;
  };
}

/** Every rule asks for them, and a repository may have hundreds of modules. */
export const runnersOf = remembered(readRunners);

function readRunners(files: FilesArtifact): readonly Runner[] {
  const own = files.containers.filter((each) => isOwn(each) && !isSidecar(each, files.containers));
  const images = new Set(own.map((each) => (each.image === null ? each.name : baseName(each.image.value))));
  // Several workloads of one image, as a server and its worker are, run one program.
  const only = images.size === 1;
  return files.containers.map((container) => {
    if (!isOwn(container)) return runnerOf(container, null, null, null);
    const mine = own.includes(container);
    const likely = mine && only && container.values?.alone !== false;
    // The workload's name is that of another container then.
    const named = mine ? container : { ...container, workload: container.name };
    const dockerfile = dockerfileOf(named, files, likely);
    const module = moduleOf(named, dockerfile, files, likely);
    const nodePackage = ownerOf(named, dockerfile, files.nodePackages, likely, ({ name }) => name ?? '');
    return runnerOf(container, dockerfile, module, nodePackage);
  });
}

/** Images that nothing among the files runs, as if somebody ran them without a limit. */
export function imagesAlone(files: FilesArtifact): Runner[] {
  const used = new Set(runnersOf(files).map(({ dockerfile }) => dockerfile));
  return files.dockerfiles.flatMap((dockerfile) => {
    const last = dockerfile.stages.at(-1);
    if (used.has(dockerfile) || last === undefined) return [];
    const name = last.image === null ? dockerfile.file : baseName(last.image);
    const container: Container = {
      file: last.file,
      line: last.line,
      kind: 'compose',
      name,
      workload: name,
      namespace: '',
      labels: {},
      meshed: false,
      replicas: null,
      image: null,
      dockerfile: dockerfile.file,
      cpuLimit: null,
      memoryLimit: null,
      env: [],
      program: null,
      flags: [],
    };
    return [
      runnerOf(
        container,
        dockerfile,
        nearest(dockerfile.file, files.goModules),
        nearest(dockerfile.file, files.nodePackages),
      ),
    ];
  });
}

function runnerOf(
  container: Container,
  dockerfile: Dockerfile | null,
  module: GoModule | null,
  nodePackage: NodePackage | null,
): Runner {
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
}

function isOwn({ image }: Container): boolean {
  return image === null || !others.test(baseName(image.value));
}

/** Beside one that is called as its workload is, the others of a pod are helpers; beside none, those but the first. */
function isSidecar(container: Container, all: readonly Container[]): boolean {
  if (container.kind !== 'kubernetes') return false;
  const pod = all.filter(
    (each) =>
      each.kind === 'kubernetes' &&
      each.workload === container.workload &&
      each.namespace === container.namespace &&
      each.file === container.file &&
      isOwn(each),
  );
  const isMain = ({ name, image, workload }: Container) =>
    name === workload || (image !== null && baseName(image.value) === workload);
  return pod.some(isMain) && !isMain(container);
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
  const names = namesOf(container);
  const like = owners.filter((owner) => names.includes(posix.basename(nameOf(owner).replace(/\/v\d+$/, ''))));
  if (like.length === 1) return like[0] ?? null;
  return only && second === undefined ? (single ?? null) : null;
}

/** As for any owner; and the module that has a program of the container's name, in `cmd/api` say. */
function moduleOf(
  container: Container,
  dockerfile: Dockerfile | null,
  files: FilesArtifact,
  only: boolean,
): GoModule | null {
  const owner = ownerOf(container, dockerfile, files.goModules, only, ({ module }) => module);
  if (owner !== null) return owner;
  const names = namesOf(container);
  const programs = files.goSources.filter(
    ({ file, packageName }) => packageName === 'main' && names.includes(folderName(file)),
  );
  const modules = new Set(programs.map(({ file }) => nearest(file, files.goModules)));
  const [module] = modules;
  return modules.size === 1 ? (module ?? null) : null;
}

function namesOf({ image, workload, program, name }: Container): string[] {
  return [image === null ? null : baseName(image.value), workload, name, program].filter(
    (each) => each !== null,
  );
}

/** The one in the nearest folder above a file. */
export function nearest<T extends { readonly file: string }>(file: string, owners: readonly T[]): T | null {
  const byFolder = placesByFolder(owners);
  for (let folder = posix.dirname(file); ; folder = posix.dirname(folder)) {
    const owner = owners[byFolder.get(folder) ?? -1];
    if (owner !== undefined) return owner;
    if (folder === '.' || folder === '/') return null;
  }
}

/** Where in the list the owner of each folder stands. */
const placesByFolder = remembered(
  (owners: readonly { readonly file: string }[]) =>
    new Map(owners.map(({ file }, index) => [posix.dirname(file), index] as const)),
);

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

/** Of the image that builds a runner's program, or that it runs in. */
export function golangOf({ dockerfile, container }: Runner): BuildImage | null {
  const { image } = container;
  const run: Dockerfile | null =
    image === null
      ? null
      : {
          file: image.file,
          stages: [
            {
              file: image.file,
              line: image.line,
              image: image.value,
              name: null,
              env: [],
              program: null,
              flags: [],
            },
          ],
        };
  const own = imageVersion(run, GOLANG);
  return imageVersion(dockerfile, GOLANG) ?? (own === null ? null : { ...own, isStage: false });
}

const GOLANG = /^golang$/;

export interface BuildImage extends Place {
  readonly version: string | null;
  readonly image: string;
  /** The name of the stage that begins with it. */
  readonly stage: string | null;
  /** Whether a Dockerfile says it, and not what runs a container. */
  readonly isStage: boolean;
}

/** The version of the first stage whose image has such a name; null: none, or no version in its tag. */
export function imageVersion(dockerfile: Dockerfile | null, name: RegExp): BuildImage | null {
  const stage = dockerfile?.stages.find(({ image }) => image !== null && name.test(baseName(image)));
  if (stage?.image == null) return null;
  const tag = tagOf(stage.image);
  return {
    file: stage.file,
    line: stage.line,
    image: stage.image,
    stage: stage.name,
    isStage: true,
    version: tag !== null && /^v?\d/.test(tag) ? tag : null,
  };
}

export function variableOf(runner: Runner, name: string): Variable | undefined {
  return runner.env.find((each) => each.name === name);
}

export function nameOf({ container }: Runner): string {
  return container.workload === container.name ? container.name : `${container.workload}/${container.name}`;
}

export function goSourcesOf(module: GoModule, files: FilesArtifact): readonly GoSource[] {
  return sourcesByModule(files).get(module) ?? [];
}

const sourcesByModule = remembered((files: FilesArtifact) => {
  const byModule = new Map<GoModule, GoSource[]>();
  for (const source of files.goSources) {
    const module = nearest(source.file, files.goModules);
    if (module !== null) byModule.set(module, [...(byModule.get(module) ?? []), source]);
  }
  return byModule;
});

/** Whether nothing older than `least` fits: `>=20`, `^20.1`, `20.x || 22`. Null: nobody knows. */
export function isRangeAtLeast(range: string | null, least: string): boolean | null {
  if (range === null || /^(?:[*x]|latest|lts|current|node|stable)/i.test(range.trim())) return null;
  // `<25` says nothing of where it begins.
  const lowest = range.split('||').map((each) => (/^\s*</.test(each) ? null : isAtLeast(each, least)));
  if (lowest.includes(false)) return false;
  return lowest.includes(null) ? null : true;
}

/** Files of Kustomize name the namespace elsewhere: one that is not said is any. */
export function isSelected(container: Container, { selector, namespace }: KubernetesService): boolean {
  const wanted = Object.entries(selector);
  return (
    container.kind === 'kubernetes' &&
    (container.namespace === namespace || [container.namespace, namespace].includes('default')) &&
    wanted.length > 0 &&
    wanted.every(([name, value]) => container.labels[name] === value)
  );
}
