/** Workers of proxies and JVMs (CPU11, CPU12) in the forms in which people set them. */
// biome-ignore-all lint/suspicious/noTemplateCurlyInString: variables of shells, compose and nginx
import { describe } from 'node:test';
import { check } from './forms.js';
import { D, files, main } from './nginx-texts.js';

describe('workers', () => {
  // CPU12
  const ng = (l: string, more = '') =>
    `apiVersion: apps/v1\nkind: Deployment\nmetadata: {name: edge}\nspec:\n  template:\n    spec:\n      containers:\n      - name: nginx\n        image: nginx:1.29.7\n        resources: {limits: {${l}}}\n${more}`;
  for (const [w, cpu] of [
    ['worker_processes 1;', 'cpu: 4'],
    ['worker_processes 2;', 'cpu: "4"'],
    ['', 'cpu: 2'],
    ['worker_processes 1;', 'cpu: 2500m'],
  ] as const)
    check(`CPU12 ${w} ${cpu}`, { 'nginx.conf': main(files, w), 'd.yaml': ng(cpu) }, ['CPU12']);
  for (const [w, cpu] of [
    ['worker_processes auto;', 'cpu: 4'],
    ['worker_processes 4;', 'cpu: "4"'],
    ['worker_processes 1;', 'cpu: 1'],
    ['worker_processes 1;', 'cpu: 500m'],
  ] as const)
    check(`CPU12 ok ${w} ${cpu}`, { 'nginx.conf': main(files, w), 'd.yaml': ng(cpu) }, []);
  check(
    'CPU12 compose',
    {
      'nginx.conf': main(files, 'worker_processes 1;'),
      'compose.yaml':
        'services:\n  edge:\n    image: nginx:1.29.7\n    deploy: {resources: {limits: {cpus: "4"}}}\n    volumes: ["./nginx.conf:/etc/nginx/nginx.conf:ro"]\n',
    },
    ['CPU12'],
  );
  check(
    'CPU12 compose build',
    {
      'nginx.conf': main(files, 'worker_processes 1;'),
      'compose.yaml': 'services:\n  edge:\n    build: .\n    cpus: 4\n',
      ...D('1.29.7'),
    },
    ['CPU12'],
  );
  check(
    'CPU12 compose two services',
    {
      'nginx.conf': main(files, 'worker_processes 1;'),
      'compose.yaml':
        'services:\n  edge:\n    image: nginx:1.29.7\n    cpus: 4\n  app:\n    image: acme/app\n    cpus: 1\n',
    },
    ['CPU12'],
  );
  check('CPU12 alone 1', { 'nginx.conf': main(files, 'worker_processes 1;') }, ['CPU12']);
  check('CPU12 alone unset', { 'nginx.conf': main(files, '') }, []);
  check('CPU12 alone 4', { 'nginx.conf': main(files, 'worker_processes 4;') }, []);
  check(
    'CPU12 configmap',
    {
      'cm.yaml':
        'apiVersion: v1\nkind: ConfigMap\nmetadata: {name: nginx}\ndata:\n  nginx.conf: |\n' +
        main(files, 'worker_processes 1;')
          .split('\n')
          .map((l) => `    ${l}`)
          .join('\n') +
        '\n---\n' +
        ng('cpu: 4'),
    },
    ['CPU12'],
  );
  check(
    'CPU12 ingress-nginx cm',
    {
      'cm.yaml':
        'apiVersion: v1\nkind: ConfigMap\nmetadata: {name: ingress-nginx-controller, namespace: ingress-nginx}\ndata:\n  worker-processes: "1"\n' +
        '---\n' +
        ng('cpu: 4')
          .replace(
            'image: nginx:1.29.7',
            'image: registry.k8s.io/ingress-nginx/controller:v1.11.2@sha256:d5f8217feeac4887cb1ed21f27c2674e58be06bd8f5184cacea2a69abaf78dce',
          )
          .replace('name: nginx\n', 'name: controller\n'),
    },
    ['CPU12'],
  );
  check(
    'CPU12 openresty',
    {
      'nginx.conf': main(files, 'worker_processes 1;'),
      'd.yaml': ng('cpu: 4').replace('nginx:1.29.7', 'openresty/openresty:1.27.1.1-alpine'),
    },
    ['CPU12'],
  );
  check(
    'CPU12 daemon -g',
    {
      'nginx.conf': main(files, ''),
      'd.yaml': ng('cpu: 4', '        command: ["nginx", "-g", "daemon off; worker_processes 4;"]\n'),
    },
    [],
  );
  check(
    'CPU12 dynamic env',
    { 'nginx.conf': main(files, 'worker_processes ${WORKERS};'), 'd.yaml': ng('cpu: 4') },
    [],
  );
  const ev = (args: string, l = 'cpu: 2', img = 'envoyproxy/envoy:v1.36.2') =>
    `apiVersion: apps/v1\nkind: Deployment\nmetadata: {name: edge}\nspec:\n  template:\n    spec:\n      containers:\n      - name: envoy\n        image: ${img}\n        ${args}\n        resources: {limits: {${l}}}\n`;
  for (const [k, a] of Object.entries({
    cmd: 'command: ["envoy", "-c", "/etc/envoy/envoy.yaml"]',
    args: 'args: ["-c", "/etc/envoy/envoy.yaml"]',
    none: '',
    sh: 'command: ["/bin/sh", "-c", "exec envoy -c /etc/envoy.yaml --service-cluster x"]',
    full: 'command: ["/usr/local/bin/envoy"]\n        args: ["--config-path", "/e.yaml", "--log-level", "info"]',
  }))
    check(`CPU12 envoy ${k}`, { 'e.yaml': ev(a) }, ['CPU12']);
  for (const [k, a] of Object.entries({
    cmd: 'command: ["envoy", "-c", "/etc/envoy/envoy.yaml", "--concurrency", "2"]',
    args: 'args: ["-c", "/etc/envoy/envoy.yaml", "--concurrency=2"]',
    sh: 'command: ["/bin/sh", "-c", "exec envoy -c /etc/envoy.yaml --concurrency 2"]',
    cpuset: 'args: ["--cpuset-threads"]',
    str: 'args:\n        - --concurrency\n        - "2"',
    env: 'command: ["/bin/sh","-c","envoy -c x --concurrency ${CPU}"]',
  }))
    check(`CPU12 envoy ok ${k}`, { 'e.yaml': ev(a) }, []);
  check(`CPU12 envoy distroless`, { 'e.yaml': ev('', 'cpu: 1', 'envoyproxy/envoy-distroless:v1.30.1') }, [
    'CPU12',
  ]);
  check(
    `CPU12 envoy private registry`,
    { 'e.yaml': ev('', 'cpu: 1', '123.dkr.ecr.eu-west-1.amazonaws.com/aws-appmesh-envoy:v1.30') },
    ['CPU12'],
  );
  check(
    `CPU12 envoy compose`,
    {
      'compose.yaml':
        'services:\n  envoy:\n    image: envoyproxy/envoy:v1.36-latest\n    command: -c /etc/envoy/envoy.yaml\n    cpus: 2\n',
    },
    ['CPU12'],
  );
  check(
    `CPU12 envoy compose ok`,
    {
      'compose.yaml':
        'services:\n  envoy:\n    image: envoyproxy/envoy:v1.36-latest\n    command: -c /etc/envoy/envoy.yaml --concurrency 2\n    cpus: 2\n',
    },
    [],
  );
  check(
    `CPU12 envoy compose build`,
    {
      'compose.yaml': 'services:\n  envoy:\n    build: .\n    cpus: 2\n',
      Dockerfile:
        'FROM envoyproxy/envoy:v1.36.0\nCOPY envoy.yaml /etc/envoy/envoy.yaml\nCMD ["envoy", "-c", "/etc/envoy/envoy.yaml"]\n',
    },
    ['CPU12'],
  );
  check(
    `CPU12 envoy dockerfile ok`,
    {
      'compose.yaml': 'services:\n  envoy:\n    build: .\n    cpus: 2\n',
      Dockerfile:
        'FROM envoyproxy/envoy:v1.36.0\nCOPY envoy.yaml /etc/envoy/envoy.yaml\nCMD ["envoy", "-c", "/etc/envoy/envoy.yaml", "--concurrency", "2"]\n',
    },
    [],
  );
  check(
    `CPU12 envoy sidecar`,
    {
      'e.yaml': ev('').replace(
        '      containers:\n',
        '      containers:\n      - name: app\n        image: acme/app:1\n',
      ),
    },
    ['CPU12'],
  );
  check(`CPU12 envoy no limit`, { 'e.yaml': ev('', 'memory: 1Gi') }, []);
  // CPU11
  const jv = (l: string, env = '', img = 'eclipse-temurin:21-jre') =>
    `apiVersion: apps/v1\nkind: Deployment\nmetadata: {name: app}\nspec:\n  template:\n    spec:\n      containers:\n      - name: app\n        image: ${img}\n        command: ["java", "-jar", "/app.jar"]\n${env}        resources: {limits: {${l}}}\n`;
  for (const l of [
    'cpu: 1, memory: 2Gi',
    'cpu: 500m, memory: 4Gi',
    'cpu: "1"',
    'cpu: 4, memory: 1Gi',
    'memory: 4Gi',
    '',
  ])
    check(`CPU11 ${l}`, { 'd.yaml': jv(l) }, ['CPU11']);
  for (const [l, e] of [
    ['cpu: 2, memory: 2Gi', ''],
    [
      'cpu: 1, memory: 2Gi',
      '        env: [{name: JAVA_TOOL_OPTIONS, value: "-XX:ActiveProcessorCount=2 -XX:+UseG1GC"}]\n',
    ],
    ['cpu: 1, memory: 2Gi', '        env: [{name: JAVA_OPTS, value: "-XX:+UseSerialGC -Xmx1g"}]\n'],
    ['memory: 4Gi', '        env: [{name: JAVA_TOOL_OPTIONS, value: "-XX:ActiveProcessorCount=4"}]\n'],
  ] as const)
    check(`CPU11 ok ${l} ${e}`, { 'd.yaml': jv(l, e) }, []);
  check(
    `CPU11 args flags`,
    {
      'd.yaml': jv('cpu: 1, memory: 2Gi').replace(
        '"java", "-jar"',
        '"java", "-XX:+UseParallelGC", "-XX:ActiveProcessorCount=2", "-jar"',
      ),
    },
    [],
  );
  check(
    `CPU11 Dockerfile`,
    {
      Dockerfile:
        'FROM maven:3.9-eclipse-temurin-21 AS build\nRUN mvn package\nFROM eclipse-temurin:21-jre\nCOPY --from=build /app.jar /app.jar\nENTRYPOINT ["java","-jar","/app.jar"]\n',
      'compose.yaml': 'services:\n  app:\n    build: .\n    cpus: 1\n    mem_limit: 2g\n',
    },
    ['CPU11'],
  );
  check(
    `CPU11 systemd`,
    {
      'app.service':
        '[Service]\nExecStart=/usr/bin/java -Xmx1g -jar /opt/app.jar\nCPUQuota=100%\nMemoryMax=4G\n',
    },
    ['CPU11'],
  );
  check(
    `CPU11 systemd no limit`,
    { 'app.service': '[Service]\nExecStart=/usr/bin/java -Xmx1g -jar /opt/app.jar\n' },
    [],
  );
  check(
    `CPU11 compose no limit`,
    { 'compose.yaml': 'services:\n  app:\n    image: eclipse-temurin:21\n    command: java -jar /app.jar\n' },
    ['CPU11'],
  );
});
