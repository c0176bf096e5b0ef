import type { CallHole, KeyStatistics, Plan, PlanOperation } from '../core/index.js';
import { type HitRange, keyStatistics } from '../keys/index.js';
import { dataHole, holeName, templateHoles } from '../request/index.js';
import type { Repeat } from './collect.js';
import { mixThresholds, selectOperation } from './mix.js';

/** Hits looked at: enough for shares to a third of a percent, at a cost that no figure of the run's CPU shows. */
const MAX_EXAMINED = 100_000;

/**
 * What was drawn from each key generator, found out after the run: a key follows from (seed, hit), so the hot
 * path need not count any. A repeat sends the same hits again, so the longest one tells for all.
 *
 * Nothing is said of a generator that messages of a stream draw from on their own: the hits do not tell how many
 * messages there were.
 */
export function keysDrawn(plan: Plan, repeats: readonly Repeat[]): Record<string, KeyStatistics> {
  const issued = ({ reports }: Repeat) => reports.reduce((sum, report) => sum + report.issued, 0);
  const [longest] = repeats.toSorted((a, b) => issued(b) - issued(a));
  const ranges: HitRange[] = (longest?.reports ?? []).map(({ worker, issued: count }) => ({
    start: worker,
    stride: plan.load.workers,
    count,
  }));
  const thresholds = mixThresholds(plan.operations.map(({ weight }) => weight));
  return Object.fromEntries(
    Object.entries(plan.keys).flatMap(([name, spec]) => {
      if (plan.operations.some((operation) => isDrawnByMessages(operation, plan, name))) return [];
      const uses = plan.operations.map((operation) => keysIn(operation, plan).has(name));
      const draws = uses.every(Boolean)
        ? undefined
        : (hit: number) => uses[selectOperation(thresholds, plan.seed, hit)] === true;
      return [[name, keyStatistics(spec, plan.seed, name, ranges, MAX_EXAMINED, draws)] as const];
    }),
  );
}

function isDrawnByMessages({ call }: PlanOperation, plan: Plan, key: string): boolean {
  const holes = call?.compiled?.holes ?? [];
  return call?.stream.freshValues === true && holes.some((hole) => keyOf(hole, plan) === key);
}

/** The key generators that an operation draws from. */
function keysIn({ method, path, headers, body, call }: PlanOperation, plan: Plan): Set<string> {
  const templates = [method, path, ...headers.map(([, value]) => value)];
  if (body?.kind === 'text') templates.push(body.template);
  const holes = [...templates.flatMap(templateHoles), ...(call?.compiled?.holes ?? [])];
  return new Set(holes.map((hole) => keyOf(hole, plan)));
}

/** What fills a hole, by name; of data that goes by keys, those. */
function keyOf(hole: Hole, { data = {} }: Plan): string {
  const column = dataHole(hole, (name) => Object.hasOwn(data, name));
  const order = column === null ? undefined : data[column.feeder]?.order;
  return order?.kind === 'keys' ? order.keys : holeName(hole);
}

type Hole = Pick<CallHole, 'name' | 'args'>;
