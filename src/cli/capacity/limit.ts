import { type Found, limitRuns } from '../../capacity/index.js';
import type { CapacityLimit, CapacityRun } from '../../core/index.js';
import { diagnoseLimit, type FailedBy } from '../../diagnose/index.js';
import type { CapacityBench } from './bench.js';

/** What the service ran out of, from what was seen of it in the runs that were too much. */
export function limitOf(found: Found, bench: CapacityBench): CapacityLimit {
  const evidence = limitRuns(found);
  if (evidence.kind === 'none') return nothing(evidence.why);
  const seen = (runs: readonly CapacityRun[]) => bench.watched(runs.map(({ startedAt }) => startedAt));
  const over = seen(evidence.over);
  if (over.length === 0) return nothing('no run was seen that was too much for the service');
  const at = evidence.at.map(({ rate, connections }) => ({ rate, connections }));
  return { at, ...diagnoseLimit(over, seen(evidence.light), failedBy(evidence.over)) };
}

function nothing(why: string): CapacityLimit {
  const summary = `Not judged: ${why}.`;
  return { at: [], runs: 0, seconds: 0, patterns: [], unproven: [], summary, why, target: null };
}

/** A closed loop has no rate that it could miss, and is as saturated. */
function failedBy(runs: readonly CapacityRun[]): FailedBy {
  const kinds = runs.map(({ why }): FailedBy => {
    if (why === null || /^(qps|rate-missed|outage)\b/.test(why)) return 'rate';
    return /^([\w-]+\.)?(errors|status|ok|burn)\b/.test(why) ? 'errors' : 'latency';
  });
  const count = (kind: FailedBy) => kinds.filter((each) => each === kind).length;
  const order: readonly FailedBy[] = ['rate', 'errors', 'latency'];
  return order.reduce((most, kind) => (count(kind) > count(most) ? kind : most));
}
