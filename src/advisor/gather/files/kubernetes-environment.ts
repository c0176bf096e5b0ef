import type { Variable } from './artifact.js';
import type { Sited } from './place.js';
import { cpusOf } from './quantities.js';
import { isKept, merged, variable } from './settings.js';
import type { YamlView } from './yaml-view.js';

/** The data of a ConfigMap, by its name; empty where it was not read. */
export type ConfigMaps = (name: string | null) => ReadonlyMap<string, Sited<string>>;

/** What a container is given by `envFrom` and `env`. */
export function environmentOf(container: YamlView, config: ConfigMaps): Variable[] {
  const whole = container
    .at('envFrom')
    .items()
    .map((each) => {
      const prefix = each.at('prefix').text ?? '';
      const entries = [...config(each.at('configMapRef', 'name').text)];
      return entries.flatMap(([name, text]) => variable(prefix + name, text.value, text) ?? []);
    });
  return merged(...whole, listed(container.at('env'), container.at('resources'), config));
}

/** The entries of an `env`. @param resources of the container, which the downward API reads */
export function listed(env: YamlView, resources: YamlView, config: ConfigMaps): Variable[] {
  return env.items().flatMap((each) => {
    const name = each.at('name').text ?? '';
    if (!isKept(name)) return [];
    const value = each.at('value');
    const source = each.at('valueFrom');
    if (value.text !== null) return variable(name, value.text, value.place) ?? [];
    // With neither of the two it is an empty one.
    if (!source.isMap) return variable(name, '', each.at('name').place) ?? [];
    const field = source.at('resourceFieldRef');
    if (field.at('resource').text !== null) return fromResource(name, field, resources);
    const key = source.at('configMapKeyRef');
    const found = config(key.at('name').text).get(key.at('key').text ?? '');
    return variable(name, found?.value ?? null, found ?? each.at('name').place) ?? [];
  });
}

/**
 * What the downward API gives. Limits are put in when a rule asks, since patches change them; a request that is not
 * said is the limit.
 */
function fromResource(name: string, field: YamlView, resources: YamlView): Variable[] {
  const resource = field.at('resource');
  const divisor = field.at('divisor').text;
  const asked =
    resource.text === 'requests.cpu'
      ? (resources.at('requests', 'cpu').text ?? resources.at('limits', 'cpu').text)
      : null;
  const cpus = asked === null ? null : cpusOf(asked);
  const value = cpus === null ? null : `${Math.ceil(cpus / (cpusOf(divisor ?? '1') || 1) - 1e-9)}`;
  const own = variable(name, value, resource.place, resource.text);
  return own === undefined ? [] : [divisor === null ? own : { ...own, divisor }];
}
