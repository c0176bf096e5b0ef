/** Each rule with each of its outcomes, on the least text that gives it. */
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { Audit, Outcome } from '../../audit.js';
import { artifactOf } from '../../gather/files/files.test.kit.js';
import { outcomesIn } from '../outcomes.test.kit.js';
import { fileAudits } from './index.js';

const NONE: readonly string[] = [];

function statuses(id: string, texts: Readonly<Record<string, string>>): readonly string[] {
  const rule = fileAudits.find((each) => each.id === id) as Audit<'files'>;
  return ([rule.run({ files: artifactOf(texts) })].flat() as Outcome[]).map(({ status }) => status);
}

const go = (version: string, more = '') => `module example.com/app\ngo ${version}\n${more}`;
const pod = (limits: string, env = '[]', image = 'app', more = '') =>
  `apiVersion: v1\nkind: Pod\nmetadata: { name: app }\nspec: { containers: [ { name: app, image: "${image}", env: ${env}, resources: { limits: ${limits} } ${more} } ] }`;
const variable = (name: string, value: string) => `[ { name: ${name}, value: "${value}" } ]`;
const main = 'package main\nimport "net/http"\n';
const serve = (fields: string) => `${main}import "time"\nvar s = http.Server{${fields}}\n`;
const nginx = (upstream: string, location: string) =>
  `events {}\nhttp { upstream a { server b:80; ${upstream} } server { location / { proxy_pass http://a; ${location} } } }`;
const fixed = 'proxy_http_version 1.1; proxy_set_header Connection "";';
const alb = (seconds: number) =>
  `apiVersion: networking.k8s.io/v1\nkind: Ingress\nmetadata: { name: i, annotations: { alb.ingress.kubernetes.io/load-balancer-attributes: idle_timeout.timeout_seconds=${seconds} } }\nspec: { ingressClassName: alb }`;
const node = (more: string) => `import http from 'node:http';\nconst server = http.createServer();\n${more}`;
const engines = (version: string) => `{ "name": "app", "engines": { "node": "${version}" } }`;
const envoy = (streams: string) =>
  `static_resources:\n  listeners:\n    - name: l\n      filter_chains:\n        - filters:\n            - name: envoy.filters.network.http_connection_manager\n              typed_config: { stat_prefix: x${streams} }\n`;
const grpc = (body: string) =>
  `package main\nimport (\n"google.golang.org/grpc"\n"google.golang.org/grpc/keepalive"\n"time"\n)\nfunc main() {\n${body}\n}\n`;
const service = (more: string) =>
  `apiVersion: v1\nkind: Service\nmetadata: { name: s }\nspec: { selector: { app: a }, ports: [ { name: grpc, port: 80 } ]${more} }`;
const deployment = (replicas: number, more = '') =>
  `apiVersion: apps/v1\nkind: Deployment\nmetadata: { name: a }\nspec: { replicas: ${replicas}, template: { metadata: { labels: { app: a }${more} }, spec: { containers: [ { name: a, image: a } ] } } }`;

const table: Readonly<
  Record<string, readonly (readonly [string, Readonly<Record<string, string>>, readonly string[]])[]>
> = {
  CPU02: [
    ['an old go line under a limit', { 'go.mod': go('1.24'), 'p.yaml': pod('{ cpu: 2 }') }, ['fail']],
    ['no go line, which is 1.16', { 'go.mod': 'module m\n', 'p.yaml': pod('{ cpu: 2 }') }, ['fail']],
    [
      'a new toolchain does not help',
      { 'go.mod': go('1.24', 'toolchain go1.26.0\n'), 'p.yaml': pod('{ cpu: 2 }') },
      ['fail'],
    ],
    [
      'an old go line in an image',
      { 'go.mod': go('1.24'), Dockerfile: 'FROM golang:1.26\nRUN go build\n' },
      ['fail'],
    ],
    ['a new go line', { 'go.mod': go('1.25.3') }, ['pass']],
    [
      'godebug of the module',
      { 'go.mod': go('1.24', 'godebug containermaxprocs=1\n'), 'p.yaml': pod('{ cpu: 2 }') },
      ['pass'],
    ],
    [
      'GOMAXPROCS where it runs',
      { 'go.mod': go('1.24'), 'p.yaml': pod('{ cpu: 2 }', variable('GOMAXPROCS', '2')) },
      ['pass'],
    ],
    [
      'automaxprocs',
      { 'go.mod': go('1.24', 'require go.uber.org/automaxprocs v1.6.0\n'), 'p.yaml': pod('{ cpu: 2 }') },
      ['pass'],
    ],
    ['no limit', { 'go.mod': go('1.24'), 'p.yaml': pod('{ memory: 1Gi }') }, ['notApplicable']],
    ['a library', { 'go.mod': go('1.24'), 'a.go': 'package a\n' }, ['notApplicable']],
    ['nothing but the go line', { 'go.mod': go('1.24') }, ['fail']],
    ['a program that serves', { 'go.mod': go('1.24'), 'a.go': serve('') }, ['fail']],
    ['a tool, and no word of where it runs', { 'go.mod': go('1.24'), 'a.go': main }, ['inconclusive']],
    [
      'GODEBUG where it runs',
      { 'go.mod': go('1.25'), 'p.yaml': pod('{ cpu: 2 }', variable('GODEBUG', 'containermaxprocs=0')) },
      ['fail'],
    ],
    [
      'an older default of godebug',
      { 'go.mod': go('1.25', 'godebug default=go1.24\n'), 'p.yaml': pod('{ cpu: 2 }') },
      ['fail'],
    ],
    [
      'a workspace of a newer line',
      { 'go.work': 'go 1.25\nuse ./a\n', 'a/go.mod': go('1.24'), 'p.yaml': pod('{ cpu: 2 }') },
      ['pass'],
    ],
    ['no Go', { Dockerfile: 'FROM node:22\n' }, NONE],
  ],
  CPU03: [
    ['half a CPU', { 'go.mod': go('1.25'), 'p.yaml': pod('{ cpu: 500m }') }, ['fail']],
    [
      'half a CPU with GOMAXPROCS',
      { 'go.mod': go('1.25'), 'p.yaml': pod('{ cpu: 500m }', variable('GOMAXPROCS', '1')) },
      ['pass'],
    ],
    [
      'two threads asked of one CPU',
      { 'go.mod': go('1.25'), 'p.yaml': pod('{ cpu: 1 }', variable('GOMAXPROCS', '2')) },
      ['fail'],
    ],
    ['two CPUs', { 'go.mod': go('1.25'), 'p.yaml': pod('{ cpu: 2 }') }, ['pass']],
    ['an unknown Go', { 'p.yaml': pod('{ cpu: 1 }', variable('GOGC', '200')) }, ['inconclusive']],
    ['an old Go, which is CPU02', { 'go.mod': go('1.24'), 'p.yaml': pod('{ cpu: 1 }') }, NONE],
  ],
  CPU04: [
    [
      'a pin with a new Go',
      { 'go.mod': go('1.25'), 'p.yaml': pod('{ cpu: 4 }', variable('GOMAXPROCS', '4')) },
      ['fail'],
    ],
    [
      'a pin with an old Go',
      { 'go.mod': go('1.24'), 'p.yaml': pod('{ cpu: 4 }', variable('GOMAXPROCS', '4')) },
      ['pass'],
    ],
    [
      'a pin above the limit with an old Go',
      { 'go.mod': go('1.24'), 'p.yaml': pod('{ cpu: 4 }', variable('GOMAXPROCS', '64')) },
      ['notApplicable'],
    ],
    [
      'automaxprocs with an old Go',
      { 'go.mod': go('1.24', 'require go.uber.org/automaxprocs v1.6.0\n') },
      ['notApplicable'],
    ],
    [
      'a pin with an unknown Go',
      { 'p.yaml': pod('{ cpu: 4 }', variable('GOMAXPROCS', '4')) },
      ['inconclusive'],
    ],
    [
      'a call with NumCPU',
      {
        'go.mod': go('1.25'),
        'm.go': 'package main\nimport "runtime"\nfunc main() { runtime.GOMAXPROCS(runtime.NumCPU()) }',
        'p.yaml': pod('{ cpu: 4 }'),
      },
      ['pass', 'fail'],
    ],
    [
      'a pin in an image that no manifest runs',
      { 'go.mod': go('1.25'), Dockerfile: 'FROM golang:1.25\nENV GOMAXPROCS=4\n' },
      ['fail'],
    ],
    [
      'a chosen 1',
      { 'go.mod': go('1.25'), 'p.yaml': pod('{ cpu: 1 }', variable('GOMAXPROCS', '1')) },
      ['pass'],
    ],
    [
      'automaxprocs with a new Go',
      { 'go.mod': go('1.25', 'require go.uber.org/automaxprocs v1.6.0\n') },
      ['fail'],
    ],
  ],
  CPU10: [
    ['an old image', { Dockerfile: 'FROM golang:1.22\n', 'p.yaml': pod('{ cpu: 2 }') }, ['fail']],
    [
      'an image without a version',
      { Dockerfile: 'FROM golang:alpine\n', 'p.yaml': pod('{ cpu: 2 }') },
      ['inconclusive'],
    ],
    ['a pin above the limit', { 'p.yaml': pod('{ cpu: 2 }', variable('GOMAXPROCS', '8')) }, ['fail']],
    ['a fraction', { 'go.mod': go('1.25'), 'p.yaml': pod('{ cpu: 3500m }') }, ['fail']],
    [
      'an old image beside its go line',
      { 'go.mod': go('1.22'), Dockerfile: 'FROM golang:1.22\n', 'p.yaml': pod('{ cpu: 2 }') },
      ['fail'],
    ],
    ['a fraction below two', { 'go.mod': go('1.25'), 'p.yaml': pod('{ cpu: 1500m }') }, ['fail']],
    ['a whole limit', { 'go.mod': go('1.25'), 'p.yaml': pod('{ cpu: 3 }') }, ['pass']],
    ['somebody else’s program', { 'go.mod': go('1.22'), 'p.yaml': pod('{ cpu: 2 }', '[]', 'redis:7') }, NONE],
  ],
  CPU11: [
    ['one CPU', { 'p.yaml': pod('{ cpu: 1 }', variable('JAVA_OPTS', '-Xmx1g')) }, ['fail']],
    [
      'little memory',
      { 'p.yaml': pod('{ cpu: 4, memory: 1Gi }', variable('JAVA_OPTS', '-Xmx512m')) },
      ['fail'],
    ],
    [
      'blind to its container',
      { 'p.yaml': pod('{ cpu: 4 }', variable('JAVA_OPTS', '-XX:-UseContainerSupport')) },
      ['fail'],
    ],
    [
      'a collector chosen',
      { 'p.yaml': pod('{ cpu: 1 }', variable('JAVA_OPTS', '-XX:+UseSerialGC')) },
      ['pass'],
    ],
    ['no JVM', { 'p.yaml': pod('{ cpu: 1 }') }, NONE],
  ],
  CPU12: [
    [
      'workers below the limit',
      { 'nginx.conf': 'worker_processes 2; events {}', 'p.yaml': pod('{ cpu: 4 }', '[]', 'nginx:1.29') },
      ['fail'],
    ],
    ['auto', { 'nginx.conf': 'worker_processes auto; events {}' }, ['pass']],
    ['unknown CPUs', { 'nginx.conf': 'events {}' }, ['inconclusive']],
    ['Envoy without a limit', { 'p.yaml': pod('{}', '[]', 'envoyproxy/envoy:v1.35.0') }, ['notApplicable']],
  ],
  MEM01: [
    ['a limit that Go does not know', { 'go.mod': go('1.25'), 'p.yaml': pod('{ memory: 1Gi }') }, ['fail']],
    [
      'set in the code',
      {
        'go.mod': go('1.25'),
        'm.go': 'package main\nimport "runtime/debug"\nfunc main() { debug.SetMemoryLimit(9) }',
        'p.yaml': pod('{ memory: 1Gi }'),
      },
      ['pass'],
    ],
    ['no limit', { 'go.mod': go('1.25'), 'p.yaml': pod('{}') }, NONE],
  ],
  MEM02: [
    ['all of it', { 'p.yaml': pod('{ memory: 1Gi }', variable('GOMEMLIMIT', '1GiB')) }, ['fail']],
    ['ninety percent', { 'p.yaml': pod('{ memory: 1000Mi }', variable('GOMEMLIMIT', '900MiB')) }, ['pass']],
    [
      'not a size',
      { 'p.yaml': pod('{ memory: 1Gi }', variable('GOMEMLIMIT', '$(LIMIT)')) },
      ['inconclusive'],
    ],
    ['a unit of Kubernetes', { 'p.yaml': pod('{ memory: 1Gi }', variable('GOMEMLIMIT', '900Mi')) }, ['fail']],
    ['off', { 'p.yaml': pod('{ memory: 1Gi }', variable('GOMEMLIMIT', 'off')) }, NONE],
  ],
  KA02: [
    [
      'shorter than the balancer',
      { 'i.yaml': alb(60), 'a.js': node('server.keepAliveTimeout = 10_000;') },
      ['fail'],
    ],
    ['longer', { 'i.yaml': alb(60), 'a.js': node('server.keepAliveTimeout = 75_000;') }, ['pass']],
    ['never closed', { 'i.yaml': alb(60), 'a.js': node('server.keepAliveTimeout = 0;') }, ['pass']],
    ['nothing in front', { 'a.js': node('server.keepAliveTimeout = 75_000;') }, NONE],
    [
      'nginx behind the balancer',
      { 'i.yaml': alb(120), 'nginx.conf': nginx('keepalive 8;', fixed) },
      ['fail'],
    ],
  ],
  KA03: [
    ['equal', { 'i.yaml': alb(60), 'a.js': node('server.keepAliveTimeout = 60_000;') }, ['fail']],
    ['not equal', { 'i.yaml': alb(60), 'a.js': node('server.keepAliveTimeout = 61_000;') }, ['pass']],
    [
      'unknown',
      { 'i.yaml': alb(60), 'a.js': node('server.keepAliveTimeout = Number(process.env.IDLE);') },
      NONE,
    ],
  ],
  KA04: [
    ['Node 22', { 'package.json': engines('22.x'), 'a.js': node('') }, ['fail']],
    ['Node 26', { 'package.json': engines('>=26'), 'a.js': node('') }, ['pass']],
    ['a range that lets old ones in', { 'package.json': engines('>=18'), 'a.js': node('') }, ['fail']],
    ['no word of the version', { 'a.js': node('') }, ['fail']],
    [
      'settings from elsewhere',
      { 'a.js': "import http from 'node:http';\nconst server = http.createServer(options);" },
      ['inconclusive'],
    ],
    [
      'set on what another file makes',
      {
        'a.js': node(''),
        'b.js': 'export const tune = (server) => {\n server.keepAliveTimeout = 75_000;\n};',
      },
      ['pass'],
    ],
    ['set', { 'a.js': node('server.keepAliveTimeout = 75_000;') }, ['pass']],
    [
      'Fastify',
      { 'package.json': engines('22.x'), 'a.js': "import fastify from 'fastify';\nconst app = fastify();" },
      NONE,
    ],
  ],
  KA05: [
    ['ReadTimeout alone', { 'a.go': serve('ReadTimeout: time.Second') }, ['fail']],
    ['both', { 'a.go': serve('ReadTimeout: time.Second, IdleTimeout: time.Minute') }, ['pass']],
    ['a zero that inherits', { 'a.go': serve('ReadTimeout: time.Second, IdleTimeout: 0') }, ['fail']],
    ['neither', { 'a.go': serve('') }, NONE],
  ],
  KA08: [
    ['no keepalive', { 'nginx.conf': nginx('', fixed), Dockerfile: 'FROM nginx:1.29.6\n' }, ['fail']],
    [
      'keepalive without HTTP/1.1',
      { 'nginx.conf': nginx('keepalive 8;', ''), Dockerfile: 'FROM nginx:1.29.6\n' },
      ['fail'],
    ],
    ['all three', { 'nginx.conf': nginx('keepalive 8;', fixed) }, ['pass']],
    [
      'nothing, with the new default',
      { 'nginx.conf': nginx('', ''), Dockerfile: 'FROM nginx:1.29.7\n' },
      ['pass'],
    ],
    [
      'turned off, with the new default',
      { 'nginx.conf': nginx('keepalive 0;', ''), Dockerfile: 'FROM nginx:1.29.7\n' },
      ['fail'],
    ],
    ['nothing, in an unknown version', { 'nginx.conf': nginx('', '') }, ['fail']],
    [
      'no upstream block, in an unknown version',
      { 'nginx.conf': nginx('', '').replace('http://a', 'http://c:80') },
      ['inconclusive'],
    ],
    [
      'an upstream of gRPC',
      { 'nginx.conf': nginx('', '').replace('proxy_pass http://a', 'grpc_pass grpc://a') },
      ['fail'],
    ],
    [
      'ingress-nginx',
      {
        'c.yaml':
          'apiVersion: v1\nkind: ConfigMap\nmetadata: { name: ingress-nginx-controller }\ndata: { upstream-keepalive-connections: "320" }',
      },
      ['pass'],
    ],
    ['HAProxy', { 'haproxy.cfg': 'defaults\n  mode http\n' }, ['pass']],
  ],
  KA09: [
    ['two a host', { 'a.go': `${main}var t = http.Transport{}` }, ['fail']],
    ['a hundred a host', { 'a.go': `${main}var t = http.Transport{MaxIdleConnsPerHost: 100}` }, ['pass']],
    [
      'set further down',
      { 'a.go': `${main}func f() {\n t := &http.Transport{}\n t.MaxIdleConnsPerHost = 100\n}` },
      ['pass'],
    ],
    ['a client of a server', { 'a.go': `${serve('')}var c = http.Client{}` }, ['fail']],
    ['a client of a tool', { 'a.go': `${main}var c = http.Client{}` }, NONE],
  ],
  KA10: [
    ['an agent', { 'a.js': "import http from 'http';\nnew http.Agent();" }, ['fail']],
    [
      'an agent that keeps',
      { 'a.js': "import http from 'http';\nnew http.Agent({ keepAlive: true });" },
      ['pass'],
    ],
    [
      'the default agent of an unknown Node',
      { 'a.js': "import http from 'http';\nhttp.get('http://a');" },
      ['inconclusive'],
    ],
    ['undici', { 'a.js': "import { Agent } from 'undici';\nnew Agent();" }, ['pass']],
    [
      'undici, longer than a server',
      {
        'c/package.json': '{}',
        's/package.json': '{}',
        'c/a.js': "import { Agent } from 'undici';\nnew Agent({ keepAliveTimeout: 60e3 });",
        's/a.js': node('server.keepAliveTimeout = 5_000;'),
      },
      ['fail'],
    ],
  ],
  KA12: [
    ['no time at all', { 'a.go': serve('') }, ['fail']],
    ['large headers', { 'a.go': serve('ReadTimeout: time.Second, MaxHeaderBytes: 64 << 20') }, ['fail']],
    [
      'header and idle',
      { 'a.go': serve('ReadHeaderTimeout: time.Second, IdleTimeout: time.Minute') },
      ['pass'],
    ],
    [
      'profiles on the loopback',
      { 'a.go': `${main}func f() { http.ListenAndServe("127.0.0.1:6060", nil) }` },
      NONE,
    ],
    ['a test', { 'a_test.go': serve('') }, NONE],
  ],
  H201: [
    ['eight', { 'envoy.yaml': envoy(', http2_protocol_options: { max_concurrent_streams: 8 }') }, ['fail']],
    [
      'a hundred',
      { 'envoy.yaml': envoy(', http2_protocol_options: { max_concurrent_streams: 100 }') },
      ['pass'],
    ],
    ['HAProxy', { 'haproxy.cfg': 'global\n  tune.h2.max-concurrent-streams 10\n' }, ['fail']],
    ['Go', { 'a.go': grpc('grpc.NewServer(grpc.MaxConcurrentStreams(10))') }, ['fail']],
    ['unset', { 'envoy.yaml': envoy('') }, NONE],
  ],
  H202: [
    ['Envoy 1.35', { 'envoy.yaml': envoy(''), Dockerfile: 'FROM envoyproxy/envoy:v1.35.1\n' }, ['fail']],
    ['Envoy 1.36', { 'envoy.yaml': envoy(''), Dockerfile: 'FROM envoyproxy/envoy:v1.36.0\n' }, ['pass']],
    ['an unknown Envoy', { 'envoy.yaml': envoy('') }, ['inconclusive']],
    [
      'no limit, written down',
      { 'envoy.yaml': envoy(', http2_protocol_options: { max_concurrent_streams: 2147483647 }') },
      ['fail'],
    ],
    [
      'grpc-go behind a balancer',
      { 'a.go': grpc('grpc.NewServer()'), 's.yaml': service(', type: LoadBalancer') },
      ['fail'],
    ],
    ['grpc-go inside', { 'a.go': grpc('grpc.NewServer()') }, NONE],
  ],
  G01: [
    [
      'against the default',
      { 'a.go': grpc('grpc.NewServer()\n_ = keepalive.ClientParameters{Time: time.Minute}') },
      ['fail'],
    ],
    [
      'without a stream',
      {
        'a.go': grpc(
          '_ = keepalive.EnforcementPolicy{MinTime: time.Second}\n_ = keepalive.ClientParameters{Time: time.Minute, PermitWithoutStream: true}',
        ),
      },
      ['fail'],
    ],
    [
      'allowed',
      {
        'a.go': grpc(
          '_ = keepalive.EnforcementPolicy{MinTime: time.Second}\n_ = keepalive.ClientParameters{Time: time.Minute}',
        ),
      },
      ['pass'],
    ],
    ['no server', { 'a.go': grpc('_ = keepalive.ClientParameters{Time: time.Minute}') }, ['inconclusive']],
    ['no client', { 'a.go': grpc('grpc.NewServer()') }, NONE],
  ],
  G02: [
    [
      'three replicas',
      { 's.yaml': service(''), 'd.yaml': deployment(3), 'a.go': grpc('grpc.NewServer()') },
      ['fail'],
    ],
    [
      'an age',
      {
        's.yaml': service(''),
        'd.yaml': deployment(3),
        'a.go': grpc('grpc.NewServer()\n_ = keepalive.ServerParameters{MaxConnectionAge: time.Minute}'),
      },
      ['pass'],
    ],
    ['headless', { 's.yaml': service(', clusterIP: None'), 'd.yaml': deployment(3) }, ['pass']],
    ['one replica', { 's.yaml': service(''), 'd.yaml': deployment(1) }, ['notApplicable']],
    [
      'a mesh',
      { 's.yaml': service(''), 'd.yaml': deployment(3, ', annotations: { linkerd.io/inject: enabled }') },
      ['notApplicable'],
    ],
    ['no source', { 's.yaml': service(''), 'd.yaml': deployment(3) }, ['fail']],
    [
      'a server of Node',
      { 's.yaml': service(''), 'd.yaml': deployment(3), 'package.json': '{ "name": "a" }' },
      ['inconclusive'],
    ],
    [
      'ports without names before gRPC',
      {
        's.yaml': service('').replace('name: grpc, ', ''),
        'd.yaml': deployment(3),
        'go.mod': go('1.25'),
        'a.go': grpc('grpc.NewServer()'),
      },
      ['fail'],
    ],
    ['no workload', { 's.yaml': service('') }, ['inconclusive']],
  ],
  K02: [
    ['short', { 'haproxy.cfg': 'frontend f\n  bind :80 backlog 100\n' }, ['fail']],
    ['long', { 'haproxy.cfg': 'frontend f\n  backlog 10000\n' }, ['pass']],
    [
      'capped',
      { 'haproxy.cfg': 'frontend f\n  backlog 10000\n', '9-sysctl.conf': 'net.core.somaxconn=1024\n' },
      ['pass', 'fail'],
    ],
    ['unset', { 'haproxy.cfg': 'frontend f\n  bind :80\n' }, NONE],
  ],
  FILE01: [
    ['no YAML', { 'a.yaml': 'a: [1\nb: 2' }, ['fail']],
    ['an unknown kind', { 'notes.txt': 'hello' }, ['fail']],
    ['YAML of an unknown kind', { 'a.yaml': 'openapi: 3.1.0' }, ['fail']],
    [
      'an include that is not here',
      { 'nginx.conf': 'events {}\nhttp { include conf.d/*.conf; }' },
      ['pass', 'inconclusive'],
    ],
    ['an nginx file that ends early', { 'nginx.conf': 'events {}\nhttp { server {' }, ['fail']],
    ['an ignore without a reason', { 'go.mod': `${go('1.25')}// zipfire-ignore MEM01\n` }, ['fail']],
    ['what stands beside them', { 'go.sum': 'x', 'README.md': 'x', 'package-lock.json': '{}' }, NONE],
    [
      'the templates of a chart, as one',
      { 'c/templates/a.yaml': '{{ if }}\na: [', 'c/templates/b.yaml': '{{ if }}\na: [' },
      ['fail'],
    ],
    ['all read', { 'go.mod': go('1.25') }, ['pass']],
  ],
};

describe('the rules of files', () => {
  it('are all in the table', () => {
    assert.deepEqual(Object.keys(table).sort(), fileAudits.map(({ id }) => id).sort());
  });

  it('have a row for each outcome that they can give', () => {
    const missing = Object.entries(table).flatMap(([id, rows]) =>
      outcomesIn(new URL(`${id.toLowerCase()}.js`, import.meta.url))
        .filter((outcome) => outcome !== 'notApplicable' || !rows.some(([, , found]) => found.length === 0))
        .filter((outcome) => !rows.some(([, , found]) => found.includes(outcome)))
        .map((outcome) => `${id} ${outcome}`),
    );
    assert.deepEqual(missing, []);
  });

  for (const [id, rows] of Object.entries(table))
    for (const [name, texts, expected] of rows)
      it(`${id}: ${name} is ${expected.join(', ') || 'not applicable'}`, () => {
        assert.deepEqual(statuses(id, texts), expected);
      });

  it('read each place at its line', () => {
    const rule = fileAudits.find(({ id }) => id === 'CPU02') as Audit<'files'>;
    const texts = { 'go.mod': '// x\nmodule m\n\ngo 1.22\n', 'p.yaml': pod('{ cpu: 2 }') };
    const [outcome] = [rule.run({ files: artifactOf(texts) })].flat() as Outcome[];
    assert.equal(outcome?.where, 'go.mod:4');
  });

  it('cite how a file is written that could not be read, by its kind', () => {
    const rule = fileAudits.find(({ id }) => id === 'FILE01') as Audit<'files'>;
    const cited = (texts: Readonly<Record<string, string>>) => {
      const outcomes = [rule.run({ files: artifactOf(texts) })].flat() as Outcome[];
      return outcomes.flatMap((each) => ('source' in each ? each.source : [])).join(' ');
    };
    const rows: readonly (readonly [string, string, RegExp])[] = [
      ['Dockerfile', 'RUN x\n', /docs\.docker\.com\/reference\/dockerfile/],
      ['nginx.conf', 'http { server {', /nginx\.org/],
      ['a.yaml', 'a: [1\nb: 2', /yaml\.org/],
      ['t.yaml', 'a: {{ .Values.x }}\n b: [', /helm\.sh/],
      ['package.json', '{', /npmjs\.com/],
      ['nginx.conf', 'events {}\nhttp { include conf.d/*.conf; }', /ngx_core_module\.html#include/],
      ['notes.txt', 'hello', /^$/],
    ];
    for (const [file, text, source] of rows) assert.match(cited({ [file]: text }), source, file);
  });
});
