/** Proxies and their upstreams (KA08) in the forms in which people configure them. */
// biome-ignore-all lint/suspicious/noTemplateCurlyInString: variables of shells, compose and nginx
import { describe } from 'node:test';
import { check } from './forms.js';
import { D, good, loc, main, up } from './nginx-texts.js';

describe('upstreams of proxies', () => {
  for (const [k, v] of Object.entries({
    none: main(up('') + loc('')),
    noKeepalive: main(up('') + loc(good)),
    noVersion: main(up() + loc('proxy_set_header Connection "";')),
    noHeader: main(up() + loc('proxy_http_version 1.1;')),
    close: main(up() + loc('proxy_http_version 1.1;\nproxy_set_header Connection close;')),
    onlyKeep: main(up() + loc('')),
    hdrReset: main(
      up() +
        `  proxy_http_version 1.1;\n  proxy_set_header Connection "";\n  server {\n listen 80;\n location / {\n proxy_pass http://api;\n proxy_set_header Host $host;\n }\n }\n`,
    ),
  })) {
    check(`KA08 ${k} 1.27`, { 'nginx.conf': v, ...D('1.27-alpine') }, ['KA08']);
    check(`KA08 ${k} unknown`, { 'nginx.conf': v }, ['KA08']);
    check(`KA08 ${k} 1.29.7`, { 'nginx.conf': v, ...D('1.29.7') }, k === 'close' ? ['KA08'] : []);
    check(`KA08 ${k} 1.30`, { 'nginx.conf': v, ...D('1.30-alpine') }, k === 'close' ? ['KA08'] : []);
  }
  check('KA08 mended', { 'nginx.conf': main(up() + loc(good)), ...D('1.27') }, []);
  check(
    'KA08 mended http level',
    {
      'nginx.conf': main(`  proxy_http_version 1.1;\n  proxy_set_header Connection "";\n${up()}${loc('')}`),
      ...D('1.27'),
    },
    [],
  );
  check(
    'KA08 mended server level',
    {
      'nginx.conf': main(
        up() +
          loc('').replace(
            'listen 80;',
            'listen 80;\nproxy_http_version 1.1;\nproxy_set_header Connection "";',
          ),
      ),
      ...D('1.27'),
    },
    [],
  );
  check(
    'KA08 mended single quotes',
    {
      'nginx.conf': main(up() + loc("proxy_http_version 1.1;\nproxy_set_header Connection '';")),
      ...D('1.27'),
    },
    [],
  );
  check(
    'KA08 map',
    {
      'nginx.conf': main(
        "map $http_upgrade $connection_upgrade {\n default upgrade;\n '' '';\n}\n" +
          up() +
          loc(
            'proxy_http_version 1.1;\nproxy_set_header Upgrade $http_upgrade;\nproxy_set_header Connection $connection_upgrade;',
          ),
      ),
      ...D('1.27'),
    },
    [],
  );
  check(
    'KA08 map close',
    {
      'nginx.conf': main(
        "map $http_upgrade $connection_upgrade {\n default upgrade;\n '' close;\n}\n" +
          up() +
          loc(
            'proxy_http_version 1.1;\nproxy_set_header Upgrade $http_upgrade;\nproxy_set_header Connection $connection_upgrade;',
          ),
      ),
      ...D('1.27'),
    },
    ['KA08'],
  );
  check(
    'KA08 conf.d default.conf',
    {
      'conf.d/default.conf': up('') + loc(''),
      Dockerfile: 'FROM nginx:1.25\nCOPY conf.d /etc/nginx/conf.d\n',
    },
    ['KA08'],
  );
  check('KA08 conf.d default.conf unknown', { 'conf.d/default.conf': up('') + loc('') }, ['KA08']);
  check(
    'KA08 include upstreams',
    {
      'nginx.conf': main('  include /etc/nginx/conf.d/*.conf;'),
      'conf.d/up.conf': up(''),
      'conf.d/site.conf': loc(good),
      ...D('1.24'),
    },
    ['KA08'],
  );
  check(
    'KA08 include upstreams ok',
    {
      'nginx.conf': main('  include /etc/nginx/conf.d/*.conf;'),
      'conf.d/up.conf': up(),
      'conf.d/site.conf': loc(good),
      ...D('1.24'),
    },
    [],
  );
  check(
    'KA08 include snippet',
    {
      'nginx.conf': main(up() + loc('include snippets/proxy.conf;')),
      'snippets/proxy.conf': 'proxy_http_version 1.1;\nproxy_set_header Connection "";\n',
      ...D('1.24'),
    },
    [],
  );
  check(
    'KA08 include snippet missing',
    { 'nginx.conf': main(up() + loc('include snippets/proxy.conf;')), ...D('1.24') },
    [],
  );
  check(
    'KA08 two upstreams, one bad',
    {
      'nginx.conf': main(
        up() +
          up('').replace('upstream api', 'upstream web') +
          loc(good) +
          loc(good, 'proxy_pass http://web;'),
      ),
      ...D('1.24'),
    },
    ['KA08'],
  );
  check(
    'KA08 direct host old',
    { 'nginx.conf': main(loc('', 'proxy_pass http://app:3000;')), ...D('1.24') },
    ['KA08'],
  );
  check('KA08 direct host unknown', { 'nginx.conf': main(loc('', 'proxy_pass http://app:3000;')) }, []);
  check(
    'KA08 variable',
    { 'nginx.conf': main(loc(good, 'set $up http://api:80;\n proxy_pass $up;')), ...D('1.24') },
    [],
  );
  check(
    'KA08 resolver var',
    {
      'nginx.conf': main(
        `resolver 10.0.0.10;\n${loc(good, 'set $b api.svc;\n proxy_pass http://$b:80$request_uri;')}`,
      ),
      ...D('1.24'),
    },
    [],
  );
  check(
    'KA08 https upstream',
    { 'nginx.conf': main(up('') + loc(good, 'proxy_pass https://api/v1/;')), ...D('1.24') },
    ['KA08'],
  );
  check(
    'KA08 unix',
    {
      'nginx.conf': main(
        `upstream app { server unix:/run/app.sock fail_timeout=0; }\n${loc('', 'proxy_pass http://app;')}`,
      ),
      ...D('1.24'),
    },
    ['KA08'],
  );
  check(
    'KA08 fastcgi only',
    {
      'nginx.conf': main(`upstream php { server php:9000; }\n${loc('', 'fastcgi_pass php;')}`),
      ...D('1.24'),
    },
    [],
  );
  check(
    'KA08 grpc_pass no keepalive',
    { 'nginx.conf': main(`upstream g { server g:9000; }\n${loc('', 'grpc_pass grpc://g;')}`), ...D('1.24') },
    ['KA08'],
  );
  check(
    'KA08 grpc_pass ok',
    {
      'nginx.conf': main(`upstream g { server g:9000; keepalive 16; }\n${loc('', 'grpc_pass grpc://g;')}`),
      ...D('1.24'),
    },
    [],
  );
  check(
    'KA08 configmap',
    {
      'cm.yaml':
        'apiVersion: v1\nkind: ConfigMap\nmetadata: {name: nginx}\ndata:\n  nginx.conf: |\n' +
        main(up('') + loc(good))
          .split('\n')
          .map((l) => `    ${l}`)
          .join('\n') +
        '\n---\napiVersion: apps/v1\nkind: Deployment\nmetadata: {name: nginx}\nspec: {template: {spec: {containers: [{name: nginx, image: "nginx:1.27"}]}}}\n',
    },
    ['KA08'],
  );
  check(
    'KA08 configmap default.conf',
    {
      'cm.yaml':
        'apiVersion: v1\nkind: ConfigMap\nmetadata: {name: nginx}\ndata:\n  default.conf: |\n' +
        (up('') + loc(''))
          .split('\n')
          .map((l) => `    ${l}`)
          .join('\n') +
        '\n',
    },
    ['KA08'],
  );
  check(
    'KA08 compose configs inline',
    {
      'compose.yaml':
        'services:\n  web:\n    image: nginx:1.27\n    configs: [{source: n, target: /etc/nginx/nginx.conf}]\nconfigs:\n  n:\n    content: |\n' +
        main(up('') + loc(good))
          .split('\n')
          .map((l) => `      ${l}`)
          .join('\n') +
        '\n',
    },
    ['KA08'],
  );
  check(
    'KA08 Dockerfile heredoc',
    {
      Dockerfile: `FROM nginx:1.27\nCOPY <<EOF /etc/nginx/conf.d/default.conf\n${up('')}${loc('')}EOF\n`,
    },
    ['KA08'],
  );
  check(
    'KA08 template',
    {
      'default.conf.template':
        up('') + loc('', 'proxy_pass http://api;').replace('listen 80', 'listen ${PORT}'),
      ...D('1.27'),
    },
    ['KA08'],
  );
  check('KA08 sites-available no ext', { 'sites-available/app': up('') + loc(''), ...D('1.27') }, ['KA08']);
  check(
    'KA08 ingress-nginx keepalive 0',
    {
      'cm.yaml':
        'apiVersion: v1\nkind: ConfigMap\nmetadata: {name: ingress-nginx-controller, namespace: ingress-nginx}\ndata:\n  upstream-keepalive-connections: "0"\n',
    },
    ['KA08'],
  );
  for (const l of ['option httpclose', 'option http-server-close', 'option forceclose', 'http-reuse never'])
    check(
      `KA08 haproxy ${l}`,
      {
        'haproxy.cfg': `global\n  maxconn 4096\n\ndefaults\n  mode http\n  ${l}\n  timeout client 30s\n\nfrontend f\n  bind *:80\n  default_backend b\n\nbackend b\n  server s1 10.0.0.1:80 check\n`,
      },
      ['KA08'],
    );
  check(
    `KA08 haproxy ok`,
    {
      'haproxy.cfg': `global\n  maxconn 4096\n\ndefaults\n  mode http\n  option http-keep-alive\n  timeout client 30s\n\nfrontend f\n  bind *:80\n  default_backend b\n\nbackend b\n  http-reuse safe\n  server s1 10.0.0.1:80 check\n`,
    },
    [],
  );
  check(
    `KA08 haproxy no option`,
    {
      'haproxy.cfg': `defaults\n  mode http\n  no option httpclose\n  option http-keep-alive\nbackend b\n  server s1 10.0.0.1:80 check\n`,
    },
    [],
  );
  check(
    `KA08 haproxy tcp mode`,
    { 'haproxy.cfg': `defaults\n  mode tcp\n  option httpclose\nbackend b\n  server s1 10.0.0.1:80 check\n` },
    [],
  );
});
