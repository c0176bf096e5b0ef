/** Values of Helm charts in the forms in which people keep them, with templates that ask for them. */
import { describe } from 'node:test';
import { goset } from './container-texts.js';
import { check, checkOpen, type Texts } from './forms.js';

const chart = (more = '') => ({
  'chart/Chart.yaml': `apiVersion: v2\nname: orders\nversion: 0.1.0\n${more}`,
});
/** A template that asks for the values of a block, and for those of the chart itself. */
const template = (...blocks: readonly string[]) => ({
  'chart/templates/deployment.yaml': `apiVersion: apps/v1
kind: Deployment
metadata:
  name: {{ include "orders.fullname" . }}
spec:
  template:
    spec:
      containers:
${blocks
  .map(
    (block) => `        - name: {{ .Chart.Name }}
          env: {{ toYaml .Values.${block}env | nindent 12 }}
          resources: {{ toYaml .Values.${block}resources | nindent 12 }}
`,
  )
  .join('')}`,
});
const image = 'image:\n  repository: ghcr.io/acme/orders\n  tag: "1.4.2"\n';
const limits = (text: string) => `resources:\n  limits: ${text}\n`;
const fine = 'env:\n  - {name: GOMEMLIMIT, value: 450MiB}\n';

/** Nothing fails but what is said, and FILE01 tells of the templates. */
function values(name: string, texts: Texts, ids: readonly string[]): void {
  const all = { ...goset, ...chart(), ...template(''), ...texts };
  if (ids.length > 0) check(name, all, ids);
  else checkOpen(name, all, ['FILE01']);
}

describe('values of a chart', () => {
  values('half a CPU', { 'chart/values.yaml': image + limits('{cpu: 500m, memory: 512Mi}') }, [
    'CPU03',
    'MEM01',
  ]);
  values('two CPUs', { 'chart/values.yaml': image + fine + limits('{cpu: 2, memory: 512Mi}') }, []);
  values(
    'names that are left empty',
    { 'chart/values.yaml': `nameOverride: ""\nfullnameOverride: ""\n${limits('{cpu: 500m}')}` },
    ['CPU03'],
  );
  values('no limits', { 'chart/values.yaml': `${image}resources: {}\n` }, []);
  values('an image in one', { 'chart/values.yaml': `image: orders:1\n${limits('{cpu: 500m}')}` }, ['CPU03']);
  for (const [name, env] of Object.entries({
    'a list': 'env:\n  - {name: GOMAXPROCS, value: "8"}\n',
    'a map': 'env:\n  GOMAXPROCS: "8"\n',
    'a map of entries': 'env:\n  GOMAXPROCS: {value: "8"}\n',
    extraEnvVars: 'extraEnvVars:\n  - {name: GOMAXPROCS, value: "8"}\n',
    environment: 'environment:\n  GOMAXPROCS: 8\n',
  })) {
    const all = { 'chart/values.yaml': image + env + limits('{cpu: 2}') };
    values(`a pin above the limit in ${name}`, all, ['CPU04', 'CPU10']);
    values(
      `no pin in ${name}`,
      { 'chart/values.yaml': all['chart/values.yaml'].replace('GOMAXPROCS', 'MODE') },
      [],
    );
  }
  values(
    'GOMEMLIMIT above the limit',
    { 'chart/values.yaml': `${image}env: {GOMEMLIMIT: 600MiB}\n${limits('{memory: 512Mi}')}` },
    ['MEM02'],
  );
  values(
    'an environment that stands over the others',
    {
      'chart/values.yaml': image + fine + limits('{cpu: 2, memory: 512Mi}'),
      'chart/values-prod.yaml': limits('{cpu: 500m}'),
    },
    ['CPU03'],
  );
  values(
    'an environment that mends it',
    {
      'chart/values.yaml': image + fine + limits('{cpu: 500m, memory: 512Mi}'),
      'chart/values.prod.yaml': limits('{cpu: 2}'),
    },
    [],
  );
  values(
    'a component that no template asks for',
    {
      'chart/values.yaml':
        image +
        fine +
        limits('{cpu: 2, memory: 512Mi}') +
        `worker:\n  ${'resources: {limits: {cpu: 500m}}'}\n`,
    },
    [],
  );
  values(
    'a component of the image of the chart',
    {
      ...template('', 'worker.'),
      'chart/values.yaml': `${image}worker:\n  resources: {limits: {cpu: 500m}}\n`,
    },
    ['CPU03'],
  );
  values(
    'a component that is turned off',
    {
      ...template('', 'worker.'),
      'chart/values.yaml': `${image}worker:\n  enabled: false\n  resources: {limits: {cpu: 500m}}\n`,
    },
    [],
  );
  values(
    'another program beside it',
    {
      ...template('', 'metrics.'),
      'chart/values.yaml': `${image}metrics:\n  image: {repository: acme/statsd}\n  resources: {limits: {cpu: 500m}}\n`,
    },
    [],
  );
  values(
    'values of another chart',
    {
      ...chart('dependencies:\n  - {name: redis, version: 1.x, repository: "https://charts.acme.io"}\n'),
      ...template('', 'redis.'),
      'chart/values.yaml': `${image}redis:\n  resources: {limits: {cpu: 500m}}\n`,
    },
    [],
  );
  values(
    'controllers of a library',
    {
      'chart/templates/all.yaml': '{{ include "bjw-s.common.loader.all" . }}\n',
      'chart/values.yaml':
        'controllers:\n  main:\n    containers:\n      app:\n        image: {repository: ghcr.io/acme/orders, tag: "1"}\n        env: {GOMAXPROCS: "8"}\n        resources: {limits: {cpu: 2}}\n',
    },
    ['CPU04', 'CPU10'],
  );
  check(
    'values beside no chart are not looked at in a folder',
    { ...goset, 'deploy/values.yaml': image + limits('{cpu: 500m}') },
    [],
  );
  check(
    'two charts, and one of somebody else’s program',
    {
      ...goset,
      ...chart(),
      'pebble/Chart.yaml': 'apiVersion: v2\nname: pebble\nversion: 0.1.0\n',
      'pebble/values.yaml': `image: {repository: acme/pebble}\n${limits('{cpu: 100m, memory: 100Mi}')}`,
    },
    [],
  );
  check('a chart without values is told', { ...goset, ...chart(), ...template('') }, ['FILE01']);
});
