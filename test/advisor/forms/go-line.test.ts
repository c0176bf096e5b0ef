/** The Go that follows a limit (CPU02, CPU03) in the forms in which people say which one it is. */
import { describe } from 'node:test';
import { dep, env, gomod, L, main, orders } from './container-texts.js';
import { check } from './forms.js';

describe('the Go line and the limit', () => {
  // CPU02
  for (const v of ['1.24', '1.22.3', '1.21', '1.24.7', '1.24rc1'])
    check(`CPU02 go ${v}`, { 'go.mod': gomod(v), 'main.go': main, 'deploy.yaml': dep(orders(L('"2"'))) }, [
      'CPU02',
    ]);
  for (const v of ['1.25', '1.25.0', '1.26.1', '1.25rc1'])
    check(
      `CPU02 mended go ${v}`,
      { 'go.mod': gomod(v), 'main.go': main, 'deploy.yaml': dep(orders(L('"2"'))) },
      [],
    );
  check(
    'CPU02 toolchain',
    { 'go.mod': gomod('1.24', 'toolchain go1.26.0\n'), 'main.go': main, 'deploy.yaml': dep(orders(L('2'))) },
    ['CPU02'],
  );
  check(
    'CPU02 godebug block 1',
    {
      'go.mod': gomod('1.24', 'godebug (\n\tcontainermaxprocs=1\n\tupdatemaxprocs=1\n)\n'),
      'main.go': main,
      'deploy.yaml': dep(orders(L('2'))),
    },
    [],
  );
  check(
    'CPU02 godebug default',
    {
      'go.mod': gomod('1.24', 'godebug default=go1.25\n'),
      'main.go': main,
      'deploy.yaml': dep(orders(L('2'))),
    },
    [],
  );
  check(
    'CPU02 godebug default older',
    {
      'go.mod': gomod('1.25', 'godebug (\n\tdefault=go1.24\n)\n'),
      'main.go': main,
      'deploy.yaml': dep(orders(L('2'))),
    },
    ['CPU02'],
  );
  check(
    'CPU02 go:debug',
    {
      'go.mod': gomod('1.25'),
      'main.go': `//go:debug containermaxprocs=0\n${main}`,
      'deploy.yaml': dep(orders(L('2'))),
    },
    ['CPU02'],
  );
  check(
    'CPU02 GODEBUG env off',
    {
      'go.mod': gomod('1.25'),
      'main.go': main,
      'deploy.yaml': dep(orders(L('2'), env(['GODEBUG', 'containermaxprocs=0']))),
    },
    ['CPU02'],
  );
  check(
    'CPU02 GODEBUG env off list',
    {
      'go.mod': gomod('1.25'),
      'main.go': main,
      'deploy.yaml': dep(orders(L('4'), env(['GODEBUG', 'http2client=0,containermaxprocs=0']))),
    },
    ['CPU02'],
  );
  check(
    'CPU02 GODEBUG env on',
    {
      'go.mod': gomod('1.24'),
      'main.go': main,
      'deploy.yaml': dep(orders(L('2'), env(['GODEBUG', 'containermaxprocs=1']))),
    },
    [],
  );
  check(
    'CPU02 mend by GOMAXPROCS',
    {
      'go.mod': gomod('1.24'),
      'main.go': main,
      'deploy.yaml': dep(orders(L('2'), env(['GOMAXPROCS', '2']))),
    },
    [],
  );
  check(
    'CPU02 mend by downward',
    {
      'go.mod': gomod('1.24'),
      'main.go': main,
      'deploy.yaml': dep(
        orders(
          L('2'),
          `          env:
            - name: GOMAXPROCS
              valueFrom:
                resourceFieldRef:
                  resource: limits.cpu
`,
        ),
      ),
    },
    [],
  );
  check(
    'CPU02 automaxprocs import',
    {
      'go.mod': gomod('1.24', 'require go.uber.org/automaxprocs v1.5.3\n'),
      'main.go': main.replace('import (', 'import (\n\t_ "go.uber.org/automaxprocs"'),
      'deploy.yaml': dep(orders(L('2'))),
    },
    [],
  );
  check(
    'CPU02 automaxprocs indirect only',
    {
      'go.mod': gomod('1.24', 'require go.uber.org/automaxprocs v1.5.3 // indirect\n'),
      'main.go': main,
      'deploy.yaml': dep(orders(L('2'))),
    },
    ['CPU02'],
  );
  check(
    'CPU02 in StatefulSet',
    {
      'go.mod': gomod('1.24'),
      'main.go': main,
      'deploy.yaml': dep(orders(L('1000m')), { kind: 'StatefulSet' }),
    },
    ['CPU02'],
  );
  check(
    'CPU02 GOMAXPROCS on sidecar only',
    {
      'go.mod': gomod('1.24'),
      'main.go': main,
      'deploy.yaml': dep(
        orders(L('2')) +
          `        - name: envoy
          image: envoyproxy/envoy:v1.36.2
          args: ["--concurrency", "1"]
          env:
            - name: GOMAXPROCS
              value: "2"
`,
      ),
    },
    ['CPU02'],
  );
  check(
    'CPU02 GOMAXPROCS on init only',
    {
      'go.mod': gomod('1.24'),
      'main.go': main,
      'deploy.yaml': dep(orders(L('2')), {
        init: `initContainers:
        - name: migrate
          image: ghcr.io/acme/migrate:1
          env: [{name: GOMAXPROCS, value: "2"}]
          resources: {limits: {cpu: "1"}}`,
      }),
    },
    ['CPU02'],
  );
  check(
    'CPU02 Dockerfile+go.mod only',
    {
      'go.mod': gomod('1.23'),
      'main.go': main,
      Dockerfile:
        'FROM golang:1.26-alpine AS build\nWORKDIR /src\nCOPY . .\nRUN go build -o /app .\nFROM gcr.io/distroless/static\nCOPY --from=build /app /app\nENTRYPOINT ["/app"]\n',
    },
    ['CPU02'],
  );
  check(
    'CPU02 compose',
    {
      'go.mod': gomod('1.23'),
      'main.go': main,
      'docker-compose.yml': 'services:\n  orders:\n    build: .\n    cpus: 1.5\n    ports: ["8080:8080"]\n',
      Dockerfile: 'FROM golang:1.25\nRUN go build\n',
    },
    ['CPU02'],
  );
  check(
    'CPU02 compose deploy',
    {
      'go.mod': gomod('1.23'),
      'main.go': main,
      'docker-compose.yml':
        'version: "3.8"\nservices:\n  orders:\n    build: {context: .}\n    deploy:\n      resources:\n        limits:\n          cpus: "2.0"\n          memory: 512M\n    environment:\n      - GOMEMLIMIT=460MiB\n',
      Dockerfile: 'FROM golang:1.25\nRUN go build\n',
    },
    ['CPU02'],
  );
  check(
    'CPU02 systemd',
    {
      'go.mod': gomod('1.23'),
      'main.go': main,
      'orders.service':
        '[Unit]\nDescription=Orders\n[Service]\nExecStart=/usr/local/bin/orders\nCPUQuota=200%\n',
    },
    ['CPU02'],
  );
  check(
    'CPU02 list',
    {
      'go.mod': gomod('1.24'),
      'main.go': main,
      'all.yaml':
        'apiVersion: v1\nkind: List\nitems:\n' +
        dep(orders(L('2')))
          .split('\n')
          .map((l, i) => (i === 0 ? '- ' : '  ') + l)
          .join('\n'),
    },
    ['CPU02'],
  );
  check(
    'CPU02 cronjob',
    {
      'go.mod': gomod('1.24'),
      'main.go': main,
      'cron.yaml': `apiVersion: batch/v1
kind: CronJob
metadata: {name: orders}
spec:
  schedule: "* * * * *"
  jobTemplate:
    spec:
      template:
        spec:
          containers:
          - name: orders
            image: orders
            resources:
              limits: {cpu: 2}
          restartPolicy: Never
`,
    },
    ['CPU02'],
  );
  check('CPU02 go.mod main server only', { 'go.mod': gomod('1.24'), 'main.go': main }, ['CPU02']);
  check('CPU02 go.mod alone', { 'go.mod': gomod('1.24') }, ['CPU02']);
  check(
    'CPU02 workspace',
    {
      'go.work': 'go 1.24\n\nuse (\n\t./orders\n\t./lib\n)\n',
      'orders/go.mod': gomod('1.24'),
      'orders/main.go': main,
      'lib/go.mod': 'module github.com/acme/lib\n\ngo 1.25\n',
      'lib/x.go': 'package lib\n',
      'deploy.yaml': dep(orders(L('2'))),
    },
    ['CPU02'],
  );
  check(
    'CPU02 workspace go.work decides',
    {
      'go.work': 'go 1.25\n\nuse (\n\t./orders\n\t./lib\n)\n',
      'orders/go.mod': gomod('1.24'),
      'orders/main.go': main,
      'lib/go.mod': 'module github.com/acme/lib\n\ngo 1.25\n',
      'lib/x.go': 'package lib\n',
      'deploy.yaml': dep(orders(L('2'))),
    },
    [],
  );
  // CPU03
  for (const cpu of ['500m', '"1"', '1', '0.5', '1500m', '1.5', '1000m', '250m', '.5'])
    check(
      `CPU03 ${cpu}`,
      { 'go.mod': gomod('1.25'), 'main.go': main, 'deploy.yaml': dep(orders(L(cpu))) },
      /^1\.?5/.test(cpu) ? ['CPU03', 'CPU10'] : ['CPU03'],
    );
  for (const cpu of ['"2"', '2000m', '4', '2.0'])
    check(
      `CPU03 mended ${cpu}`,
      { 'go.mod': gomod('1.25'), 'main.go': main, 'deploy.yaml': dep(orders(L(cpu))) },
      [],
    );
  check(
    `CPU03 GOMAXPROCS=1`,
    {
      'go.mod': gomod('1.25'),
      'main.go': main,
      'deploy.yaml': dep(orders(L('1'), env(['GOMAXPROCS', '1']))),
    },
    [],
  );
  check(
    `CPU03 GOMAXPROCS=2 under 1 cpu`,
    {
      'go.mod': gomod('1.25'),
      'main.go': main,
      'deploy.yaml': dep(orders(L('1'), env(['GOMAXPROCS', '2']))),
    },
    ['CPU03', 'CPU04'],
  );
  check(
    `CPU03 compose cpus 0.5`,
    {
      'go.mod': gomod('1.25'),
      'main.go': main,
      'compose.yaml': 'services:\n  orders:\n    build: .\n    cpus: "0.50"\n',
      Dockerfile: 'FROM golang:1.25\nRUN go build\n',
    },
    ['CPU03'],
  );
  check(
    `CPU03 compose cpu_quota`,
    {
      'go.mod': gomod('1.25'),
      'main.go': main,
      'compose.yaml': 'services:\n  orders:\n    build: .\n    cpu_quota: 50000\n    cpu_period: 100000\n',
      Dockerfile: 'FROM golang:1.25\nRUN go build\n',
    },
    ['CPU03'],
  );
  check(
    `CPU03 systemd 150%`,
    {
      'go.mod': gomod('1.25'),
      'main.go': main,
      'orders.service': '[Service]\nExecStart=/usr/local/bin/orders --port 80\nCPUQuota=150%\n',
    },
    ['CPU03', 'CPU10'],
  );
  check(
    `CPU03 systemd dropin`,
    {
      'go.mod': gomod('1.25'),
      'main.go': main,
      'orders.service': '[Service]\nExecStart=/usr/local/bin/orders --port 80\n',
      'orders.service.d/limits.conf': '[Service]\nCPUQuota=100%\n',
    },
    ['CPU03'],
  );
  check(
    `CPU03 Dockerfile inline mend`,
    {
      'go.mod': gomod('1.25'),
      'main.go': main,
      'deploy.yaml': dep(orders(L('1'))),
      Dockerfile: 'FROM golang:1.25 AS b\nRUN go build\nFROM debian\nENV GOMAXPROCS=1\nCMD ["/app"]\n',
    },
    [],
  );
  check(
    `CPU03 CMD inline mend`,
    {
      'go.mod': gomod('1.25'),
      'main.go': main,
      'deploy.yaml': dep(orders(L('1'))),
      Dockerfile: 'FROM golang:1.25 AS b\nRUN go build\nFROM debian\nCMD GOMAXPROCS=1 ./app\n',
    },
    [],
  );
  check(
    `CPU03 command sh -c inline mend`,
    {
      'go.mod': gomod('1.25'),
      'main.go': main,
      'deploy.yaml': dep(`        - name: orders
          image: orders
          command: ["/bin/sh", "-c", "GOMAXPROCS=1 exec /app/orders"]
          resources: {limits: {cpu: 1}}
`),
    },
    [],
  );
});
