/** Images of Go (CPU10) and limits of memory (MEM01, MEM02) in the forms in which people write them. */
// biome-ignore-all lint/suspicious/noTemplateCurlyInString: variables of shells, compose and nginx
import { describe } from 'node:test';
import { dep, df, env, gomod, goset, L, main, orders } from './container-texts.js';
import { check } from './forms.js';

describe('images of Go and limits of memory', () => {
  // CPU10
  for (const img of [
    'golang:1.22',
    'golang:1.22-alpine',
    'golang:1.24.4-bookworm',
    'docker.io/library/golang:1.23',
    'golang:1.22-alpine@sha256:0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef',
    '--platform=$BUILDPLATFORM golang:1.22',
  ])
    check(`CPU10 ${img}`, { Dockerfile: df(img), 'deploy.yaml': dep(orders(L('2'))) }, ['CPU10']);
  check(
    `CPU10 ARG`,
    {
      Dockerfile: `ARG GO_VERSION=1.22\n${df('golang:${GO_VERSION}-alpine')}`,
      'deploy.yaml': dep(orders(L('2'))),
    },
    ['CPU10'],
  );
  check(
    `CPU10 ARG image`,
    { Dockerfile: `ARG BASE=golang:1.22\n${df('$BASE')}`, 'deploy.yaml': dep(orders(L('2'))) },
    ['CPU10'],
  );
  check(
    `CPU10 with go.mod same`,
    {
      'go.mod': gomod('1.22'),
      'main.go': main,
      Dockerfile: df('golang:1.22'),
      'deploy.yaml': dep(orders(L('2'))),
    },
    ['CPU02', 'CPU10'],
  );
  check(`CPU10 scratch`, { Dockerfile: df('golang:1.22', 'scratch'), 'deploy.yaml': dep(orders(L('2'))) }, [
    'CPU10',
  ]);
  check(
    `CPU10 compose`,
    {
      Dockerfile: df('golang:1.22', 'scratch'),
      'docker-compose.yml':
        'services:\n  orders:\n    build: .\n    mem_limit: 512m\n    cpus: 2\n    environment: [GOMEMLIMIT=450MiB]\n',
    },
    ['CPU10'],
  );
  for (const img of ['golang:1.25', 'golang:1.26-alpine', 'golang:1.25.1-bookworm'])
    check(
      `CPU10 mended ${img}`,
      { 'go.mod': gomod('1.25'), Dockerfile: df(img), 'deploy.yaml': dep(orders(L('2'))) },
      [],
    );
  check(
    `CPU10 mended by env`,
    { Dockerfile: df('golang:1.22'), 'deploy.yaml': dep(orders(L('2'), env(['GOMAXPROCS', '2']))) },
    [],
  );
  for (const cpu of ['2500m', '3.5', '"2.5"', '7500m'])
    check(
      `CPU10 fraction ${cpu}`,
      {
        'go.mod': gomod('1.25'),
        'main.go': main,
        Dockerfile: df('golang:1.25'),
        'deploy.yaml': dep(orders(L(cpu))),
      },
      ['CPU10'],
    );
  check(
    `CPU10 fraction 1500m`,
    { 'go.mod': gomod('1.25'), 'main.go': main, 'deploy.yaml': dep(orders(L('1500m'))) },
    ['CPU03', 'CPU10'],
  );
  check(
    `CPU10 fraction mended 3`,
    { 'go.mod': gomod('1.25'), 'main.go': main, 'deploy.yaml': dep(orders(L('3'))) },
    [],
  );
  check(
    `CPU10 pod image golang`,
    {
      'pod.yaml': `apiVersion: v1
kind: Pod
metadata: {name: x}
spec:
  containers:
  - name: x
    image: golang:1.22
    command: [go, run, ./cmd/x]
    resources: {limits: {cpu: "2"}}
`,
    },
    ['CPU10'],
  );
  // MEM
  for (const m of ['512Mi', '1Gi', '1G', '1e9', '536870912', '512M', '1.5Gi'])
    check(`MEM01 ${m}`, { ...goset, 'deploy.yaml': dep(orders(L('2', m))) }, ['MEM01']);
  for (const [m, l] of [
    ['512Mi', '460MiB'],
    ['1Gi', '900MiB'],
    ['1Gi', '966367641'],
    ['1G', '900MB'.replace('MB', 'MiB').replace('900', '850')],
    ['2Gi', '1800MiB'],
  ] as const)
    check(
      `MEM01 mended ${m} ${l}`,
      { ...goset, 'deploy.yaml': dep(orders(L('2', m), env(['GOMEMLIMIT', l]))) },
      [],
    );
  for (const [m, l] of [
    ['512Mi', '512MiB'],
    ['1Gi', '1GiB'],
    ['1Gi', '1073741824'],
    ['1G', '1000MiB'],
    ['512Mi', '500MiB'],
    ['1G', '1GiB'],
    ['500M', '500MiB'],
    ['2Gi', '2GiB'],
  ] as const)
    check(`MEM02 ${m} ${l}`, { ...goset, 'deploy.yaml': dep(orders(L('2', m), env(['GOMEMLIMIT', l]))) }, [
      'MEM02',
    ]);
  check(
    `MEM02 downward`,
    {
      ...goset,
      'deploy.yaml': dep(
        orders(
          L('2', '1Gi'),
          `          env:
            - name: GOMEMLIMIT
              valueFrom:
                resourceFieldRef:
                  resource: limits.memory
`,
        ),
      ),
    },
    ['MEM02'],
  );
  check(
    `MEM02 bad unit 1Gi`,
    { ...goset, 'deploy.yaml': dep(orders(L('2', '1Gi'), env(['GOMEMLIMIT', '900Mi']))) },
    ['MEM02'],
  );
  check(
    `MEM01 compose mem_limit`,
    {
      ...goset,
      Dockerfile: df('golang:1.25'),
      'docker-compose.yaml': 'services:\n  orders:\n    build: .\n    mem_limit: 512m\n',
    },
    ['MEM01'],
  );
  check(
    `MEM01 compose deploy`,
    {
      ...goset,
      Dockerfile: df('golang:1.25'),
      'docker-compose.yaml':
        'services:\n  orders:\n    build: .\n    deploy: {resources: {limits: {memory: 1gb}}}\n',
    },
    ['MEM01'],
  );
  check(
    `MEM01 systemd`,
    { ...goset, 'orders.service': '[Service]\nExecStart=/usr/bin/orders\nMemoryMax=1G\n' },
    ['MEM01'],
  );
  check(
    `MEM01 systemd mended`,
    {
      ...goset,
      'orders.service': '[Service]\nExecStart=/usr/bin/orders\nMemoryMax=1G\nEnvironment=GOMEMLIMIT=900MiB\n',
    },
    [],
  );
  check(
    `MEM02 systemd`,
    {
      ...goset,
      'orders.service': "[Service]\nExecStart=/usr/bin/orders\nMemoryMax=1G\nEnvironment='GOMEMLIMIT=1GiB'\n",
    },
    ['MEM02'],
  );
  check(
    `MEM02 systemd envfile`,
    {
      ...goset,
      'orders.service':
        '[Service]\nEnvironmentFile=-/etc/default/orders\nExecStart=/usr/bin/orders\nMemoryMax=1G\n',
      'default/orders': 'GOMEMLIMIT=1GiB\n',
    },
    ['MEM02'],
  );
  check(
    `MEM01 automemlimit`,
    {
      ...goset,
      'go.mod': gomod('1.25', 'require github.com/KimMachineGun/automemlimit v0.7.0\n'),
      'deploy.yaml': dep(orders(L('2', '1Gi'))),
      'main.go': main.replace('import (', 'import (\n\t_ "github.com/KimMachineGun/automemlimit"'),
    },
    [],
  );
  check(
    `MEM01 Dockerfile ENV`,
    {
      ...goset,
      Dockerfile: df('golang:1.25').replace('USER', 'ENV GOMEMLIMIT=900MiB\nUSER'),
      'deploy.yaml': dep(orders(L('2', '1Gi'))),
    },
    [],
  );
  check(
    `MEM01 build-stage ENV only`,
    {
      ...goset,
      Dockerfile: df('golang:1.25').replace('WORKDIR', 'ENV GOMEMLIMIT=900MiB\nWORKDIR'),
      'deploy.yaml': dep(orders(L('2', '1Gi'))),
    },
    ['MEM01'],
  );
  check(
    `MEM02 in sidecar env mixup`,
    {
      ...goset,
      'deploy.yaml': dep(
        orders(L('2', '1Gi'), env(['GOMEMLIMIT', '900MiB'])) +
          `        - name: redis
          image: redis:7
          resources: {limits: {memory: 512Mi}}
`,
      ),
    },
    [],
  );
});
