import type { Plan } from '../core/index.js';
import { createPacer } from '../pace/index.js';
import type { PhaseReport } from './messages.js';
import { mixThresholds } from './mix.js';
import { hitShare } from './share.js';
import { Starts } from './starts.js';

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

/** Hits that no worker came to: by the operation that they would have begun with, and by sequence. */
export interface UnsentHits {
  readonly operations: readonly number[];
  readonly sequences: readonly number[];
}

/**
 * What a hit begins follows from the hit, so this is exact, up to a number of hits at which a share by weight is no
 * worse than a thousandth off; those of a log are shared out by weight too.
 */
export function unsentHits(
  plan: Plan,
  reports: readonly PhaseReport[],
  scheduled: number | null,
): UnsentHits {
  const operations = plan.operations.map(() => 0);
  const sequences = (plan.sequences ?? []).map(() => 0);
  if (scheduled === null) return { operations, sequences };
  const { workers } = plan.load;
  const unsent = reports.map(({ worker, issued }) =>
    Math.max(0, hitShare(scheduled, worker, workers) - issued),
  );
  const total = unsent.reduce((sum, count) => sum + count, 0);
  if (operations.length + sequences.length === 1) return { operations: [total], sequences };
  if (plan.replay !== undefined || total > MAX_LOOKED_AT) return sharedOut(plan, total);
  const starts = new Starts(plan);
  reports.forEach(({ worker, issued }, i) => {
    for (let k = issued; k < issued + (unsent[i] ?? 0); k++) {
      const hit = worker + k * workers;
      (operations[starts.first(hit)] as number)++;
      const journey = starts.journey(hit);
      if (journey !== null) (sequences[journey.row - operations.length] as number)++;
    }
  });
  return { operations, sequences };
}

/** Of a sequence the first operation that it may begin with. */
function sharedOut(plan: Plan, total: number): UnsentHits {
  const { journeys } = new Starts(plan);
  const all = [...plan.operations, ...(plan.sequences ?? [])].map(({ weight }) => weight);
  const shared = sharedByWeight(total, all);
  const operations = shared.slice(0, plan.operations.length);
  const sequences = shared.slice(plan.operations.length);
  for (const [i, { steps }] of journeys.entries()) {
    const first = steps[0]?.parts[0] ?? 0;
    (operations[first] as number) += sequences[i] ?? 0;
  }
  return { operations, sequences };
}

/** Whole numbers in proportion to the weights, which add up to `total`. */
function sharedByWeight(total: number, weights: readonly number[]): number[] {
  const thresholds = mixThresholds(weights).map((threshold) => Math.round(threshold * total));
  return thresholds.map((end, i) => end - (thresholds[i - 1] ?? 0));
}
