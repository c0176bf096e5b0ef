import assert from 'node:assert/strict';

/**
 * Pearson's statistic of observed against expected counts, as a standard normal deviate (Wilson and Hilferty,
 * "The distribution of chi-square", 1931). Large: they differ; very negative: they agree too well to be random.
 * Neighbouring cells are joined until each expects at least 10.
 *
 * @param probabilities of the cells, summing to 1
 */
export function chiSquareDeviate(observed: readonly number[], probabilities: readonly number[]): number {
  assert.equal(observed.length, probabilities.length);
  const draws = observed.reduce((sum, count) => sum + count, 0);
  const cells: { seen: number; expected: number }[] = [];
  let open = { seen: 0, expected: 0 };
  for (let i = 0; i < observed.length; i++) {
    open.seen += observed[i] ?? 0;
    open.expected += (probabilities[i] ?? 0) * draws;
    if (open.expected < 10) continue;
    cells.push(open);
    open = { seen: 0, expected: 0 };
  }
  const last = cells.at(-1);
  if (last === undefined || cells.length < 2) throw new RangeError('fewer than two cells: draw more');
  last.seen += open.seen;
  last.expected += open.expected;
  const statistic = cells.reduce((sum, cell) => sum + (cell.seen - cell.expected) ** 2 / cell.expected, 0);
  const spread = 2 / (9 * (cells.length - 1));
  return (Math.cbrt(statistic / (cells.length - 1)) - (1 - spread)) / Math.sqrt(spread);
}

/** Asserts that counts follow the probabilities: within 4 standard deviations, on either side. */
export function assertFollows(
  observed: readonly number[],
  probabilities: readonly number[],
  what: string,
): void {
  const total = probabilities.reduce((sum, p) => sum + p, 0);
  assert.ok(Math.abs(total - 1) < 1e-9, `${what}: probabilities sum to ${total}`);
  const deviate = chiSquareDeviate(observed, probabilities);
  assert.ok(Math.abs(deviate) < 4, `${what}: chi-square is ${deviate.toFixed(1)} standard deviations off`);
}

/** Asserts that a sum of `count` terms of mean `mean` and variance `variance` is within 4.5 standard deviations. */
export function assertMean(sum: number, count: number, mean: number, variance: number, what: string): void {
  const deviate = (sum - count * mean) / Math.sqrt(count * variance);
  assert.ok(Math.abs(deviate) < 4.5, `${what}: ${deviate.toFixed(1)} standard deviations off`);
}
