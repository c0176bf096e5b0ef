import type { Plan } from '../core/index.js';
import { createPacer } from '../pace/index.js';
import type { PhaseReport } from './messages.js';
import { mixThresholds, selectOperation } from './mix.js';
import { hitShare } from './share.js';

/** Unsent hits that are looked at one by one; more of them are shared out by weight, so that Ctrl-C stays prompt. */
const MAX_LOOKED_AT = 1_000_000;

/**
 * How many hits the measured phase had, sent or not; null in a closed loop that only time bounds, which has no
 * plan of its own.
 *
 * @param stoppedSec when the run was interrupted, else null: Poisson arrivals have to be walked to be counted,
 *   so those of an interrupted run are the ones due by then
 */
export function scheduledHits(
  { load, seed, phases, replay }: Plan,
  stoppedSec: number | null,
): number | null {
  const { durationMs, requests } = phases.measure;
  if (replay !== undefined) return requests;
  const walked = stoppedSec !== null && load.rate !== null && load.arrivals === 'poisson';
  const bounds = walked
    ? { durationMs: Math.min(stoppedSec * 1000, durationMs ?? Number.POSITIVE_INFINITY), requests }
    : phases.measure;
  return createPacer(load, seed, bounds).total;
}

/**
 * Hits that no worker came to, by operation. The operation follows from the hit, so this is exact, up to a
 * number of hits at which a share by weight is no worse than a thousandth off; those of a log are shared out by
 * weight too.
 */
export function unsentByOperation(
  plan: Plan,
  reports: readonly PhaseReport[],
  scheduled: number | null,
): number[] {
  const counts = plan.operations.map(() => 0);
  if (scheduled === null) return counts;
  const weights = plan.operations.map(({ weight }) => weight);
  const { workers } = plan.load;
  const unsent = reports.map(({ worker, issued }) =>
    Math.max(0, hitShare(scheduled, worker, workers) - issued),
  );
  const total = unsent.reduce((sum, count) => sum + count, 0);
  if (counts.length === 1 || plan.replay !== undefined || total > MAX_LOOKED_AT)
    return sharedByWeight(total, weights);
  const thresholds = mixThresholds(weights);
  reports.forEach(({ worker, issued }, i) => {
    for (let k = issued; k < issued + (unsent[i] ?? 0); k++) {
      (counts[selectOperation(thresholds, plan.seed, worker + k * workers)] as number)++;
    }
  });
  return counts;
}

/** Whole numbers in proportion to the weights, which add up to `total`. */
function sharedByWeight(total: number, weights: readonly number[]): number[] {
  const thresholds = mixThresholds(weights).map((threshold) => Math.round(threshold * total));
  return thresholds.map((end, i) => end - (thresholds[i - 1] ?? 0));
}
