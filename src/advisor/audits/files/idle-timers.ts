import { posix } from 'node:path';
import type { Balancer, EnvoyConfig, FilesArtifact, HaproxyConfig, Place } from '../../gather/files/index.js';
import { secondsOf } from '../../gather/files/quantities.js';
import { inherited, nestedOf } from './nginx-tree.js';
import { type NodeServer, nodeServers } from './node-servers.js';
import { nodeVersionOf } from './node-version.js';
import { nearest, remembered } from './runners.js';

/** After how long one side closes a connection that is idle. */
export interface IdleTimer extends Place {
  /** `ALB of ingress api`, `nginx upstream api`, `Node server` */
  readonly name: string;
  /** Infinity: never. */
  readonly seconds: number;
  /** The line to paste in its place, with more seconds. */
  readonly set: (seconds: number) => string;
}

/** Envoy's, on both sides. */
const ENVOY_SEC = 3600;
const FASTIFY_SEC = 72;
const NODE_SEC = 5;
const NODE_26_SEC = 65;
const NGINX_SEC = 75;
const NGINX_UPSTREAM_SEC = 60;

const balancerNames: Readonly<Partial<Record<Balancer['kind'], string>>> = {
  'aws-alb': 'ALB',
  'aws-clb': 'Classic Load Balancer',
  gcp: 'Google load balancer',
};

/** Each pair of a side that reuses connections and the side behind it that has to keep them open longer. */
export function timerPairs(files: FilesArtifact): { front: IdleTimer; back: IdleTimer }[] {
  const servers = serverTimers(files);
  const balancers = reusing(files).map(
    ({ kind, name, idle, explicit }): IdleTimer => ({
      file: idle.file,
      line: idle.line,
      name: `${balancerNames[kind] ?? kind} of ${name}${explicit ? '' : ' (its default)'}`,
      seconds: idle.value,
      set: () => '',
    }),
  );
  const proxies = proxyTimers(files);
  const behind = proxies.clients.length > 0 ? proxies.clients : servers;
  return [
    ...balancers.flatMap((front) => behind.map((back) => ({ front, back }))),
    ...proxies.upstreams.flatMap((front) => servers.map((back) => ({ front, back }))),
  ].filter(({ front, back }) => isOneProject(front.file, back.file, files));
}

/** Files below compose files of their own are of different services, as in a folder of examples. */
function isOneProject(a: string, b: string, files: FilesArtifact): boolean {
  const projects = files.files.filter(({ kind }) => kind === 'compose');
  const [one, other] = [nearest(a, projects), nearest(b, projects)];
  return one === null || other === null || posix.dirname(one.file) === posix.dirname(other.file);
}

/** Balancers that send requests of many clients on connections of their own. One of layer 4 passes on that a server closes. */
export function reusing({ balancers }: FilesArtifact): readonly Balancer[] {
  return balancers.filter(({ kind }) => kind !== 'aws-nlb');
}

/** Whether something in the files reuses connections to the server in one of them. */
export function hasFront(files: FilesArtifact, server: string): boolean {
  const fronts = [...reusing(files), ...proxyTimers(files).upstreams];
  return fronts.some(({ file }) => isOneProject(file, server, files));
}

/** Servers whose time is known. Node's default of 5 s is a rule of its own (KA04), as is what Go inherits (KA05). */
export function serverTimers(files: FilesArtifact): IdleTimer[] {
  const go = files.goSources.flatMap(({ made }) => made.filter(({ type }) => type === 'http.Server'));
  return [
    ...go.flatMap((server): IdleTimer[] => {
      const idle = server.fields['IdleTimeout'];
      if (idle?.number == null || idle.number <= 0) return [];
      const set = (seconds: number) => `IdleTimeout: ${seconds} * time.Second,`;
      return [{ file: idle.file, line: idle.line, name: 'Go server', seconds: idle.number, set }];
    }),
    ...nodeServers(files).flatMap((each) => nodeTimer(each, files)),
  ];
}

function nodeTimer({ server, loose }: NodeServer, files: FilesArtifact): IdleTimer[] {
  const field = server.fields['keepAliveTimeout'] ?? loose;
  const variable = server.variable ?? 'server';
  const set = (seconds: number) =>
    server.type === 'fastify'
      ? `keepAliveTimeout: ${seconds * 1000},`
      : `${variable}.keepAliveTimeout = ${seconds * 1000};`;
  const make = (place: Place, seconds: number) => [
    { file: place.file, line: place.line, name: 'Node server', seconds, set },
  ];
  if (field !== undefined) {
    if (field.number === null) return [];
    return make(field, field.number === 0 ? Number.POSITIVE_INFINITY : field.number / 1000);
  }
  if (server.type === 'fastify') return server.whole ? make(server, FASTIFY_SEC) : [];
  const version = nodeVersionOf(nearest(server.file, files.nodePackages), files);
  return server.whole && version?.isAtLeast('26') === true ? make(server, NODE_26_SEC) : [];
}

/** Servers of Node before 26 that leave it at 5 s: a fault of theirs (KA04), and a time that a client has to keep. */
export function defaultNodeTimers(files: FilesArtifact): (Place & { readonly seconds: number })[] {
  return nodeServers(files).flatMap(({ server, loose }) => {
    const isSet = server.fields['keepAliveTimeout'] !== undefined || loose !== undefined;
    const version = nodeVersionOf(nearest(server.file, files.nodePackages), files);
    const isOld = version?.exact === true && version.isAtLeast('26') === false;
    if (isSet || !server.whole || server.type === 'fastify' || !isOld) return [];
    return [{ file: server.file, line: server.line, seconds: NODE_SEC }];
  });
}

const proxyTimers = remembered((files: FilesArtifact): { clients: IdleTimer[]; upstreams: IdleTimer[] } => {
  const nginx = files.nginx.map((config) => {
    const nested = nestedOf(config);
    const places = (name: string) => nested.filter(({ directive }) => directive.name === name);
    // One that serves files is as much of a server to what is in front of it.
    const proxied = [...places('proxy_pass'), ...places('listen')];
    return { nested, proxied, config };
  });
  const clients = nginx.flatMap(({ proxied, config }): IdleTimer[] => {
    const [first] = proxied;
    if (first === undefined) return [];
    const directive = inherited(first, 'keepalive_timeout')[0];
    if (directive === undefined && !config.main) return [];
    const seconds = directive === undefined ? NGINX_SEC : secondsOf(directive.args[0] ?? '');
    if (seconds === null) return [];
    const { file, line } = directive ?? first.directive;
    return [{ file, line, name: 'nginx', seconds, set: (more) => `keepalive_timeout ${more}s;` }];
  });
  const upstreams = nginx.flatMap(({ nested }) =>
    nested.flatMap(({ directive }): IdleTimer[] => {
      const keeps = directive.block?.some(({ name }) => name === 'keepalive') === true;
      if (directive.name !== 'upstream' || !keeps) return [];
      const own = directive.block?.find(({ name }) => name === 'keepalive_timeout');
      const seconds = own === undefined ? NGINX_UPSTREAM_SEC : secondsOf(own.args[0] ?? '');
      if (seconds === null) return [];
      const { file, line } = own ?? directive;
      const set = (less: number) => `keepalive_timeout ${less}s;`;
      return [{ file, line, name: `nginx upstream ${directive.args[0] ?? ''}`, seconds, set }];
    }),
  );
  return {
    clients: [...clients, ...files.envoy.flatMap(envoyClients), ...files.haproxy.flatMap(haproxyClients)],
    upstreams: [...upstreams, ...files.envoy.flatMap(envoyUpstreams)],
  };
});

/** nginx, HAProxy and Envoy, as servers of those in front of them. */
export function clientTimers(files: FilesArtifact): readonly IdleTimer[] {
  return proxyTimers(files).clients;
}

/** A frontend waits for the next request for the first of these that is set, there or in the defaults. */
const haproxyWaits = ['http-keep-alive', 'http-request', 'client'];

function haproxyClients({ sections }: HaproxyConfig): IdleTimer[] {
  const defaults = sections.filter(({ kind }) => kind === 'defaults').flatMap(({ lines }) => lines);
  return sections.flatMap((section): IdleTimer[] => {
    if (section.kind !== 'frontend' && section.kind !== 'listen') return [];
    const said = [...section.lines, ...defaults];
    if (!said.some(({ words }) => words[0] === 'mode' && words[1] === 'http')) return [];
    const set = haproxyWaits
      .map((name) => said.find(({ words }) => words[0] === 'timeout' && words[1] === name))
      .find((line) => line !== undefined);
    const seconds = set === undefined ? null : secondsOf(set.words[2] ?? '', 'ms');
    if (set === undefined || seconds === null) return [];
    const mended = (more: number) => `timeout http-keep-alive ${more}s`;
    return [{ file: set.file, line: set.line, name: `HAProxy ${section.name}`, seconds, set: mended }];
  });
}

function envoyClients({ listeners }: EnvoyConfig): IdleTimer[] {
  return listeners.map((listener) => ({
    file: listener.file,
    line: listener.idleSec?.line ?? listener.line,
    name: `Envoy listener ${listener.name}`,
    seconds: listener.idleSec?.value || (listener.idleSec === null ? ENVOY_SEC : Number.POSITIVE_INFINITY),
    set: (seconds) => `common_http_protocol_options: { idle_timeout: ${seconds}s }`,
  }));
}

function envoyUpstreams({ clusters }: EnvoyConfig): IdleTimer[] {
  return clusters.map((cluster) => ({
    file: cluster.file,
    line: cluster.idleSec?.line ?? cluster.line,
    name: `Envoy cluster ${cluster.name}${cluster.idleSec === null ? ' (its default)' : ''}`,
    seconds: cluster.idleSec?.value || (cluster.idleSec === null ? ENVOY_SEC : Number.POSITIVE_INFINITY),
    set: (seconds) => `common_http_protocol_options: { idle_timeout: ${seconds}s }`,
  }));
}
