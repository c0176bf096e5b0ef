import type { Place, Sited } from './place.js';

/**
 * What the files of a service say about its tuning: plain JSON, each datum with its file and line. No file is kept
 * as it was, and of environments and command lines only the settings that a rule asks for, since the rest of them
 * is where secrets are.
 */
export interface FilesArtifact {
  readonly files: readonly ReadFile[];
  /** What could not be read, whole or in part, and why. */
  readonly unread: readonly UnreadFile[];
  readonly containers: readonly Container[];
  readonly dockerfiles: readonly Dockerfile[];
  readonly services: readonly KubernetesService[];
  readonly balancers: readonly Balancer[];
  readonly ingressNginx: readonly IngressNginxSetting[];
  readonly sysctls: readonly Sysctl[];
  readonly nginx: readonly NginxConfig[];
  readonly envoy: readonly EnvoyConfig[];
  readonly haproxy: readonly HaproxyConfig[];
  readonly goModules: readonly GoModule[];
  readonly goSources: readonly GoSource[];
  readonly nodePackages: readonly NodePackage[];
  readonly nodeSources: readonly NodeSource[];
}

export type FileKind =
  | 'kubernetes'
  | 'helm'
  | 'dockerfile'
  | 'compose'
  | 'env'
  | 'nginx'
  | 'envoy'
  | 'haproxy'
  | 'go.mod'
  | 'go'
  | 'package.json'
  | 'node-version'
  | 'javascript'
  | 'systemd'
  | 'sysctl';

export interface ReadFile {
  readonly file: string;
  readonly kind: FileKind;
}

export interface UnreadFile extends Place {
  readonly reason: string;
  /** What it was read as; null: it was not opened, or its kind is not known. */
  readonly kind: FileKind | 'yaml' | 'template' | null;
}

/** A variable of the environment; those that no rule asks for are not kept. */
export interface Variable extends Sited<string | null> {
  readonly name: string;
  /** The downward API's field, such as `limits.cpu`; null when the value is written out or unknown. */
  readonly from: string | null;
  /** By what the downward API divides it, where that is said. */
  readonly divisor?: string;
}

/** One process that is run with limits and an environment: of a pod, of a compose file, a unit of systemd. */
export interface Container extends Place {
  readonly kind: 'kubernetes' | 'compose' | 'systemd';
  readonly name: string;
  /** The workload that it belongs to; the container's own name elsewhere than in Kubernetes. */
  readonly workload: string;
  readonly namespace: string;
  readonly labels: Readonly<Record<string, string>>;
  /** Whether a service mesh puts its proxy beside it, as far as the annotations say. */
  readonly meshed: boolean;
  readonly replicas: Sited<number> | null;
  readonly image: Sited<string> | null;
  /** The Dockerfile that a compose file names. */
  readonly dockerfile: string | null;
  /** CPUs. */
  readonly cpuLimit: Sited<number> | null;
  /** Bytes. */
  readonly memoryLimit: Sited<number> | null;
  readonly env: readonly Variable[];
  /** Of values of a Helm chart: the key of its environment, and whether that is a map of names; whether there is no other chart. */
  readonly values?: { readonly key: string; readonly map: boolean; readonly alone: boolean };
  /** Name of the program, without its folder; null when the image decides. */
  readonly program: string | null;
  /** Of the arguments, those that tune. */
  readonly flags: readonly Sited<string>[];
}

export interface Stage extends Place {
  readonly name: string | null;
  /** With the defaults of ARG filled in; null when one has none. */
  readonly image: string | null;
  readonly env: readonly Variable[];
  readonly program: string | null;
  readonly flags: readonly Sited<string>[];
}

export interface Dockerfile {
  readonly file: string;
  /** In order; the last one is what runs. Its environment holds that of the stages it is built on. */
  readonly stages: readonly Stage[];
}

export interface ServicePort extends Place {
  readonly name: string | null;
  readonly appProtocol: string | null;
  /** The port of the container, where it is named. */
  readonly target: string | null;
  readonly port: number | null;
}

export interface KubernetesService extends Place {
  readonly name: string;
  readonly namespace: string;
  readonly type: string;
  readonly headless: boolean;
  readonly selector: Readonly<Record<string, string>>;
  readonly ports: readonly ServicePort[];
}

/** A load balancer that the files ask for, and after how long it drops an idle connection to its servers. */
export interface Balancer extends Place {
  readonly name: string;
  readonly kind: 'aws-alb' | 'aws-clb' | 'aws-nlb' | 'gcp' | 'ingress-nginx';
  readonly idle: Sited<number>;
  /** False when the time is the product's default. */
  readonly explicit: boolean;
}

/** Of its ConfigMap, what rules ask for. */
export interface IngressNginxSetting extends Sited<string> {
  readonly name: string;
}

export interface Sysctl extends Sited<string> {
  readonly name: string;
}

export interface NginxDirective extends Place {
  readonly name: string;
  readonly args: readonly string[];
  readonly block: readonly NginxDirective[] | null;
}

/** A configuration with those of its includes that were among the files put in their place. */
export interface NginxConfig {
  readonly file: string;
  /** Whether it is the file nginx starts with, or only a part that one of those includes. */
  readonly main: boolean;
  readonly directives: readonly NginxDirective[];
  /** Includes that were not among the files. */
  readonly missing: readonly Sited<string>[];
}

export interface EnvoyListener extends Place {
  readonly name: string;
  /** Whether clients may speak HTTP/2 to it, and from other machines. */
  readonly http2: boolean;
  readonly loopback: boolean;
  /** Of HTTP/2; null where it is left to Envoy. */
  readonly maxConcurrentStreams: Sited<number> | null;
  /** Seconds after which an idle connection of a client is closed; 0 is never. */
  readonly idleSec: Sited<number> | null;
  /** Absent in artifacts of the first versions. */
  readonly maxRequestsPerConnection?: Sited<number> | null;
}

export interface EnvoyCluster extends Place {
  readonly name: string;
  readonly idleSec: Sited<number> | null;
  readonly maxRequestsPerConnection: Sited<number> | null;
  readonly http2: boolean;
}

export interface EnvoyConfig {
  readonly file: string;
  readonly listeners: readonly EnvoyListener[];
  readonly clusters: readonly EnvoyCluster[];
}

export interface HaproxyLine extends Place {
  readonly words: readonly string[];
}

export interface HaproxySection extends Place {
  readonly kind: string;
  readonly name: string;
  readonly lines: readonly HaproxyLine[];
}

export interface HaproxyConfig {
  readonly file: string;
  readonly sections: readonly HaproxySection[];
}

export interface GoModule {
  readonly file: string;
  readonly module: string;
  readonly go: Sited<string> | null;
  readonly toolchain: Sited<string> | null;
  readonly requires: readonly Sited<string>[];
  /** `godebug` lines, as `name=value`. */
  readonly godebug: readonly Sited<string>[];
}

/** A value of source code: its text, and its number where it is one that can be worked out. */
export interface SourceValue extends Place {
  readonly text: string;
  /** Durations are in seconds. */
  readonly number: number | null;
}

/** `http.Server{…}` in Go, `new Agent({…})` in JavaScript: something made with settings. */
export interface Made extends Place {
  /** `http.Server`, `grpc.NewServer`, `undici.Agent` and the like, as the import names it. */
  readonly type: string;
  /** The variable it is given to; null when it has none. */
  readonly variable: string | null;
  readonly fields: Readonly<Record<string, SourceValue>>;
  /** Whether all of its settings could be seen: none came from elsewhere. */
  readonly whole: boolean;
  /** In Go, what it is given to and what may set more of it, but was not read: a function, or a field of one of several. */
  readonly elsewhere?: Sited<string>;
}

/** The variable that a response is given to. */
export interface GoResponse extends Sited<string> {
  /** Whether its body is read, or leaves the function. */
  readonly read: boolean;
  readonly closed: boolean;
}

/** A call as it is written, with the strings left out. */
export interface GoCall extends Sited<string> {
  /** The function around it; null outside of one. */
  readonly within: string | null;
}

export interface GoSource {
  readonly file: string;
  readonly packageName: string;
  /** Without those of the standard library that no rule asks for. */
  readonly imports: readonly Sited<string>[];
  readonly made: readonly Made[];
  readonly calls: readonly GoCall[];
  /** Constants and variables of the package that are numbers; durations in seconds. */
  readonly numbers: Readonly<Record<string, number>>;
  readonly responses: readonly GoResponse[];
  /** `//go:debug` lines. */
  readonly godebug: readonly Sited<string>[];
}

export interface NodePackage {
  readonly file: string;
  readonly name: string | null;
  /** What `engines.node`, `.nvmrc` or `.node-version` says. */
  readonly node: Sited<string> | null;
  readonly dependencies: Readonly<Record<string, string>>;
}

export interface NodeSource {
  readonly file: string;
  readonly made: readonly Made[];
  readonly calls: readonly Sited<string>[];
  /** Values of `….keepAliveTimeout = …` on what is not known to be a server of this file. */
  readonly keepAliveTimeouts: readonly SourceValue[];
}
