import type { FilesArtifact, NginxDirective, Place } from '../../gather/files/index.js';
import { secondsOf } from '../../gather/files/quantities.js';
import { inherited, nestedOf } from './nginx-tree.js';
import { nodeServers } from './node-servers.js';

/** How many requests a server answers on a connection before it ends it, as it is written down. */
export interface ConnectionLimit extends Place {
  /** `keepalive_requests`, `maxRequestsPerSocket` */
  readonly name: string;
  readonly value: string;
  /** One: it keeps no connection alive. */
  readonly requests: number;
  /** The line to paste in its place. */
  readonly fix: string;
}

/** What is enough for anybody: nginx's default. */
const ENOUGH = 1000;

/** Every one that the files set, for the side of the clients. */
export function connectionLimits(files: FilesArtifact): ConnectionLimit[] {
  return [...nginx(files), ...ingressNginx(files), ...envoy(files), ...node(files)];
}

/** What holds in each server block, and in a piece of configuration that has none. */
function nginx(files: FilesArtifact): ConnectionLimit[] {
  return files.nginx.flatMap((config) => {
    const nested = nestedOf(config);
    const servers = nested.filter(({ directive }) => directive.name === 'server' && directive.block !== null);
    const settings = ['keepalive_timeout', 'keepalive_requests'].flatMap((name) =>
      servers.length > 0
        ? servers.flatMap((server) => {
            const own = server.directive.block?.find((each) => each.name === name);
            return own ?? inherited(server, name)[0] ?? [];
          })
        : nested.flatMap(({ directive, around }) =>
            directive.name === name && !isUpstream(around) ? directive : [],
          ),
    );
    return [...new Set(settings)].flatMap(ofNginx);
  });
}

/** The same names stand there for connections to servers. */
function isUpstream(around: readonly (readonly NginxDirective[])[]): boolean {
  return around.at(-1)?.some(({ name, block }) => name === 'server' && block === null) === true;
}

function ofNginx(directive: NginxDirective): ConnectionLimit[] {
  const { name, file, line } = directive;
  const [value = ''] = directive.args;
  const make = (requests: number, fix: string) => [{ name, value, file, line, requests, fix }];
  if (name === 'keepalive_timeout') {
    const seconds = secondsOf(value);
    return seconds === null ? [] : make(seconds === 0 ? 1 : Number.POSITIVE_INFINITY, `${name} 75s;`);
  }
  return /^\d+$/.test(value) ? make(Math.max(1, Number(value)), `${name} ${ENOUGH};`) : [];
}

function ingressNginx(files: FilesArtifact): ConnectionLimit[] {
  return files.ingressNginx.flatMap(({ name, value, file, line }): ConnectionLimit[] => {
    if (name !== 'keep-alive-requests' || !/^\d+$/.test(value)) return [];
    const fix = `${name}: "${ENOUGH}"`;
    return [{ name, value, file, line, requests: Math.max(1, Number(value)), fix }];
  });
}

function envoy(files: FilesArtifact): ConnectionLimit[] {
  return files.envoy.flatMap(({ listeners }) =>
    listeners.flatMap(({ name, maxRequestsPerConnection: limit }): ConnectionLimit[] =>
      limit == null || limit.value === 0
        ? []
        : [
            {
              name: `max_requests_per_connection of ${name}`,
              value: String(limit.value),
              file: limit.file,
              line: limit.line,
              requests: limit.value,
              fix: `common_http_protocol_options: { max_requests_per_connection: ${ENOUGH} }`,
            },
          ],
    ),
  );
}

function node(files: FilesArtifact): ConnectionLimit[] {
  return nodeServers(files).flatMap(({ server }): ConnectionLimit[] => {
    const field = server.fields['maxRequestsPerSocket'];
    if (field?.number == null) return [];
    const name = 'maxRequestsPerSocket';
    const fix =
      server.type === 'fastify'
        ? `${name}: 0,   // any number of them`
        : `${server.variable ?? 'server'}.${name} = 0;   // any number of them`;
    // Zero, the default, is no limit.
    const requests = field.number === 0 ? Number.POSITIVE_INFINITY : field.number;
    return [{ name, value: field.text, file: field.file, line: field.line, requests, fix }];
  });
}
