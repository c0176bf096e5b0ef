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
  doc: 'Fails when nginx before 1.29.7 passes requests to an upstream without `keepalive`, `proxy_http_version 1.1` or an empty Connection header: without one of the three it closes the connection after each request. Also when HAProxy has `option httpclose`, `option http-server-close` or `http-reuse never`. A proxy_pass that needs no upstream block, because it names a host, cannot keep connections before 1.29.7 either.',
  versions: 'nginx before 1.29.7, which does all of it by default; every HAProxy',
  fix: 'keepalive 32; in the upstream, proxy_http_version 1.1; and proxy_set_header Connection "";',
  source: 'https://nginx.org/en/docs/http/ngx_http_upstream_module.html#keepalive',
  run: (files) => [...nginx(files), ...haproxy(files)],
});

function nginx(files: FilesArtifact): Outcome[] {
  const version = versionOfImage(files, nginxImage);
  const newer = isAtLeast(version, '1.29.7');
  return files.nginx.flatMap((config): Outcome[] => {
    const nested = nestedOf(config);
    const upstreams = new Map(
      nested
        .filter(({ directive }) => directive.name === 'upstream')
        .map(({ directive }) => [directive.args[0] ?? '', directive]),
    );
    return nested
      .filter(
        ({ directive }) => directive.name === 'proxy_pass' && directive.args[0]?.startsWith('http') === true,
      )
      .map((pass) => judgePass(pass, upstreams, newer, version));
  });
}

function judgePass(
  nested: Nested,
  upstreams: ReadonlyMap<string, NginxDirective>,
  newer: boolean | null,
  version: string | null,
): Outcome {
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
  const closes = /close/i.test(header ?? '') || keepalive?.args[0] === '0' || httpVersion === '1.0';
  const full = keepalive !== undefined && httpVersion === '1.1' && (header === '' || byVariable);
  if (!closes && (full || newer === true)) return pass(evidence, place.where);
  if (host === '') return inconclusive('the upstream is a variable', evidence, place.where);
  const missing = [
    ...(keepalive === undefined
      ? [`keepalive 32; in upstream ${upstream === undefined ? 'of its own' : host}`]
      : []),
    ...(httpVersion === '1.1' ? [] : ['proxy_http_version 1.1']),
    ...(header === '' ? [] : ['an empty Connection header']),
  ];
  if (newer === null && !closes && keepalive === undefined && httpVersion === null && header === null)
    return inconclusive(
      'the version of nginx is not known, and 1.29.7 keeps connections by default; before, this one reconnects for each request',
      evidence,
      place.where,
    );
  const name = upstream === undefined ? host.replace(/\W+/g, '_') : host;
  const port = /:(\d+)/.exec((directive.args[0] ?? '').replace(/^https?:/, ''))?.[1] ?? '80';
  const block =
    upstream === undefined
      ? `upstream ${name} {\n    server ${host}:${port};\n    keepalive 32;\n}\n`
      : `upstream ${name} {\n    …\n    keepalive 32;\n}\n`;
  return fail({
    ...place,
    evidence,
    why: `without ${missing.join(', ')} nginx closes the connection after each request: a handshake for each, and ports in TIME_WAIT`,
    fix: `${block}proxy_pass ${(directive.args[0] ?? '').replace(/^(https?:\/\/)[^/]+/, `$1${name}`)};\nproxy_http_version 1.1;\nproxy_set_header Connection "";`,
  });
}

function haproxy(files: FilesArtifact): Outcome[] {
  return files.haproxy.flatMap((config) => {
    const lines = config.sections.flatMap((section) => section.lines);
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
