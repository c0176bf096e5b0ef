/** Streams and accept queues (H201, H202, K02) in the forms in which people limit them. */
// biome-ignore-all lint/suspicious/noTemplateCurlyInString: variables of shells, compose and nginx
import { describe } from 'node:test';
import { check } from './forms.js';
import { files, main } from './nginx-texts.js';

describe('streams and queues', () => {
  // H201, H202
  check('H201 nginx', { 'nginx.conf': main(`  http2_max_concurrent_streams 8;\n${files}`) }, ['H201']);
  check(
    'H201 nginx server',
    {
      'nginx.conf': main('  server { listen 443 ssl; http2 on; http2_max_concurrent_streams 1; root /srv; }'),
    },
    ['H201'],
  );
  check(
    'H201 ingress-nginx',
    {
      'cm.yaml':
        'apiVersion: v1\nkind: ConfigMap\nmetadata: {name: ingress-nginx-controller}\ndata:\n  http2-max-concurrent-streams: "10"\n',
    },
    ['H201'],
  );
  const hcm = (o: string) =>
    `static_resources:\n  listeners:\n  - name: main\n    address: {socket_address: {address: 0.0.0.0, port_value: 8080}}\n    filter_chains:\n    - filters:\n      - name: envoy.filters.network.http_connection_manager\n        typed_config:\n          "@type": type.googleapis.com/envoy.extensions.filters.network.http_connection_manager.v3.HttpConnectionManager\n          stat_prefix: ingress\n          codec_type: AUTO\n${o}          route_config: {}\n`;
  const E = (v: string) => ({ 'compose.yaml': `services:\n  envoy:\n    image: envoyproxy/envoy:${v}\n` });
  check(
    'H201 envoy',
    { 'envoy.yaml': hcm('          http2_protocol_options:\n            max_concurrent_streams: 10\n') },
    ['H201'],
  );
  check('H202 envoy old', { 'envoy.yaml': hcm(''), ...E('v1.30.2') }, ['H202']);
  check(
    'H202 envoy old h2opts empty',
    { 'envoy.yaml': hcm('          http2_protocol_options: {}\n'), ...E('v1.35-latest') },
    ['H202'],
  );
  check(
    'H202 envoy old http1 codec',
    { 'envoy.yaml': hcm('').replace('AUTO', 'HTTP1'), ...E('v1.30.2') },
    [],
  );
  check('H202 envoy unknown', { 'envoy.yaml': hcm('') }, []);
  check(
    'H202 envoy max',
    { 'envoy.yaml': hcm('          http2_protocol_options: {max_concurrent_streams: 2147483647}\n') },
    ['H202'],
  );
  check(
    'H202 envoy ok',
    {
      'envoy.yaml': hcm('          http2_protocol_options: {max_concurrent_streams: 100}\n'),
      ...E('v1.30.2'),
    },
    [],
  );
  check('H202 envoy 1.36', { 'envoy.yaml': hcm(''), ...E('v1.36.1') }, []);
  check('H202 envoy distroless-v tag', { 'envoy.yaml': hcm(''), ...E('distroless-v1.36.1') }, []);
  check(
    'H202 envoy json',
    {
      'envoy.json': JSON.stringify(
        {
          static_resources: {
            listeners: [
              {
                name: 'l',
                filter_chains: [
                  {
                    filters: [
                      {
                        name: 'hcm',
                        typed_config: {
                          '@type':
                            'type.googleapis.com/envoy.extensions.filters.network.http_connection_manager.v3.HttpConnectionManager',
                          stat_prefix: 'x',
                          http2_protocol_options: { max_concurrent_streams: 2147483647 },
                        },
                      },
                    ],
                  },
                ],
              },
            ],
          },
        },
        null,
        1,
      ),
    },
    ['H202'],
  );
  check(
    'H202 internal listener',
    { 'envoy.yaml': hcm('').replace('0.0.0.0', '127.0.0.1'), ...E('v1.30.2') },
    [],
  );
  check('K02 nginx backlog', { 'nginx.conf': main('  server { listen 80 backlog=64; root /srv; }') }, [
    'K02',
  ]);
  check('K02 sysctl', { '99-custom.conf': 'net.core.somaxconn = 128\nnet.ipv4.ip_forward=1\n' }, ['K02']);
  check(
    'K02 pod sysctl',
    {
      'p.yaml':
        'apiVersion: v1\nkind: Pod\nmetadata: {name: a}\nspec:\n  securityContext:\n    sysctls: [{name: net.core.somaxconn, value: "128"}]\n  containers: [{name: a, image: a}]\n',
    },
    ['K02'],
  );
  check(
    'K02 compose sysctls',
    { 'compose.yaml': 'services:\n  a:\n    image: a\n    sysctls:\n      - net.core.somaxconn=100\n' },
    ['K02'],
  );
  check('K02 sysctl ok', { 'sysctl.conf': 'net.core.somaxconn = 65535\n' }, []);
});
