import { audit, fail, inconclusive, pass } from '../audit.js';
import { pinnableCpus } from '../derive/cpus.js';
import type { GeneratorFacts } from '../gather/generator.js';

const MOST_MS = 10;
/** In less, there are too few beats for a p99. */
const SHORTEST_SEC = 2;

export const s03 = audit({
  id: 'S03',
  title: 'The event loops of the generator keep up',
  failureTitle: 'An event loop of the generator stands still at times',
  severity: 'high',
  confidence: 'observed',
  underLoad: false,
  needs: ['load'],
  uses: ['generator'],
  doc: 'Fails when a timer in one of the workers fired more than 10 ms late at p99: responses that came in meanwhile were stamped late. The cause is a machine that is too busy, a script, or garbage collection. It puts in doubt what rests on those times, and not what the target says of itself.',
  versions: 'every version; results of older ones do not have the figure',
  fix: 'Free cores for the generator, fewer workers than cores, and no script on the way.',
  source: 'https://nodejs.org/api/perf_hooks.html#perf_hooksmonitoreventloopdelayoptions',
  run({ load, generator: machine }) {
    const { generator, summary } = load.result;
    const delayMs = generator.eventLoopDelayP99Ms;
    if (delayMs === undefined) return inconclusive('the result does not have the figure');
    const evidence = { eventLoopDelayP99Ms: Number(delayMs.toFixed(2)), gcMs: Math.round(generator.gcMs) };
    if (delayMs <= MOST_MS) return pass(evidence);
    if (summary.durationSec < SHORTEST_SEC)
      return inconclusive(`a load of ${SHORTEST_SEC} s or more is needed to judge this`, evidence);
    return fail({
      evidence,
      doubts: 'latency',
      why: `a worker stood still for ${Math.round(delayMs)} ms at p99, and what came in meanwhile counts as slow`,
      fix:
        load.workers > 1
          ? `--workers ${load.workers - 1}   # or cores of its own: ${pinned(machine)}`
          : `${pinned(machine)}   # cores that nothing else uses`,
    });
  },
});

/** The last core there is: what a machine does beside is mostly done on the first ones. */
function pinned(machine: GeneratorFacts | undefined): string {
  if (machine === undefined) return 'taskset -c … zipfire …';
  const cpus = pinnableCpus(machine);
  return cpus.length < 2 ? 'zipfire … on a machine with more cores' : `taskset -c ${cpus.at(-1)} zipfire …`;
}
