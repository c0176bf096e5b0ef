/** What bounds a schedule: hits are due before `durationMs`, and there are no more than `requests` of them. */
export interface Bounds {
  readonly durationMs: number | null;
  readonly requests: number | null;
}

/** The number of hits within the bounds; null when nothing bounds them. `before` counts those due before an instant. */
export function boundedTotal(bounds: Bounds, before: (durationNs: number) => number): number | null {
  if (bounds.durationMs === null) return bounds.requests;
  return Math.min(bounds.requests ?? Number.POSITIVE_INFINITY, before(bounds.durationMs * 1e6));
}

/**
 * The first hit that is not due before `durationNs`. Rounding may land a hit beside the boundary; the schedule
 * itself decides on which side it is.
 *
 * @param arrivals hits due by then, not rounded
 */
export function firstAtOrAfter(durationNs: number, dueNs: (hit: number) => number, arrivals: number): number {
  let hit = Math.max(0, Math.floor(arrivals) - 1);
  while (dueNs(hit) < durationNs) hit++;
  return hit;
}
