/** Of a normal distribution, the standard deviation over the median absolute deviation. */
const NORMAL = 1.4826;

/** Null of nothing. */
export function median(values: readonly number[]): number | null {
  if (values.length === 0) return null;
  const sorted = values.toSorted((a, b) => a - b);
  const middle = sorted.length >> 1;
  const high = sorted[middle] as number;
  return sorted.length % 2 === 1 ? high : ((sorted[middle - 1] as number) + high) / 2;
}

/** The spread of a series whatever a few of its values are: 1.4826 × the median absolute deviation. */
export function robustSigma(values: readonly number[], around: number): number {
  return NORMAL * (median(values.map((value) => Math.abs(value - around))) ?? 0);
}

export function known(values: readonly (number | null | undefined)[]): number[] {
  return values.filter((value) => value !== null && value !== undefined);
}
