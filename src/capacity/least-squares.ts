/** One equation: Σ coefficients[j] · x[j] ≈ value, counted `weight` times. */
export interface Equation {
  readonly coefficients: readonly number[];
  readonly value: number;
  /** ≥ 0 */
  readonly weight: number;
}

/**
 * Weighted linear least squares with x ≥ 0: every set of unknowns that may be left at 0 is tried, and the best of the
 * solutions with no negative one is it (for a few unknowns that is exact, and short).
 *
 * Source: Lawson and Hanson, Solving Least Squares Problems, chapter 23, for the conditions.
 *
 * @returns null where all of them are best left at 0, or cannot be told
 */
export function nonNegative(equations: readonly Equation[], unknowns: number): number[] | null {
  let best: { x: number[]; loss: number } | null = null;
  for (let set = 1; set < 2 ** unknowns; set++) {
    const used = Array.from({ length: unknowns }, (_, j) => j).filter((j) => (set >> j) & 1);
    const part = solveNormal(equations, used);
    if (part === null || part.some((value) => !(value >= 0))) continue;
    const x = new Array<number>(unknowns).fill(0);
    used.forEach((j, i) => {
      x[j] = part[i] as number;
    });
    const loss = lossOf(equations, x);
    if (best === null || loss < best.loss) best = { x, loss };
  }
  return best?.x ?? null;
}

function lossOf(equations: readonly Equation[], x: readonly number[]): number {
  return equations.reduce((sum, { coefficients, value, weight }) => {
    const error = coefficients.reduce((total, c, j) => total + c * (x[j] as number), 0) - value;
    return sum + weight * error * error;
  }, 0);
}

/** The normal equations of some unknowns, their columns scaled to length 1; null where they are singular. */
function solveNormal(equations: readonly Equation[], used: readonly number[]): number[] | null {
  const column = (j: number) => equations.map(({ coefficients }) => coefficients[j] as number);
  const weights = equations.map(({ weight }) => weight);
  const dot = (a: readonly number[], b: readonly number[]) =>
    a.reduce((sum, value, i) => sum + (weights[i] as number) * value * (b[i] as number), 0);
  const lengths = used.map((j) => Math.sqrt(dot(column(j), column(j))));
  if (lengths.some((length) => !(length > 0))) return null;
  const columns = used.map((j, i) => column(j).map((value) => value / (lengths[i] as number)));
  const values = equations.map(({ value }) => value);
  const rows = columns.map((a) => [...columns.map((b) => dot(a, b)), dot(a, values)]);
  return eliminate(rows)?.map((value, i) => value / (lengths[i] as number)) ?? null;
}

/** Gauss with partial pivoting, on rows that hold the right side as their last. */
function eliminate(rows: number[][]): number[] | null {
  const n = rows.length;
  for (let k = 0; k < n; k++) {
    const pivot = rows
      .slice(k)
      .reduce((best, row) => (Math.abs(row[k] ?? 0) > Math.abs(best[k] ?? 0) ? row : best));
    if (Math.abs(pivot[k] ?? 0) < 1e-12) return null;
    rows.splice(rows.indexOf(pivot), 1, rows[k] as number[]);
    rows[k] = pivot;
    for (let i = 0; i < n; i++) {
      const row = rows[i] as number[];
      if (i === k) continue;
      const factor = (row[k] as number) / (pivot[k] as number);
      for (let j = k; j <= n; j++) row[j] = (row[j] as number) - factor * (pivot[j] as number);
    }
  }
  return rows.map((row, i) => (row[n] as number) / (row[i] as number));
}
