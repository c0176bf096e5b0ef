import type { Balancer, Container, KubernetesService, Sysctl, Variable } from './artifact.js';
import { balancerOf, ingressNginxSettings } from './balancers.js';
import type { Sited } from './place.js';
import { cpusOf, kubernetesBytesOf } from './quantities.js';
import { commandOf, isKept, merged, variable } from './settings.js';
import type { YamlView } from './yaml-view.js';

/** A file inside another: what a ConfigMap holds. */
export interface Embedded {
  readonly file: string;
  readonly name: string;
  readonly text: string;
  /** The line of the outer file on which its first line stands. */
  readonly line: number;
}

export interface KubernetesObjects {
  readonly containers: Container[];
  readonly services: KubernetesService[];
  readonly balancers: Balancer[];
  readonly sysctls: Sysctl[];
  readonly embedded: Embedded[];
}

const podPaths: Readonly<Record<string, readonly string[]>> = {
  Pod: [],
  CronJob: ['spec', 'jobTemplate', 'spec', 'template'],
};
const workloads = new Set([
  'Deployment',
  'StatefulSet',
  'DaemonSet',
  'ReplicaSet',
  'ReplicationController',
  'Job',
  'Rollout',
  'CronJob',
  'Pod',
]);

/** What manifests ask for: of one file, or of all of them, since a Deployment takes its environment from elsewhere. */
export function readKubernetes(documents: readonly YamlView[]): KubernetesObjects {
  const objects = documents.flatMap(membersOf);
  const configs = new Map(
    objects
      .filter((object) => kindOf(object) === 'ConfigMap')
      .map((object) => [`${namespaceOf(object)}/${nameOf(object)}`, object.at('data')]),
  );
  const scales = autoscaled(objects);
  const settings = ingressNginxSettings([...configs.values()]);
  return {
    containers: objects
      .filter((object) => workloads.has(kindOf(object)))
      .flatMap((object) => containersOf(object, configs, scales)),
    services: objects.filter((object) => kindOf(object) === 'Service').map(serviceOf),
    balancers: objects.flatMap(
      (object) => balancerOf(object, kindOf(object), nameOf(object), settings) ?? [],
    ),
    sysctls: objects.flatMap((object) =>
      podOf(object)
        .at('spec', 'securityContext', 'sysctls')
        .items()
        .flatMap((each) => {
          const value = each.at('value').sited;
          return value === null ? [] : [{ ...value, name: each.at('name').text ?? '' }];
        }),
    ),
    embedded: [...configs.values()].flatMap((data) =>
      data.entries().flatMap(([name, view]) => {
        const { text } = view;
        return text?.includes('\n') ? [{ file: view.place.file, name, text, line: view.firstLine }] : [];
      }),
    ),
  };
}

function membersOf(document: YamlView): YamlView[] {
  return /List$/.test(kindOf(document)) && document.at('items').isList
    ? document.at('items').items()
    : [document];
}

function kindOf(object: YamlView): string {
  return object.at('kind').text ?? '';
}

function nameOf(object: YamlView): string {
  const metadata = object.at('metadata');
  return metadata.at('name').text ?? metadata.at('generateName').text ?? 'unnamed';
}

function namespaceOf(object: YamlView): string {
  return object.at('metadata', 'namespace').text ?? 'default';
}

function podOf(object: YamlView): YamlView {
  return object.at(...(podPaths[kindOf(object)] ?? ['spec', 'template']));
}

/** The least number of replicas that an autoscaler keeps, by what it scales. */
function autoscaled(objects: readonly YamlView[]): Map<string, Sited<string>> {
  return new Map(
    objects
      .filter((object) => kindOf(object) === 'HorizontalPodAutoscaler')
      .flatMap((object) => {
        const least = object.at('spec', 'minReplicas').sited;
        const name = object.at('spec', 'scaleTargetRef', 'name').text;
        return least === null ? [] : [[`${namespaceOf(object)}/${name}`, least] as const];
      }),
  );
}

function containersOf(
  object: YamlView,
  configs: ReadonlyMap<string, YamlView>,
  scales: ReadonlyMap<string, Sited<string>>,
): Container[] {
  const pod = podOf(object);
  const spec = pod.at('spec');
  const workload = nameOf(object);
  const namespace = namespaceOf(object);
  const replicas = scales.get(`${namespace}/${workload}`) ?? object.at('spec', 'replicas').sited;
  // An init container that is restarted is a sidecar, and runs beside the others.
  const sidecars = spec
    .at('initContainers')
    .items()
    .filter((each) => each.at('restartPolicy').text === 'Always');
  return [...spec.at('containers').items(), ...sidecars].map((view) => {
    const argv = [...view.at('command').items(), ...view.at('args').items()].flatMap(
      (each) => each.sited ?? [],
    );
    const { program, flags } = commandOf(argv);
    const limits = view.at('resources', 'limits');
    return {
      ...view.at('name').place,
      kind: 'kubernetes' as const,
      name: view.at('name').text ?? 'unnamed',
      workload,
      namespace,
      labels: texts(pod.at('metadata', 'labels')),
      meshed: isMeshed(pod),
      replicas: numbered(replicas, Number),
      image: view.at('image').sited,
      dockerfile: null,
      cpuLimit: numbered(limits.at('cpu').sited, cpusOf),
      memoryLimit: numbered(limits.at('memory').sited, kubernetesBytesOf),
      env: environmentOf(view, namespace, configs),
      // `args` alone are behind the entry point of the image.
      program: view.at('command').isList ? program : null,
      flags: view.at('command').isList ? flags : commandOf([{ value: '', ...view.place }, ...argv]).flags,
    };
  });
}

function environmentOf(
  view: YamlView,
  namespace: string,
  configs: ReadonlyMap<string, YamlView>,
): Variable[] {
  const config = (name: string | null) => configs.get(`${namespace}/${name}`);
  const whole = view
    .at('envFrom')
    .items()
    .map((each) => {
      const prefix = each.at('prefix').text ?? '';
      const entries = config(each.at('configMapRef', 'name').text)?.entries() ?? [];
      return entries.flatMap(([name, value]) => variable(prefix + name, value.text, value.place) ?? []);
    });
  const own = view
    .at('env')
    .items()
    .flatMap((each) => {
      const name = each.at('name').text ?? '';
      if (!isKept(name)) return [];
      const value = each.at('value');
      if (value.text !== null) return variable(name, value.text, value.place) ?? [];
      const source = each.at('valueFrom');
      const field = source.at('resourceFieldRef', 'resource');
      if (field.text !== null) return variable(name, null, field.place, field.text) ?? [];
      const key = source.at('configMapKeyRef');
      const found = config(key.at('name').text)?.at(key.at('key').text ?? '');
      return (
        variable(name, found?.text ?? null, found?.text == null ? each.at('name').place : found.place) ?? []
      );
    });
  return merged(...whole, own);
}

function isMeshed(pod: YamlView): boolean {
  const metadata = pod.at('metadata');
  const said = [...metadata.at('annotations').entries(), ...metadata.at('labels').entries()];
  return said.some(
    ([name, value]) =>
      (name === 'sidecar.istio.io/inject' && value.text === 'true') ||
      (name === 'linkerd.io/inject' && value.text !== 'disabled'),
  );
}

function serviceOf(object: YamlView): KubernetesService {
  const spec = object.at('spec');
  return {
    ...object.at('metadata', 'name').place,
    name: nameOf(object),
    namespace: namespaceOf(object),
    type: spec.at('type').text ?? 'ClusterIP',
    headless: spec.at('clusterIP').text === 'None',
    selector: texts(spec.at('selector')),
    ports: spec
      .at('ports')
      .items()
      .map((port) => ({
        ...port.place,
        name: port.at('name').text,
        appProtocol: port.at('appProtocol').text,
        port: numbered(port.at('port').sited, Number)?.value ?? null,
      })),
  };
}

function texts(map: YamlView): Record<string, string> {
  return Object.fromEntries(map.entries().map(([name, value]) => [name, value.text ?? '']));
}

/** The number that a text stands for, at the same place; null when it stands for none. */
export function numbered(
  sited: Sited<string> | null,
  read: (text: string) => number | null,
): Sited<number> | null {
  const value = sited === null ? null : read(sited.value);
  return sited === null || value === null || !Number.isFinite(value) ? null : { ...sited, value };
}
