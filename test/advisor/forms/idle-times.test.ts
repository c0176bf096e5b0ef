/** Load balancers and proxies before servers (KA02, KA03), as manifests and configurations ask for them. */
import { describe } from 'node:test';
import { check } from './forms.js';
import { alb, gosrv, P, withKa } from './node-texts.js';

describe('idle times of both ends', () => {
  // KA02 KA03
  for (const [t, ms, id] of [
    [60, '30000', 'KA02'],
    [60, '60_000', 'KA03'],
    [undefined, '60 * 1000', 'KA03'],
    [120, '65_000', 'KA02'],
    [60, '5e3', 'KA02'],
    [300, '61 * 1e3', 'KA02'],
    [4000, '75000', 'KA02'],
  ] as const)
    check(`${id} alb ${t} node ${ms}`, { ...P('22.x'), 'server.js': withKa(ms), ...alb(t) }, [id]);
  for (const [t, ms] of [
    [60, '75_000'],
    [undefined, '65000'],
    [120, '135_000'],
    [60, '61000'],
    [60, '0'],
  ] as const)
    check(`KA02 ok alb ${t} node ${ms}`, { ...P('22.x'), 'server.js': withKa(ms), ...alb(t) }, []);
  const gce = `apiVersion: networking.k8s.io/v1\nkind: Ingress\nmetadata:\n  name: web\n  annotations:\n    kubernetes.io/ingress.class: "gce"\nspec: {rules: []}\n`;
  check('KA02 gce', { ...gosrv('120 * time.Second'), 'i.yaml': gce }, ['KA02']);
  check('KA03 gce', { ...gosrv('10 * time.Minute'), 'i.yaml': gce }, ['KA03']);
  check('KA02 gce ok', { ...gosrv('620 * time.Second'), 'i.yaml': gce }, []);
  check(
    'KA02 gce backendconfig',
    {
      ...gosrv('30 * time.Second'),
      'i.yaml': `apiVersion: networking.k8s.io/v1\nkind: Ingress\nmetadata:\n  name: web\n  annotations:\n    networking.gke.io/managed-certificates: x\n    kubernetes.io/ingress.global-static-ip-name: y\nspec: {rules: []}\n`,
    },
    ['KA02'],
  );
  check(
    'KA02 gke gateway',
    {
      ...gosrv('30 * time.Second'),
      'i.yaml': `apiVersion: gateway.networking.k8s.io/v1\nkind: Gateway\nmetadata: {name: gw}\nspec:\n  gatewayClassName: gke-l7-global-external-managed\n  listeners: [{name: http, port: 80, protocol: HTTP}]\n`,
    },
    ['KA02'],
  );
  check(
    'KA02 alb new annotations',
    {
      ...gosrv('30 * time.Second'),
      'i.yaml': `apiVersion: networking.k8s.io/v1\nkind: Ingress\nmetadata:\n  name: web\n  annotations:\n    kubernetes.io/ingress.class: alb\n    alb.ingress.kubernetes.io/target-type: ip\nspec: {rules: []}\n`,
    },
    ['KA02'],
  );
  check(
    'KA02 ingress-nginx',
    {
      ...gosrv('30 * time.Second'),
      'i.yaml': `apiVersion: networking.k8s.io/v1\nkind: Ingress\nmetadata:\n  name: web\nspec: {ingressClassName: nginx, rules: []}\n`,
    },
    ['KA02'],
  );
  check(
    'KA02 ingress-nginx cm',
    {
      ...gosrv('90 * time.Second'),
      'i.yaml': `apiVersion: networking.k8s.io/v1\nkind: Ingress\nmetadata:\n  name: web\nspec: {ingressClassName: nginx, rules: []}\n---\napiVersion: v1\nkind: ConfigMap\nmetadata: {name: ingress-nginx-controller, namespace: ingress-nginx}\ndata: {upstream-keepalive-timeout: "120"}\n`,
    },
    ['KA02'],
  );
  check(
    'KA02 clb',
    {
      ...gosrv('30 * time.Second'),
      'i.yaml': `apiVersion: v1\nkind: Service\nmetadata:\n  name: web\n  annotations:\n    service.beta.kubernetes.io/aws-load-balancer-connection-idle-timeout: "60"\n    service.beta.kubernetes.io/aws-load-balancer-backend-protocol: http\nspec: {type: LoadBalancer, ports: [{port: 80}]}\n`,
    },
    ['KA02'],
  );
  check(
    'KA02 nlb is L4',
    {
      ...gosrv('400 * time.Second'),
      'i.yaml': `apiVersion: v1\nkind: Service\nmetadata:\n  name: web\n  annotations:\n    service.beta.kubernetes.io/aws-load-balancer-type: nlb\nspec: {type: LoadBalancer, ports: [{port: 80}]}\n`,
    },
    [],
  );
  check(
    'KA02 nlb short server',
    {
      ...gosrv('90 * time.Second'),
      'i.yaml': `apiVersion: v1\nkind: Service\nmetadata:\n  name: web\n  annotations:\n    service.beta.kubernetes.io/aws-load-balancer-type: nlb\nspec: {type: LoadBalancer, ports: [{port: 80}]}\n`,
    },
    [],
  );
  check(
    'KA02 nginx front of node',
    {
      ...P('22.x'),
      'server.js': withKa('30000'),
      'nginx.conf':
        'worker_processes auto;\nevents {}\nhttp {\n  upstream api {\n    server api:3000;\n    keepalive 32;\n    keepalive_timeout 60s;\n  }\n  server {\n    listen 80;\n    location / {\n      proxy_pass http://api;\n      proxy_http_version 1.1;\n      proxy_set_header Connection "";\n    }\n  }\n}\n',
    },
    ['KA02'],
  );
  check(
    'KA02 nginx front of node unrelated upstream port',
    {
      ...P('22.x'),
      'server.js': withKa('70000'),
      'nginx.conf':
        'worker_processes auto;\nevents {}\nhttp {\n  upstream api {\n    server api:3000;\n    keepalive 32;\n  }\n  server {\n    listen 80;\n    location / {\n      proxy_pass http://api;\n      proxy_http_version 1.1;\n      proxy_set_header Connection "";\n    }\n  }\n}\n',
    },
    [],
  );
  check(
    'KA02 envoy default vs go',
    {
      ...gosrv('90 * time.Second'),
      'envoy.yaml':
        'static_resources:\n  clusters:\n    - name: api\n      type: STRICT_DNS\n      load_assignment: {}\n',
    },
    ['KA02'],
  );
  check(
    'KA02 envoy set',
    {
      ...gosrv('90 * time.Second'),
      'envoy.yaml':
        'static_resources:\n  clusters:\n    - name: api\n      type: STRICT_DNS\n      typed_extension_protocol_options:\n        envoy.extensions.upstreams.http.v3.HttpProtocolOptions:\n          "@type": type.googleapis.com/envoy.extensions.upstreams.http.v3.HttpProtocolOptions\n          common_http_protocol_options:\n            idle_timeout: 30s\n          explicit_http_config: {http_protocol_options: {}}\n',
    },
    [],
  );
  check(
    'KA02 haproxy',
    {
      ...gosrv('10 * time.Second'),
      'haproxy.cfg':
        'defaults\n  mode http\n  timeout client 60s\n  timeout server 60s\n  timeout http-keep-alive 60s\nbackend api\n  server a 127.0.0.1:80\n',
    },
    [],
  );
  check(
    'KA02 terraform',
    {
      ...P('22.x'),
      'server.js': withKa('30000'),
      'lb.tf':
        'resource "aws_lb" "main" {\n  name = "main"\n  load_balancer_type = "application"\n  idle_timeout = 120\n}\n',
    },
    [],
  );
  const haproxy = (timeouts: string) => ({
    ...alb(),
    'haproxy.cfg': `defaults\n  mode http\n  timeout client 90s\n${timeouts}frontend web\n  bind :80\n  default_backend a\nbackend a\n  server a 10.0.0.1:80\n`,
  });
  check('KA02 haproxy behind alb', haproxy('  timeout http-keep-alive 10s\n'), ['KA02']);
  check('KA02 haproxy by request', haproxy('  timeout http-request 5000\n'), ['KA02']);
  check('KA02 haproxy by client', haproxy(''), []);
  check('KA03 haproxy', haproxy('  timeout http-keep-alive 1m\n'), ['KA03']);
  const files = 'server { listen 80; root /srv; }';
  const nginx = (idle: string) => ({
    ...alb(),
    'nginx.conf': `worker_processes auto;\nevents {}\nhttp { ${idle} ${files} }`,
  });
  check('KA02 nginx that serves files', nginx('keepalive_timeout 15s;'), ['KA02']);
  check('KA02 nginx that closes at once', nginx('keepalive_timeout 0;'), ['KA01', 'KA02']);
  check('KA02 nginx by default', nginx(''), []);
});
