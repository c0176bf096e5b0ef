import { go, main, NONE, pod, type Rows, serve, variable } from './texts.test.kit.js';

/** What files say of CPUs and memory. */
export const runtimeRows: Rows = {
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
      'a value that Go passes over',
      { 'go.mod': go('1.25'), 'p.yaml': pod('{ cpu: 4 }', variable('GOMAXPROCS', '500m')) },
      ['fail'],
    ],
    [
      'an empty value',
      { 'go.mod': go('1.25'), 'p.yaml': pod('{ cpu: 4 }', variable('GOMAXPROCS', '')) },
      ['pass'],
    ],
    [
      'a value that something puts in',
      { 'go.mod': go('1.24'), 'p.yaml': pod('{ cpu: 4 }', variable('GOMAXPROCS', '$(CPUS)')) },
      ['notApplicable'],
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
    [
      'fewer than its limit',
      {
        'p.yaml': pod('{ cpu: 4 }', variable('JAVA_TOOL_OPTIONS', '-XX:ActiveProcessorCount=1 -XX:+UseG1GC')),
      },
      ['fail'],
    ],
    [
      'as many as its limit',
      {
        'p.yaml': pod(
          '{ cpu: "2.5" }',
          variable('JAVA_TOOL_OPTIONS', '-XX:ActiveProcessorCount=2 -XX:+UseG1GC'),
        ),
      },
      ['pass'],
    ],
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
    [
      'two overlays over one limit, which is one place',
      {
        'go.mod': go('1.25'),
        'base.yaml': pod('{ memory: 1Gi }'),
        'a.yaml': pod('{ cpu: 2 }').replace('image: "app", ', ''),
        'b.yaml': pod('{ cpu: 4 }').replace('image: "app", ', ''),
      },
      ['fail'],
    ],
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
    ...['1', '1Mi'].map(
      (divisor) =>
        [
          `the whole limit, divided by ${divisor}`,
          {
            'p.yaml': pod(
              '{ memory: 1Gi }',
              `[ { name: GOMEMLIMIT, valueFrom: { resourceFieldRef: { resource: limits.memory, divisor: ${divisor} } } } ]`,
            ),
          },
          ['fail'],
        ] as const,
    ),
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
};
