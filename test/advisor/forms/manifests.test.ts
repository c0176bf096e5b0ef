/** Charts, patches and pods in the forms in which people keep manifests. */
import { describe } from 'node:test';
import { dep, goset, L, main, orders } from './container-texts.js';
import { check } from './forms.js';

describe('manifests', () => {
  check(
    `helm source multi`,
    {
      ...goset,
      'out.yaml': `---
# Source: chart/templates/service.yaml
apiVersion: v1
kind: Service
metadata: {name: orders}
spec: {ports: [{port: 80}], selector: {app: orders}}
---
# Source: chart/templates/deployment.yaml
${dep(orders(L('500m', '256Mi')))}`,
    },
    ['CPU03', 'MEM01'],
  );
  check(
    `helm template unrendered`,
    {
      ...goset,
      'chart/templates/deployment.yaml': dep(`        - name: {{ .Chart.Name }}
          image: "{{ .Values.image.repository }}:{{ .Values.image.tag }}"
          {{- with .Values.resources }}
          resources:
            {{- toYaml . | nindent 12 }}
          {{- end }}
`),
    },
    ['FILE01'],
  );
  check(
    `helm template that parses as yaml`,
    {
      ...goset,
      'chart/templates/deployment.yaml': dep(`        - name: orders
          image: "{{ .Values.image.repository }}:{{ .Values.image.tag }}"
          resources:
            limits:
              cpu: "{{ .Values.cpu }}"
              memory: "{{ .Values.memory }}"
`),
    },
    ['FILE01'],
  );
  check(
    `kustomize patch`,
    {
      ...goset,
      'base/deploy.yaml': dep(`        - name: orders
          image: orders
`),
      'overlays/prod/patch.yaml': `apiVersion: apps/v1
kind: Deployment
metadata:
  name: orders
spec:
  template:
    spec:
      containers:
      - name: orders
        resources:
          limits: {cpu: 500m, memory: 512Mi}
`,
      'base/kustomization.yaml': 'resources: [deploy.yaml]\n',
      'overlays/prod/kustomization.yaml':
        'apiVersion: kustomize.config.k8s.io/v1beta1\nkind: Kustomization\nresources: [../../base]\npatches:\n- path: patch.yaml\n',
    },
    ['CPU03', 'MEM01'],
  );
  check(
    `kustomize patch env in base`,
    {
      ...goset,
      'base/deploy.yaml': dep(`        - name: orders
          image: orders
          env:
          - {name: GOMEMLIMIT, value: 450MiB}
          - {name: GOMAXPROCS, value: "1"}
`),
      'overlays/prod/patch.yaml': `apiVersion: apps/v1
kind: Deployment
metadata:
  name: orders
spec:
  template:
    spec:
      containers:
      - name: orders
        resources:
          limits: {cpu: 1, memory: 512Mi}
`,
    },
    [],
  );
  check(
    `two services`,
    {
      'a/go.mod': 'module acme/alpha\n\ngo 1.25\n',
      'a/main.go': main,
      'b/package.json': '{"name":"beta","engines":{"node":">=26"}}',
      'b/server.js': 'import http from "http";\nhttp.createServer().listen(1);\n',
      'k.yaml': dep(`        - name: alpha
          image: reg/alpha:1
          resources: {limits: {memory: 1Gi}}
        - name: beta
          image: reg/beta:1
          resources: {limits: {memory: 1Gi}}
`),
    },
    ['MEM01'],
  );
  check(
    `a script that writes a configuration`,
    {
      ...goset,
      'deploy/nginx/install': '#!/bin/sh\ncat > /etc/nginx/nginx.conf <<EOF\nserver {\n  listen 80;\n',
    },
    [],
  );
  check(
    `Go limit no anything`,
    {
      ...goset,
      'deploy.yaml': dep(`        - name: orders
          image: orders
`),
    },
    [],
  );
  check(
    `knative`,
    {
      ...goset,
      'svc.yaml': `apiVersion: serving.knative.dev/v1
kind: Service
metadata: {name: orders}
spec:
  template:
    spec:
      containers:
      - image: orders
        resources: {limits: {cpu: 500m, memory: 512Mi}}
`,
    },
    ['CPU03', 'MEM01'],
  );
});

describe('limits of a namespace', () => {
  const bare = dep(`        - name: orders
          image: orders:1
          resources: {requests: {cpu: 100m}}
`);
  const range = (limits: string, namespace = '') =>
    `apiVersion: v1\nkind: LimitRange\nmetadata: {name: defaults${namespace}}\nspec:\n  limits:\n    - {type: Pod, max: {cpu: 100m}}\n    - ${limits}\n`;
  const of = (namespace: string) =>
    bare.replace('  name: orders\n', `  name: orders\n  namespace: ${namespace}\n`);
  const both = '{type: Container, default: {cpu: 500m, memory: 512Mi}}';
  check('without one', { ...goset, 'deploy.yaml': bare }, []);
  check('a default', { ...goset, 'deploy.yaml': bare, 'range.yaml': range(both) }, ['CPU03', 'MEM01']);
  check(
    'a default that fits',
    {
      ...goset,
      'deploy.yaml': bare.replace(
        'resources:',
        'env: [{name: GOMEMLIMIT, value: 450MiB}]\n          resources:',
      ),
      'range.yaml': range('{type: Container, default: {cpu: 2, memory: 512Mi}}'),
    },
    [],
  );
  check(
    'a most, which is the default of none',
    { ...goset, 'deploy.yaml': bare, 'range.yaml': range('{type: Container, max: {cpu: 500m}}') },
    ['CPU03'],
  );
  check(
    'limits of pods alone',
    { ...goset, 'deploy.yaml': bare, 'range.yaml': range('{type: PersistentVolumeClaim}') },
    [],
  );
  check(
    'another namespace',
    { ...goset, 'deploy.yaml': of('shop'), 'range.yaml': range(both, ', namespace: tools') },
    [],
  );
  check(
    'the same namespace',
    { ...goset, 'deploy.yaml': of('shop'), 'range.yaml': range(both, ', namespace: shop') },
    ['CPU03', 'MEM01'],
  );
  check(
    'a limit of its own',
    {
      ...goset,
      'deploy.yaml': bare.replace('requests: {cpu: 100m}', 'limits: {cpu: 2}'),
      'range.yaml': range('{type: Container, default: {cpu: 500m}}'),
    },
    [],
  );
  check(
    'the downward API of a default',
    {
      ...goset,
      'deploy.yaml': bare.replace(
        'resources:',
        'env: [{name: GOMAXPROCS, valueFrom: {resourceFieldRef: {resource: limits.cpu, divisor: 1m}}}]\n          resources:',
      ),
      'go.mod': 'module github.com/acme/orders\n\ngo 1.24\n',
      'range.yaml': range('{type: Container, default: {cpu: 500m}}'),
    },
    ['CPU10'],
  );
});
