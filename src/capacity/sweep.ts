import type { CapacityEnd, CapacityRun, CapacityStep, Plan } from '../core/index.js';
import type { Bench } from './bench.js';
import { describeStep } from './evidence.js';
import { kneeOf } from './knee.js';
import { Halt, Runner, type RunnerOptions } from './runner.js';
import type { Found } from './search.js';
import { fitUsl } from './usl.js';

/** Sockets close, and what a collector has put off is done. */
const PAUSE_MS = 250;

export interface SweepOptions extends RunnerOptions {
  /** Of each point. */
  readonly repeat: number;
  /** Different numbers, ascending. */
  readonly connections: readonly number[];
}

/**
 * Closed loops with ever more connections, in rounds: up, then down, so that what drifts on the machine falls on no
 * point in particular. Never rejects: what ended it early is in the result.
 */
export async function sweepConnections(plan: Plan, options: SweepOptions, bench: Bench): Promise<Found> {
  const runner = new Runner(plan, options, bench);
  const runs = new Map<number, CapacityRun[]>(options.connections.map((n) => [n, []]));
  let ended: CapacityEnd = 'found';
  let failure: { error: unknown } | null = null;
  try {
    for (let round = 1; round <= options.repeat; round++) {
      const order = round % 2 === 1 ? options.connections : options.connections.toReversed();
      for (const connections of order) {
        bench.tell({ kind: 'run', rate: null, connections, run: round, why: 'sweep' });
        runs.get(connections)?.push(await runner.run(null, connections));
        await bench.wait(PAUSE_MS);
      }
    }
  } catch (error) {
    ended = error instanceof Halt ? error.ended : 'failed';
    if (!(error instanceof Halt)) failure = { error };
  }
  return { ...describe(runs, options, ended), ...failure };
}

function describe(
  runs: ReadonlyMap<number, readonly CapacityRun[]>,
  { gates, connections }: SweepOptions,
  ended: CapacityEnd,
): Found {
  const steps = [...runs.values()].filter((some) => some.length > 0).map(stepOf);
  const usable = steps.flatMap((step) =>
    step.runs.filter((run) => run.verdict !== 'generator' && run.achieved > 0),
  );
  const usl = fitUsl(usable.map((run) => ({ n: run.connections, throughput: run.achieved })));
  const passed = steps.filter(({ ok }) => ok === true);
  const best = passed.reduce<CapacityStep | null>(
    (most, step) => (most === null || step.achieved > most.achieved ? step : most),
    null,
  );
  const rates = best?.runs.filter(({ verdict }) => verdict === 'pass').map(({ achieved }) => achieved) ?? [];
  const spoilt = steps.filter(({ verdict }) => verdict === 'generator');
  return {
    varied: 'connections',
    gates,
    maxRate: best?.achieved ?? null,
    low: best === null ? null : Math.min(...rates),
    high: best === null ? null : Math.max(...rates),
    // The chance that a median lies between the least and the greatest of n.
    confidence: rates.length < 2 ? null : 1 - 0.5 ** (rates.length - 1),
    p99Us: best?.p99Us ?? null,
    ended: best === null && ended === 'found' ? (spoilt.length > 0 ? 'generator' : 'floor') : ended,
    valid: best !== null && spoilt.length === 0,
    connections: best?.connections ?? connections[0] ?? 0,
    steps,
    knee: kneeOf(passed),
    usl,
    warnings: [
      ...(spoilt.length === 0
        ? []
        : [
            `the generator was the limit at ${spoilt.map((step) => step.connections).join(', ')} connections: these points are not the service's, and not in the fit`,
          ]),
      ...(best !== null && best === passed.at(-1) && best.connections === connections.at(-1)
        ? ['the highest throughput is at the last point: more --connections may give more']
        : []),
    ],
  };
}

/** By majority; a tie is not a pass. */
function stepOf(runs: readonly CapacityRun[]): CapacityStep {
  const count = (verdict: CapacityRun['verdict']) => runs.filter((run) => run.verdict === verdict).length;
  const order = ['generator', 'fail', 'connections', 'pass'] as const;
  const verdict = order.reduce((most, each) => (count(each) > count(most) ? each : most));
  return describeStep(null, runs, verdict);
}
