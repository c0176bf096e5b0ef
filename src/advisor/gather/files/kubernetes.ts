import type { Balancer, Container, IngressNginxSetting, KubernetesService, Sysctl } from './artifact.js';
import { balancerOf, ingressNginxSettings } from './balancers.js';
import { type ConfigMaps, environmentOf } from './kubernetes-environment.js';
import { inRange, type LimitRange, limitRangeOf } from './limit-range.js';
import type { Sited } from './place.js';
import { cpusOf, kubernetesBytesOf, numbered } from './quantities.js';
import { commandOf, merged } from './settings.js';
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
  readonly ingressNginx: IngressNginxSetting[];
  readonly sysctls: Sysctl[];
  readonly embedded: Embedded[];
}

const podPaths: Readonly<Record<string, readonly string[]>> = {
  Pod: [],
  PodTemplate: ['template'],
  CronJob: ['spec', 'jobTemplate', 'spec', 'template'],
};

/** What manifests ask for: of one file, or of all of them, since a Deployment takes its environment from elsewhere. */
export function readKubernetes(documents: readonly YamlView[]): KubernetesObjects {
  const objects = documents.flatMap(membersOf);
  const configs = new Map(
    objects
      .filter((object) => kindOf(object) === 'ConfigMap')
      .map((object) => [`${namespaceOf(object)}/${nameOf(object)}`, object.at('data')]),
  );
  const generated = new Map(objects.flatMap(generatedBy));
  const scales = autoscaled(objects);
  const meshes = new Set(
    objects.filter((each) => kindOf(each) === 'Namespace' && isMeshed(each)).map(nameOf),
  );
  const settings = ingressNginxSettings([...configs.values()]);
  const ranges = objects
    .filter((object) => kindOf(object) === 'LimitRange')
    .flatMap((object): LimitRange[] => limitRangeOf(object.at('spec', 'limits'), namespaceOf(object)));
  return {
    containers: patched(
      objects.flatMap((object) => containersOf(object, { configs, generated, scales, meshes })),
    ).map((each) => inRange(each, ranges)),
    services: objects.filter(isService).map(serviceOf),
    balancers: objects.flatMap(
      (object) => balancerOf(object, kindOf(object), nameOf(object), settings) ?? [],
    ),
    ingressNginx: settings,
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

/** Knative has a Service of its own, which is a workload. */
function isService(object: YamlView): boolean {
  return kindOf(object) === 'Service' && !object.at('spec', 'template').isMap;
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

/** How many replicas an autoscaler gives, by what it scales: the least, or the most where that is one. */
function autoscaled(objects: readonly YamlView[]): Map<string, Sited<string>> {
  return new Map(
    objects
      .filter((object) => kindOf(object) === 'HorizontalPodAutoscaler')
      .flatMap((object) => {
        const { minReplicas, maxReplicas } = Object.fromEntries(object.at('spec').entries());
        const several = Number(minReplicas?.text ?? 1) > 1 ? minReplicas : maxReplicas;
        const least = several?.sited ?? null;
        const name = object.at('spec', 'scaleTargetRef', 'name').text;
        return least === null ? [] : [[`${namespaceOf(object)}/${name}`, least] as const];
      }),
  );
}

/** What objects say of each other. */
interface Around {
  /** The data of ConfigMaps, by namespace and name. */
  readonly configs: ReadonlyMap<string, YamlView>;
  /** ConfigMaps that Kustomize makes, by name. */
  readonly generated: ReadonlyMap<string, ReadonlyMap<string, Sited<string>>>;
  readonly scales: ReadonlyMap<string, Sited<string>>;
  /** Namespaces in which every pod gets a proxy. */
  readonly meshes: ReadonlySet<string>;
}

function containersOf(object: YamlView, around: Around): Container[] {
  const { scales, meshes } = around;
  const pod = podOf(object);
  const spec = pod.at('spec');
  if (!spec.at('containers').isList) return [];
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
    const command = commandOf(view.at('command').isList ? argv : [{ value: '', ...view.place }, ...argv]);
    const limits = view.at('resources', 'limits');
    return {
      ...view.at('name').place,
      kind: 'kubernetes' as const,
      name: view.at('name').text ?? 'unnamed',
      workload,
      namespace,
      labels: texts(pod.at('metadata', 'labels')),
      meshed: isMeshed(pod) || meshes.has(namespace),
      replicas: numbered(replicas, Number),
      image: view.at('image').sited,
      dockerfile: null,
      cpuLimit: numbered(limits.at('cpu').sited, cpusOf),
      memoryLimit: numbered(limits.at('memory').sited, kubernetesBytesOf),
      env: merged(environmentOf(view, configMapsOf(namespace, around)), command.env),
      // `args` alone are behind the entry point of the image.
      program: view.at('command').isList ? command.program : null,
      flags: command.flags,
    };
  });
}

/** What a ConfigMap of a namespace holds, or one that Kustomize makes. */
function configMapsOf(namespace: string, { configs, generated }: Around): ConfigMaps {
  return (name) => {
    const data = configs.get(`${namespace}/${name}`)?.entries() ?? [];
    const texts = data.flatMap(([key, { sited }]) => (sited === null ? [] : [[key, sited] as const]));
    return data.length > 0 ? new Map(texts) : (generated.get(name ?? '') ?? new Map());
  };
}

/**
 * A container without an image is a patch, as overlays of Kustomize have them: what it says is put over the one of its
 * name, and that one counts no longer by itself.
 */
function patched(containers: readonly Container[]): Container[] {
  const bases = new Map(
    containers.flatMap((each) => (each.image === null ? [] : [[`${each.workload}/${each.name}`, each]])),
  );
  const used = new Set<Container>();
  const whole = containers.map((patch) => {
    const base = patch.image === null ? bases.get(`${patch.workload}/${patch.name}`) : undefined;
    if (base === undefined) return patch;
    used.add(base);
    return {
      ...base,
      file: patch.file,
      line: patch.line,
      meshed: base.meshed || patch.meshed,
      replicas: patch.replicas ?? base.replicas,
      cpuLimit: patch.cpuLimit ?? base.cpuLimit,
      memoryLimit: patch.memoryLimit ?? base.memoryLimit,
      env: merged(base.env, patch.env),
      program: patch.program ?? base.program,
      flags: patch.flags.length > 0 ? patch.flags : base.flags,
    };
  });
  return whole.filter((each) => !used.has(each));
}

/** The literals of a `configMapGenerator`, by the name of the ConfigMap. */
function generatedBy(object: YamlView): (readonly [string, ReadonlyMap<string, Sited<string>>])[] {
  return object
    .at('configMapGenerator')
    .items()
    .map((each) => {
      const literals = each
        .at('literals')
        .items()
        .flatMap(({ sited }) => {
          const [, name, value] = /^([^=]+)=(.*)$/s.exec(sited?.value ?? '') ?? [];
          return sited === null || name === undefined
            ? []
            : [[name, { ...sited, value: value ?? '' }] as const];
        });
      return [each.at('name').text ?? '', new Map(literals)] as const;
    });
}

/** Of a pod, or of its namespace. */
function isMeshed(object: YamlView): boolean {
  const metadata = object.at('metadata');
  const said = [...metadata.at('annotations').entries(), ...metadata.at('labels').entries()];
  return said.some(
    ([name, value]) =>
      (name === 'sidecar.istio.io/inject' && value.text === 'true') ||
      (name === 'istio-injection' && value.text === 'enabled') ||
      name === 'istio.io/rev' ||
      (name === 'linkerd.io/inject' && value.text !== 'disabled'),
  );
}

/** Places of a workload that only rendering fills in. What else has braces, as alerts do, is meant to have them. */
export function templatesIn(object: YamlView): Sited<string>[] {
  return membersOf(object).flatMap((each) => {
    const spec = podOf(each).at('spec');
    const asked = spec
      .at('containers')
      .items()
      .flatMap((container) => [
        container.at('name'),
        container.at('image'),
        ...container
          .at('resources', 'limits')
          .entries()
          .map(([, limit]) => limit),
        ...container
          .at('env')
          .items()
          .map((one) => one.at('value')),
      ]);
    const lists = spec
      .at('containers')
      .items()
      .map((container) => container.at('env'));
    const texts = [each.at('metadata', 'name'), each.at('spec', 'replicas'), ...asked];
    return [...texts, ...lists].flatMap((view) => {
      // Braces that YAML takes for a map, where none may stand.
      if (view.isMap) return [{ value: '{{', ...view.place }];
      return view.sited?.value.includes('{{') === true ? [view.sited] : [];
    });
  });
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
        target: port.at('targetPort').text,
        port: numbered(port.at('port').sited, Number)?.value ?? null,
      })),
  };
}

function texts(map: YamlView): Record<string, string> {
  return Object.fromEntries(map.entries().map(([name, value]) => [name, value.text ?? '']));
}
