import type { Container } from './artifact.js';
import type { Sited } from './place.js';
import { cpusOf, kubernetesBytesOf, numbered } from './quantities.js';
import type { YamlView } from './yaml-view.js';

/** What a namespace gives to containers that say no limit. */
export interface LimitRange {
  readonly namespace: string;
  readonly cpu: Sited<number> | null;
  readonly memory: Sited<number> | null;
}

/** The range of containers among the `limits` of an object; its `max` is the default where it has none. */
export function limitRangeOf(limits: YamlView, namespace: string): LimitRange[] {
  return limits
    .items()
    .filter((each) => each.at('type').text === 'Container')
    .map((each) => {
      const said = (name: string) => each.at('default', name).sited ?? each.at('max', name).sited;
      return {
        namespace,
        cpu: numbered(said('cpu'), cpusOf),
        memory: numbered(said('memory'), kubernetesBytesOf),
      };
    });
}

/** Files of Kustomize name the namespace elsewhere: one that is not said is any. */
export function inRange(container: Container, ranges: readonly LimitRange[]): Container {
  const own = ranges.filter(
    ({ namespace }) =>
      namespace === container.namespace || [namespace, container.namespace].includes('default'),
  );
  const first = (pick: (range: LimitRange) => Sited<number> | null) =>
    own.map(pick).find((each) => each !== null);
  return {
    ...container,
    cpuLimit: container.cpuLimit ?? first(({ cpu }) => cpu) ?? null,
    memoryLimit: container.memoryLimit ?? first(({ memory }) => memory) ?? null,
  };
}
