import { posix } from 'node:path';
import type { Container, Variable } from './artifact.js';
import { listed } from './kubernetes-environment.js';
import type { Sited } from './place.js';
import { cpusOf, kubernetesBytesOf, numbered } from './quantities.js';
import { commandOf, merged, variable } from './settings.js';
import type { YamlView } from './yaml-view.js';

/** A chart of Helm, of which templates say what is made of its values. */
export interface Chart {
  readonly folder: string;
  readonly name: string;
  /** Charts that it takes in: what values say under these names is theirs. */
  readonly dependencies: ReadonlySet<string>;
  readonly templates: readonly string[];
}

/** Keys under which charts keep the environment of a container, a list or a map. */
const environments = /^(?:pod|container|extra|additional)?_?env(?:s|vars?|ironment)?$/i;
/** What stands beside a container, or is no container; and what runs before it. */
const notInto =
  /^(?:global|dependencies|resources|image|initContainers?|tests?|annotations|labels|nodeSelector|affinity)$/;
/** Components that charts run from the image of the chart, where they name none. */
const ofTheChart =
  /^(?:api|app|backend|consumer|cron|frontend|gateway|grpc|http|jobs?|main|scheduler|server|web|workers?)$/i;
/** Layers of names that say nothing of what they hold. */
const plain = /^(?:main|app|containers?|controllers?|deployment|pod|server)$/i;
const MOST_DEPTH = 5;
const MOST_CONTAINERS = 100;

/** A `Chart.yaml`. @param templates texts of the chart's templates */
export function readChart(document: YamlView, templates: readonly string[]): Chart {
  const { file } = document.place;
  const folder = posix.dirname(file);
  const dependencies = document
    .at('dependencies')
    .items()
    .flatMap((each) => [each.at('alias').text ?? each.at('name').text ?? []].flat());
  const name = document.at('name').text ?? posix.basename(folder);
  return { folder, name, dependencies: new Set(dependencies), templates };
}

/** Whether a document that says of itself no kind looks like values of a chart. */
export function looksLikeValues(document: YamlView): boolean {
  const isResources = (view: YamlView) => view.at('limits').isMap || view.at('requests').isMap;
  return (
    document.at('image', 'repository').text !== null ||
    document.at('replicaCount').text !== null ||
    isResources(document.at('resources')) ||
    document.entries().some(([, each]) => isResources(each.at('resources')))
  );
}

/**
 * What values ask for in the places where charts have it: resources, environment, image, replicas, of the chart itself and
 * of the components below it. What templates make of it is seen only so far that they have to ask for it at all.
 *
 * @param layers the last of which stands over the others, as with `helm -f`
 * @param alone whether there is no other chart, so that what is built here is likely what it runs
 */
export function containersOfValues(
  layers: readonly YamlView[],
  chart: Chart | null,
  alone: boolean,
): Container[] {
  const values = new Layers([...layers].reverse());
  const [first] = layers;
  const folder = first === undefined ? '' : posix.basename(posix.dirname(first.place.file));
  // Charts leave them empty.
  const named = values.text('fullnameOverride') || values.text('nameOverride') || null;
  const name = named ?? chart?.name ?? (folder === '.' || folder === '' ? 'values' : folder);
  return blocksOf(values, [], chart)
    .slice(0, MOST_CONTAINERS)
    .flatMap((path) => containerOf(values, path, name, alone));
}

/** Several documents as one, of which the first that says something is heard. */
class Layers {
  readonly #views: readonly YamlView[];

  constructor(views: readonly YamlView[]) {
    this.#views = views;
  }

  at(...path: readonly string[]): YamlView | null {
    const said = this.#views.map((view) => view.at(...path));
    return said.find((view) => view.text !== null || view.isMap || view.isList) ?? null;
  }

  text(...path: readonly string[]): string | null {
    return this.at(...path)?.text ?? null;
  }

  sited(...path: readonly string[]): Sited<string> | null {
    return this.at(...path)?.sited ?? null;
  }

  /** Members of a map, those of every layer. */
  entries(...path: readonly string[]): [string, YamlView][] {
    return [...new Map(this.#views.toReversed().flatMap((view) => view.at(...path).entries()))];
  }
}

/** Paths of what has limits or an environment of its own. */
function blocksOf(values: Layers, path: readonly string[], chart: Chart | null): string[][] {
  if (path.length > MOST_DEPTH || values.text(...path, 'enabled') === 'false') return [];
  const own = values.entries(...path);
  const isBlock =
    values.entries(...path, 'resources', 'limits').length > 0 ||
    own.some(([key]) => environments.test(key) && environmentAt(values, [...path, key], path).length > 0);
  const below = own.flatMap(([key, view]) => {
    if (!view.isMap || notInto.test(key) || environments.test(key)) return [];
    if (path.length === 0 && chart !== null && (chart.dependencies.has(key) || !isAskedFor(key, chart)))
      return [];
    return blocksOf(values, [...path, key], chart);
  });
  return [
    ...(isBlock && (path.length > 0 || chart === null || isAskedFor('resources', chart)) ? [[...path]] : []),
    ...below,
  ];
}

/** Whether a template takes in what is under a key, or hands all values to something that may. */
function isAskedFor(key: string, { templates }: Chart): boolean {
  const asked = new RegExp(
    `\\.Values\\.${key.replaceAll(/\W/g, '\\$&')}\\b|"${key.replaceAll(/\W/g, '\\$&')}"`,
  );
  const whole = /\.Values(?![.\w])|include "[\w.-]*(?:common|library|app-template)[\w.-]*"/;
  return templates.length === 0 || templates.some((text) => asked.test(text) || whole.test(text));
}

function containerOf(values: Layers, path: readonly string[], chart: string, alone: boolean): Container[] {
  const name = path.findLast((key) => !plain.test(key)) ?? chart;
  const [top = ''] = path;
  const image =
    imageAt(values, path) ?? (path.length === 0 || ofTheChart.test(top) ? imageAt(values, []) : null);
  const limit = (resource: string) => values.sited(...path, 'resources', 'limits', resource);
  const argv = ['command', 'args'].flatMap((key) => {
    const view = values.at(...path, key);
    return view?.items().flatMap((each) => each.sited ?? []) ?? [];
  });
  const place = values.at(...path, 'resources') ?? values.at(...path);
  if (place === null) return [];
  const hasCommand = values.at(...path, 'command')?.isList === true;
  const command = commandOf(hasCommand ? argv : [{ value: '', ...place.place }, ...argv]);
  const scaled = values.text(...path, 'autoscaling', 'enabled') === 'true';
  const replicas = scaled
    ? values.sited(...path, 'autoscaling', 'minReplicas')
    : (values.sited(...path, 'replicaCount') ?? values.sited(...path, 'replicas'));
  const keys = values.entries(...path).flatMap(([key]) => (environments.test(key) ? [key] : []));
  const [key = 'env'] = keys;
  return [
    {
      ...place.place,
      kind: 'kubernetes',
      name,
      workload: name === chart ? chart : `${chart}-${name}`,
      namespace: 'default',
      labels: {},
      meshed: false,
      replicas: numbered(replicas, Number),
      image,
      dockerfile: null,
      cpuLimit: numbered(limit('cpu'), cpusOf),
      memoryLimit: numbered(limit('memory'), kubernetesBytesOf),
      env: merged(...keys.map((each) => environmentAt(values, [...path, each], path)), command.env),
      values: { key, map: values.at(...path, key)?.isMap === true, alone },
      program: hasCommand ? command.program : null,
      flags: command.flags,
    },
  ];
}

/** `image: { repository: a, tag: b }`, or one that is written out. */
function imageAt(values: Layers, path: readonly string[]): Sited<string> | null {
  const whole = values.sited(...path, 'image');
  if (whole !== null) return whole;
  const repository = values.sited(...path, 'image', 'repository') ?? values.sited(...path, 'image', 'name');
  const tag = values.text(...path, 'image', 'tag');
  return repository === null || tag === null || tag === ''
    ? repository
    : { ...repository, value: `${repository.value}:${tag}` };
}

/** A list as in a manifest, or a map of names; a value of a map may be a text or what a manifest has. */
function environmentAt(values: Layers, path: readonly string[], block: readonly string[]): Variable[] {
  const view = values.at(...path);
  const resources = values.at(...block, 'resources');
  if (view === null) return [];
  if (view.isList) return listed(view, resources ?? view, () => new Map());
  return values.entries(...path).flatMap(([name, each]) => {
    const value = each.isMap ? each.at('value') : each;
    return value.sited === null ? [] : (variable(name, value.sited.value, value.place) ?? []);
  });
}
