import { fail, inconclusive, type Outcome, pass } from '../../audit.js';
import type { FilesArtifact, NginxDirective } from '../../gather/files/index.js';
import { isAtLeast } from '../../version.js';
import { at, fileAudit } from './file-audit.js';
import { nginxImage, versionOfImage } from './image-versions.js';
import { inherited, type Nested, nestedOf } from './nginx-tree.js';

export const ka08 = fileAudit({
  id: 'KA08',
  title: 'The proxy keeps connections to its upstreams alive',
  failureTitle: 'The proxy connects to its upstream anew for each request',
  severity: 'high',
  doc: 'Fails when nginx before 1.29.7 passes requests to an upstream without `keepalive`, `proxy_http_version 1.1` or an empty Connection header: without one of the three it closes the connection after each request, as it does where a map for WebSockets gives `close` to all others. Medium where the version is not known and nothing is set. Upstreams of grpc_pass need `keepalive` alone. Also when HAProxy has `option httpclose`, `option http-server-close` or `http-reuse never`, and when an Envoy cluster has a max_requests_per_connection of 1. A proxy_pass that needs no upstream block, because it names a host, cannot keep connections before 1.29.7 either.',
  versions: 'nginx before 1.29.7, which does all of it by default; every HAProxy and Envoy',
  fix: 'keepalive 32; in the upstream, proxy_http_version 1.1; and proxy_set_header Connection "";',
  source: 'https://nginx.org/en/docs/http/ngx_http_upstream_module.html#keepalive',
  run: (files) => [...nginx(files), ...ingress(files), ...haproxy(files), ...envoy(files)],
});

function nginx(files: FilesArtifact): Outcome[] {
  const version = versionOfImage(files, nginxImage);
  return files.nginx.flatMap((config): Outcome[] => {
    const nested = nestedOf(config);
    const blocks = (name: string) => nested.filter(({ directive }) => directive.name === name);
    const around: Around = {
      upstreams: new Map(blocks('upstream').map(({ directive }) => [directive.args[0] ?? '', directive])),
      maps: new Map(blocks('map').map(({ directive }) => [directive.args[1] ?? '', directive])),
      version,
      newer: isAtLeast(version, '1.29.7'),
    };
    return [
      ...blocks('proxy_pass')
        .filter(({ directive }) => directive.args[0]?.startsWith('http') === true)
        .map((pass) => judgePass(pass, around)),
      ...blocks('grpc_pass').flatMap((pass) => judgeGrpc(pass, around)),
    ];
  });
}

interface Around {
  readonly upstreams: ReadonlyMap<string, NginxDirective>;
  /** By the variable that they set. */
  readonly maps: ReadonlyMap<string, NginxDirective>;
  readonly version: string | null;
  /** Whether it keeps connections by default; null: not known. */
  readonly newer: boolean | null;
}

function judgePass(nested: Nested, { upstreams, maps, version, newer }: Around): Outcome {
  const { directive } = nested;
  const place = at(directive);
  const host = /^https?:\/\/([^/:$]+)/.exec(directive.args[0] ?? '')?.[1] ?? '';
  const upstream = upstreams.get(host);
  const keepalive = upstream?.block?.find(({ name }) => name === 'keepalive');
  const httpVersion = inherited(nested, 'proxy_http_version')[0]?.args[0] ?? null;
  const connection = inherited(nested, 'proxy_set_header').find(({ args }) =>
    /^connection$/i.test(args[0] ?? ''),
  );
  const header = connection?.args[1] ?? null;
  const mapped = maps.get(header ?? '');
  const evidence = {
    nginx: version ?? 'unknown',
    upstream: upstream === undefined ? `${host || '(a variable)'}: no upstream block` : host,
    keepalive: keepalive?.args[0] ?? null,
    proxy_http_version: httpVersion,
    Connection: header,
  };
  // For WebSockets a map gives the header: "upgrade", or what closes, or nothing.
  const byVariable = header?.startsWith('$') === true;
  if (/upgrade/i.test(header ?? '') && !byVariable)
    return inconclusive('it passes WebSockets, whose connections are their own', evidence, place.where);
  const closedBy = mapped?.block?.find(({ args }) => /^close$/i.test(args[0] ?? ''));
  const closes =
    closedBy !== undefined ||
    /close/i.test(header ?? '') ||
    keepalive?.args[0] === '0' ||
    httpVersion === '1.0';
  const full = keepalive !== undefined && httpVersion === '1.1' && (header === '' || byVariable);
  if (!closes && (full || newer === true)) return pass(evidence, place.where);
  if (host === '') return inconclusive('the upstream is a variable', evidence, place.where);
  // What is included for whole servers sets nothing for this one.
  const include = nested.around
    .flat()
    .find(
      ({ name, args }) =>
        name === 'include' && !/(?:conf\.d|sites-\w+|servers|vhosts?)\//.test(args[0] ?? ''),
    );
  if (!closes && include !== undefined && (keepalive !== undefined || upstream === undefined))
    return inconclusive(
      `an include that is not among the files may set it: ${include.args[0] ?? ''}`,
      evidence,
      place.where,
    );
  if (newer === null && !closes && upstream === undefined)
    return inconclusive(
      'the version of nginx is not known, and 1.29.7 keeps connections by default; before, this one reconnects for each request',
      evidence,
      place.where,
    );
  const byDefault = newer === null && !closes && keepalive === undefined && header === null;
  const missing = [
    ...(keepalive === undefined
      ? [`keepalive 32; in upstream ${upstream === undefined ? 'of its own' : host}`]
      : []),
    ...(httpVersion === '1.1' ? [] : ['proxy_http_version 1.1']),
    ...(header === '' || (byVariable && closedBy === undefined) ? [] : ['an empty Connection header']),
  ];
  return fail({
    ...(closedBy === undefined ? place : at(closedBy)),
    // The lines are right in every version.
    ...(byDefault ? { severity: 'medium' as const } : {}),
    evidence,
    why: `without ${missing.join(', ')} nginx ${byDefault ? 'before 1.29.7 (which one it is is not among the files) ' : ''}closes the connection after each request: a handshake for each, and ports in TIME_WAIT`,
    fix: fixFor(directive, { host, upstream, keepalive, mapped, closedBy }),
  });
}

interface Found {
  readonly host: string;
  readonly upstream: NginxDirective | undefined;
  readonly keepalive: NginxDirective | undefined;
  readonly mapped: NginxDirective | undefined;
  readonly closedBy: NginxDirective | undefined;
}

/** What is missing, block by block. */
function fixFor(directive: NginxDirective, found: Found): string {
  const { host, upstream, keepalive, mapped, closedBy } = found;
  const target = directive.args[0] ?? '';
  const name = upstream === undefined ? host.replace(/\W+/g, '_') : host;
  const port =
    /:(\d+)/.exec(target.replace(/^https?:/, ''))?.[1] ?? (target.startsWith('https') ? '443' : '80');
  const blocks: string[] = [];
  if (upstream === undefined)
    blocks.push(`upstream ${name} {\n    server ${host}:${port};\n    keepalive 32;\n}`);
  else if (keepalive === undefined || keepalive.args[0] === '0')
    blocks.push(`keepalive 32;   # last in upstream ${name}, ${at(upstream).where}`);
  if (mapped !== undefined && closedBy !== undefined)
    blocks.push(`'' '';   # in map … ${mapped.args[1] ?? ''}, ${at(closedBy).where}, instead of close`);
  if (upstream === undefined)
    blocks.push(`proxy_pass ${target.replace(/^(https?:\/\/)[^/]+/, `$1${name}`)};`);
  blocks.push('proxy_http_version 1.1;');
  if (mapped === undefined) blocks.push('proxy_set_header Connection "";');
  return blocks.join('\n');
}

/** gRPC needs no header and no version, and an upstream that keeps connections all the same. */
function judgeGrpc({ directive }: Nested, { upstreams, version, newer }: Around): Outcome[] {
  const place = at(directive);
  const host = /^(?:grpcs?:\/\/)?([^/:$]+)/.exec(directive.args[0] ?? '')?.[1] ?? '';
  const upstream = upstreams.get(host);
  if (upstream === undefined) return [];
  const keepalive = upstream.block?.find(({ name }) => name === 'keepalive')?.args[0] ?? null;
  const evidence = { nginx: version ?? 'unknown', upstream: host, keepalive };
  if (keepalive === null ? newer === true : keepalive !== '0') return [pass(evidence, place.where)];
  return [
    fail({
      ...at(upstream),
      ...(newer === null ? { severity: 'medium' as const } : {}),
      evidence,
      why: `without keepalive in upstream ${host} nginx ${newer === null ? 'before 1.29.7 (which one it is is not among the files) ' : ''}connects anew for each call`,
      fix: `keepalive 32;   # last in upstream ${host}, ${at(upstream).where}`,
    }),
  ];
}

/** What the ConfigMap of ingress-nginx says. */
function ingress(files: FilesArtifact): Outcome[] {
  return files.ingressNginx
    .filter(({ name }) => name === 'upstream-keepalive-connections')
    .map((setting): Outcome => {
      const evidence = { proxy: 'ingress-nginx', [setting.name]: setting.value };
      if (setting.value !== '0') return pass(evidence, at(setting).where);
      return fail({
        ...at(setting),
        evidence,
        why: 'ingress-nginx connects anew for each request: a handshake for each, and ports in TIME_WAIT',
        fix: 'upstream-keepalive-connections: "320"   # the default',
      });
    });
}

function haproxy(files: FilesArtifact): Outcome[] {
  return files.haproxy.flatMap((config) => {
    // In mode tcp they say nothing.
    const lines = config.sections
      .filter((section) => !section.lines.some(({ words }) => words[0] === 'mode' && words[1] === 'tcp'))
      .flatMap((section) => section.lines);
    const closing = lines.filter(
      ({ words }) =>
        (words[0] === 'option' && /^(?:httpclose|forceclose|http-server-close)$/.test(words[1] ?? '')) ||
        (words[0] === 'http-reuse' && words[1] === 'never'),
    );
    const [section] = config.sections;
    if (closing.length === 0)
      return section === undefined ? [] : [pass({ proxy: 'HAProxy' }, at(section).where)];
    return closing.map((line) =>
      fail({
        ...at(line),
        evidence: { proxy: 'HAProxy', line: line.words.join(' ') },
        why: 'HAProxy closes the connection to the server after each request: a handshake for each, and ports in TIME_WAIT',
        fix: `remove "${line.words.join(' ')}"; http-reuse safe is the default`,
      }),
    );
  });
}

function envoy(files: FilesArtifact): Outcome[] {
  return files.envoy.flatMap(({ clusters }) =>
    clusters.flatMap(({ name, maxRequestsPerConnection: limit }): Outcome[] => {
      if (limit === null) return [];
      const evidence = { cluster: name, max_requests_per_connection: limit.value };
      if (limit.value !== 1) return [pass(evidence, at(limit).where)];
      return [
        fail({
          ...at(limit),
          evidence,
          why: `Envoy connects to ${name} anew for each request: a handshake for each, and ports in TIME_WAIT`,
          fix: 'remove max_requests_per_connection; without it there is no limit',
        }),
      ];
    }),
  );
}
