import { deployment, envoy, go, grpc, NONE, type Rows, service, site } from './texts.test.kit.js';

/** What files say of HTTP/2, gRPC and the kernel, and files that cannot be read. */
export const protocolRows: Rows = {
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
  TLS1: [
    ['neither', { 'nginx.conf': site('ssl_session_tickets off;', '', '443 ssl') }, ['fail']],
    [
      'a cache that is off',
      { 'nginx.conf': site('ssl_session_cache off;', 'ssl_session_tickets off;', '443 ssl http2') },
      ['fail'],
    ],
    [
      'a cache alone',
      { 'nginx.conf': site('ssl_session_tickets off;', 'ssl_session_cache shared:a:1m;', '443 ssl') },
      ['pass'],
    ],
    ['tickets, as by default', { 'nginx.conf': site('ssl_session_cache off;', '', '443 ssl') }, ['pass']],
    ['no TLS', { 'nginx.conf': site('ssl_session_tickets off;') }, NONE],
    ['nothing said', { 'nginx.conf': site('', '', '443 ssl') }, NONE],
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
