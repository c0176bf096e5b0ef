import {
  alb,
  cluster,
  engines,
  envoy,
  fixed,
  main,
  NONE,
  nginx,
  node,
  type Rows,
  serve,
  site,
} from './texts.test.kit.js';

const given = (made: string) =>
  `package main\nimport (\n "net/http"\n "github.com/acme/kit"\n)\nfunc f() {\n x := &${made}\n kit.Tune(x)\n}`;

/** What files say of keep-alive. */
export const connectionRows: Rows = {
  KA01: [
    ['nginx closes at once', { 'nginx.conf': site('keepalive_timeout 0;') }, ['fail']],
    ['one request', { 'nginx.conf': site('keepalive_requests 1;') }, ['fail']],
    [
      'what a server sets itself holds',
      { 'nginx.conf': site('keepalive_timeout 0;', 'keepalive_timeout 65;') },
      ['pass'],
    ],
    ['that of an upstream is another', { 'nginx.conf': nginx('keepalive_requests 1;', '') }, NONE],
    [
      'a piece that others include',
      { 'conf.d/tune.conf': 'keepalive_timeout 0;\nkeepalive_requests 500;' },
      ['fail', 'pass'],
    ],
    ['Node', { 'a.js': node('server.maxRequestsPerSocket = 1;') }, ['fail']],
    ['any number', { 'a.js': node('server.maxRequestsPerSocket = 0;') }, ['pass']],
    [
      'Envoy',
      { 'envoy.yaml': envoy(', common_http_protocol_options: { max_requests_per_connection: 1 }') },
      ['fail'],
    ],
    ['nothing said', { 'nginx.conf': site('') }, NONE],
  ],
  KA06: [
    ['seven', { 'nginx.conf': site('keepalive_requests 7;') }, ['fail']],
    ['a thousand', { 'nginx.conf': site('keepalive_requests 1000;') }, ['pass']],
    ['a time alone', { 'nginx.conf': site('keepalive_timeout 65;') }, NONE],
    ['Node', { 'a.js': node('server.maxRequestsPerSocket = 99;') }, ['fail']],
    [
      'Envoy',
      { 'envoy.yaml': envoy(', common_http_protocol_options: { max_requests_per_connection: 50 }') },
      ['fail'],
    ],
    [
      'ingress-nginx',
      {
        'c.yaml':
          'apiVersion: v1\nkind: ConfigMap\nmetadata: { name: c }\ndata: { keep-alive-requests: "10" }',
      },
      ['fail'],
    ],
  ],
  KA13: [
    ['nginx', { 'nginx.conf': site('keepalive_timeout 1s;') }, ['fail']],
    ['Node', { 'a.js': node('server.keepAliveTimeout = 1000;') }, ['fail']],
    ['Go', { 'a.go': serve('IdleTimeout: time.Second') }, ['fail']],
    ['Envoy', { 'envoy.yaml': envoy(', common_http_protocol_options: { idle_timeout: 2s }') }, ['fail']],
    [
      'nginx in front of something',
      { 'nginx.conf': nginx('keepalive 8;', fixed).replace('http {', 'http { keepalive_timeout 1s;') },
      ['fail'],
    ],
    ['long enough', { 'a.js': node('server.keepAliveTimeout = 5000;') }, ['pass']],
    ['never', { 'a.js': node('server.keepAliveTimeout = 0;') }, ['pass']],
    ['behind a balancer', { 'i.yaml': alb(60), 'a.js': node('server.keepAliveTimeout = 1000;') }, NONE],
    ['what closes at once', { 'nginx.conf': site('keepalive_timeout 0;') }, NONE],
    [
      'HAProxy',
      {
        'haproxy.cfg':
          'defaults\n  mode http\n  timeout http-keep-alive 1s\nfrontend f\n  bind :80\n  default_backend b\n',
      },
      NONE,
    ],
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
    ['set to less', { 'a.js': node('server.keepAliveTimeout = 1000;') }, ['notApplicable']],
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
    ['a ReadTimeout that is long enough', { 'a.go': serve('ReadTimeout: 5 * time.Minute') }, ['pass']],
    ['neither', { 'a.go': serve('') }, NONE],
    [
      'given to what was not read',
      { 'a.go': given('http.Server{ReadTimeout: time.Second}') },
      ['inconclusive'],
    ],
  ],
  KA08: [
    ['Envoy, one request', { 'envoy.yaml': cluster('max_requests_per_connection: 1') }, ['fail']],
    ['Envoy, many', { 'envoy.yaml': cluster('max_requests_per_connection: 1000') }, ['pass']],
    ['Envoy, no limit', { 'envoy.yaml': cluster('') }, NONE],
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
    ['given to what was not read', { 'a.go': given('http.Transport{}') }, ['inconclusive']],
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
    ['given to what was not read', { 'a.go': given('http.Server{}') }, ['inconclusive']],
    ['a test', { 'a_test.go': serve('') }, NONE],
  ],
};
