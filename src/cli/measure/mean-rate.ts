/**
 * Requests per second over the whole seconds of a phase so far. What has ended since the last of them is not known
 * yet: over the time that has passed the rate would be too low, by a seventh in the seventh second.
 */
export function meanRate(seconds: readonly { readonly qps: number }[]): number {
  return seconds.reduce((sum, { qps }) => sum + qps, 0) / Math.max(1, seconds.length);
}
