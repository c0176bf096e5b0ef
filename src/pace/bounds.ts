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
