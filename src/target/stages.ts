import type { Hit } from './in-flight.js';

/** One thing that may happen to a request before it is served: it calls `next`, now or later, or answers itself. */
export type Stage = (hit: Hit, next: () => void) => void;

/** Takes a hit through the stages in order, and serves it unless it has ended on the way. */
export function runStages(stages: readonly Stage[], hit: Hit, serve: () => void, from = 0): void {
  if (hit.ended) return;
  const stage = stages[from];
  if (stage === undefined) serve();
  else stage(hit, () => runStages(stages, hit, serve, from + 1));
}
