/** GOMAXPROCS (CPU04) in the forms in which people set it. */
// biome-ignore-all lint/suspicious/noTemplateCurlyInString: variables of shells, compose and nginx
import { describe } from 'node:test';
import { dep, env, gomod, L, main, orders } from './container-texts.js';
import { check, type Texts } from './forms.js';

describe('GOMAXPROCS', () => {
  // CPU04
  for (const [n, e] of Object.entries({
    plain: env(['GOMAXPROCS', '4']),
    downward: `          env:
            - name: GOMAXPROCS
              valueFrom: {resourceFieldRef: {resource: limits.cpu, containerName: orders}}
`,
    divisor: `          env:
            - name: GOMAXPROCS
              valueFrom:
                resourceFieldRef:
                  resource: limits.cpu
                  divisor: "1"
`,
  }))
    check(`CPU04 ${n}`, { 'go.mod': gomod('1.25'), 'main.go': main, 'deploy.yaml': dep(orders(L('4'), e)) }, [
      'CPU04',
    ]);
  check(
    `CPU04 unquoted int`,
    {
      'go.mod': gomod('1.25'),
      'main.go': main,
      'deploy.yaml': dep(orders(L('4'), `          env:\n            - {name: GOMAXPROCS, value: 4}\n`)),
    },
    ['CPU04'],
  );
  check(
    `CPU04 configmap envFrom`,
    {
      'go.mod': gomod('1.25'),
      'main.go': main,
      'deploy.yaml': dep(
        orders(L('4'), `          envFrom:\n            - configMapRef:\n                name: orders-env\n`),
      ),
      'cm.yaml': 'apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: orders-env\ndata:\n  GOMAXPROCS: "4"\n',
    },
    ['CPU04'],
  );
  check(
    `CPU04 configmap keyref`,
    {
      'go.mod': gomod('1.25'),
      'main.go': main,
      'deploy.yaml': dep(
        orders(
          L('4'),
          `          env:\n            - name: GOMAXPROCS\n              valueFrom:\n                configMapKeyRef:\n                  name: orders-env\n                  key: maxprocs\n`,
        ),
      ),
      'cm.yaml': 'apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: orders-env\ndata:\n  maxprocs: "4"\n',
    },
    ['CPU04'],
  );
  check(
    `CPU04 Dockerfile ENV`,
    {
      'go.mod': gomod('1.25'),
      'main.go': main,
      'deploy.yaml': dep(orders(L('4'))),
      Dockerfile: 'FROM golang:1.25 AS b\nRUN go build\nFROM debian\nENV GOMAXPROCS 4\nCMD ["/app"]\n',
    },
    ['CPU04'],
  );
  check(
    `CPU04 Dockerfile CMD inline`,
    {
      'go.mod': gomod('1.25'),
      'main.go': main,
      'deploy.yaml': dep(orders(L('4'))),
      Dockerfile: 'FROM golang:1.25 AS b\nRUN go build\nFROM debian\nCMD GOMAXPROCS=4 ./app\n',
    },
    ['CPU04'],
  );
  check(
    `CPU04 Dockerfile only`,
    {
      'go.mod': gomod('1.25'),
      'main.go': main,
      Dockerfile: 'FROM golang:1.25 AS b\nRUN go build\nFROM debian\nENV GOMAXPROCS=4\nCMD ["/app"]\n',
    },
    ['CPU04'],
  );
  check(
    `CPU04 compose`,
    {
      'go.mod': gomod('1.25'),
      'main.go': main,
      'compose.yml': 'services:\n  orders:\n    build: .\n    environment:\n      GOMAXPROCS: 2\n',
      Dockerfile: 'FROM golang:1.25\nRUN go build\n',
    },
    ['CPU04'],
  );
  check(
    `CPU04 env_file`,
    {
      'go.mod': gomod('1.25'),
      'main.go': main,
      'compose.yml': 'services:\n  orders:\n    build: .\n    env_file: .env\n',
      '.env': 'GOMAXPROCS=2\n',
      Dockerfile: 'FROM golang:1.25\nRUN go build\n',
    },
    ['CPU04'],
  );
  check(
    `CPU04 env_file list`,
    {
      'go.mod': gomod('1.25'),
      'main.go': main,
      'compose.yml': 'services:\n  orders:\n    build: .\n    env_file:\n      - ./conf/app.env\n',
      'conf/app.env': 'export GOMAXPROCS="2"\n',
      Dockerfile: 'FROM golang:1.25\nRUN go build\n',
    },
    ['CPU04'],
  );
  check(
    `CPU04 .env interpolation`,
    {
      'go.mod': gomod('1.25'),
      'main.go': main,
      'compose.yml': 'services:\n  orders:\n    build: .\n    environment:\n      - GOMAXPROCS=${PROCS}\n',
      '.env': 'PROCS=2\n',
      Dockerfile: 'FROM golang:1.25\nRUN go build\n',
    },
    ['CPU04'],
  );
  check(
    `CPU04 systemd`,
    {
      'go.mod': gomod('1.25'),
      'main.go': main,
      'orders.service': '[Service]\nEnvironment="GOMAXPROCS=4" "FOO=a b"\nExecStart=/usr/local/bin/orders\n',
    },
    ['CPU04'],
  );
  check(
    `CPU04 runtime.GOMAXPROCS`,
    {
      'go.mod': gomod('1.25'),
      'main.go': main
        .replace('func main() {', 'func main() {\n\truntime.GOMAXPROCS(4)')
        .replace('import (', 'import (\n\t"runtime"'),
      'deploy.yaml': dep(orders(L('4'))),
    },
    ['CPU04'],
  );
  check(
    `CPU04 runtime.GOMAXPROCS(NumCPU)`,
    {
      'go.mod': gomod('1.25'),
      'main.go': main
        .replace('func main() {', 'func main() {\n\truntime.GOMAXPROCS(runtime.NumCPU())')
        .replace('import (', 'import (\n\t"runtime"'),
      'deploy.yaml': dep(orders(L('4'))),
    },
    ['CPU04'],
  );
  check(
    `CPU04 runtime.GOMAXPROCS(NumCPU) old go`,
    {
      'go.mod': gomod('1.22'),
      'main.go': main
        .replace('func main() {', 'func main() {\n\truntime.GOMAXPROCS(runtime.NumCPU())')
        .replace('import (', 'import (\n\t"runtime"'),
      'deploy.yaml': dep(orders(L('4'))),
    },
    ['CPU02', 'CPU04'],
  );
  check(
    `CPU04 automaxprocs`,
    {
      'go.mod': gomod('1.25', 'require (\n\tgo.uber.org/automaxprocs v1.6.0\n)\n'),
      'main.go': main.replace('import (', 'import (\n\t_ "go.uber.org/automaxprocs"'),
      'deploy.yaml': dep(orders(L('4'))),
    },
    ['CPU04'],
  );
  check(
    `CPU04 automaxprocs maxprocs.Set`,
    {
      'go.mod': gomod('1.25', 'require (\n\tgo.uber.org/automaxprocs v1.6.0\n)\n'),
      'main.go': main
        .replace('import (', 'import (\n\t"go.uber.org/automaxprocs/maxprocs"')
        .replace('func main() {', 'func main() {\n\tmaxprocs.Set(maxprocs.Logger(log.Printf))'),
      'deploy.yaml': dep(orders(L('4'))),
    },
    ['CPU04'],
  );
  check(
    `CPU04 automaxprocs indirect`,
    {
      'go.mod': gomod('1.25', 'require (\n\tgo.uber.org/automaxprocs v1.6.0 // indirect\n)\n'),
      'main.go': main,
      'deploy.yaml': dep(orders(L('4'))),
    },
    [],
  );
  check(
    `CPU04 automaxprocs source only`,
    {
      'main.go': main.replace('import (', 'import (\n\t_ "go.uber.org/automaxprocs"'),
      'go.mod': gomod('1.25'),
    },
    ['CPU04'],
  );
  check(
    `CPU04 downward no limit`,
    {
      'go.mod': gomod('1.24'),
      'main.go': main,
      'deploy.yaml': dep(`        - name: orders
          image: orders:1
          env:
            - name: GOMAXPROCS
              valueFrom:
                resourceFieldRef:
                  resource: limits.cpu
          resources:
            requests: {cpu: 1}
`),
    },
    ['CPU04'],
  );
  check(
    `CPU04 downward no limit at all no go.mod`,
    {
      'deploy.yaml': dep(`        - name: orders
          image: orders:1
          env:
            - name: GOMAXPROCS
              valueFrom:
                resourceFieldRef:
                  resource: limits.cpu
`),
    },
    ['CPU04'],
  );
  check(
    `CPU04 downward requests`,
    {
      'go.mod': gomod('1.25'),
      'main.go': main,
      'deploy.yaml': dep(
        orders(
          L('4'),
          `          env:
            - name: GOMAXPROCS
              valueFrom:
                resourceFieldRef:
                  resource: requests.cpu
`,
        ),
      ),
    },
    ['CPU04'],
  );

  // Go passes over all but whole numbers above zero: no pin, and whoever wrote it took it for one.
  for (const value of ['0', '500m', 'abc', '-1', '1.5', ' 2']) {
    const image = (line: string) => ({
      Dockerfile: `FROM golang:1.25 AS b\nRUN go build\nFROM debian\n${line}\nCMD ["/app"]\n`,
    });
    const compose = (environment: string) => ({
      'compose.yml': `services:\n  orders:\n    build: .\n${environment}`,
      Dockerfile: 'FROM golang:1.25\nRUN go build\n',
    });
    const ways: Readonly<Record<string, Texts>> = {
      manifest: { 'deploy.yaml': dep(orders(L('4'), env(['GOMAXPROCS', value]))) },
      image: image(`ENV GOMAXPROCS="${value}"`),
      compose: compose(`    environment:\n      GOMAXPROCS: "${value}"\n`),
      env_file: { ...compose('    env_file: .env\n'), '.env': `GOMAXPROCS="${value}"\n` },
      systemd: {
        'orders.service': `[Service]\nEnvironment="GOMAXPROCS=${value}"\nExecStart=/usr/local/bin/orders\n`,
      },
    };
    for (const [way, texts] of Object.entries(ways))
      check(
        `CPU04 passed over, ${JSON.stringify(value)} in ${way}`,
        { 'go.mod': gomod('1.25'), 'main.go': main, ...texts },
        ['CPU04'],
      );
    check(
      `CPU02 and CPU04 passed over by an old Go, ${JSON.stringify(value)}`,
      {
        'go.mod': gomod('1.24'),
        'main.go': main,
        'deploy.yaml': dep(orders(L('4'), env(['GOMAXPROCS', value]))),
      },
      ['CPU02', 'CPU04'],
    );
    check(
      `CPU03 and CPU04 passed over, ${JSON.stringify(value)} of half a CPU`,
      {
        'go.mod': gomod('1.25'),
        'main.go': main,
        'deploy.yaml': dep(orders(L('500m'), env(['GOMAXPROCS', value]))),
      },
      ['CPU03', 'CPU04'],
    );
  }
  for (const [name, entry] of Object.entries({
    written: `            - name: GOMAXPROCS\n              value: ""\n`,
    'not written': `            - name: GOMAXPROCS\n`,
  })) {
    const texts = { 'main.go': main, 'deploy.yaml': dep(orders(L('4'), `          env:\n${entry}`)) };
    check(`CPU04 empty, ${name}`, { 'go.mod': gomod('1.25'), ...texts }, []);
    check(`CPU02 empty, ${name}, which pins nothing`, { 'go.mod': gomod('1.24'), ...texts }, ['CPU02']);
  }
  check(
    'CPU04 empty, over that of the image',
    {
      'go.mod': gomod('1.25'),
      'main.go': main,
      Dockerfile: 'FROM golang:1.25 AS b\nRUN go build\nFROM debian\nENV GOMAXPROCS=4\nCMD ["/app"]\n',
      'deploy.yaml': dep(orders(L('4'), env(['GOMAXPROCS', '']))),
    },
    [],
  );

  // What the downward API makes of a limit.
  const downward = (cpu: string, divisor: string, resource = 'limits.cpu') => ({
    'go.mod': gomod('1.24'),
    'main.go': main,
    'deploy.yaml': dep(
      orders(
        L(cpu),
        `          env:\n            - name: GOMAXPROCS\n              valueFrom:\n                resourceFieldRef: {resource: ${resource}${divisor}}\n`,
      ),
    ),
  });
  check('CPU10 downward by 1m', downward('500m', ', divisor: 1m'), ['CPU10']);
  check('CPU10 downward by 1m of whole CPUs', downward('2', ', divisor: "1m"'), ['CPU10']);
  check('CPU10 downward requests by 1m', downward('500m', ', divisor: 1m', 'requests.cpu'), ['CPU10']);
  check('CPU10 downward, half a CPU is rounded up to one', downward('500m', ''), []);
  check('CPU10 downward, by a divisor of 1', downward('500m', ', divisor: "1"'), []);
  check('CPU10 downward, by one of 0, which is 1', downward('2', ', divisor: "0"'), []);
  check('CPU10 downward, whole CPUs', downward('4', ''), []);
  check('CPU10 downward, rounded up', downward('2500m', ''), ['CPU10']);
  check('CPU03 downward, rounded up to two', downward('1500m', ''), ['CPU10']);
  check(
    'CPU10 downward by 1m, with the limit of a patch',
    {
      ...downward('4', ', divisor: 1m'),
      'patch.yaml':
        'apiVersion: apps/v1\nkind: Deployment\nmetadata: {name: orders}\nspec:\n  template:\n    spec:\n      containers:\n        - name: orders\n          resources: {limits: {cpu: 500m}}\n',
    },
    ['CPU10'],
  );
});
