import type { Plan } from '../core/index.js';
import { createPacer } from '../pace/index.js';
import type { PhaseReport } from './messages.js';
import { mixThresholds, selectOperation } from './mix.js';
import { hitShare } from './share.js';

/**
 * How many hits the measured phase had, sent or not. A closed loop that only time bounds has no plan of its
 * own: there it is what was sent.
 */
export function plannedHits(plan: Plan, reports: readonly PhaseReport[]): number {
  return scheduledHits(plan) ?? reports.reduce((sum, { issued }) => sum + issued, 0);
}

/** Hits of the measured phase's schedule; null when it has none. */
function scheduledHits({ load, seed, phases }: Plan): number | null {
  return createPacer(load, seed, phases.measure).total;
}

/** Hits that no worker came to, by operation. The operation follows from the hit, so this is exact. */
export function unsentByOperation(plan: Plan, reports: readonly PhaseReport[]): number[] {
  const counts = plan.operations.map(() => 0);
  const planned = scheduledHits(plan);
  if (planned === null) return counts;
  const thresholds = mixThresholds(plan.operations.map(({ weight }) => weight));
  const { workers } = plan.load;
  const loneOperation = counts.length === 1;
  for (const { worker, issued } of reports) {
    const share = hitShare(planned, worker, workers);
    if (loneOperation) {
      (counts[0] as number) += share - issued;
      continue;
    }
    for (let i = issued; i < share; i++) {
      (counts[selectOperation(thresholds, plan.seed, worker + i * workers)] as number)++;
    }
  }
  return counts;
}
