export interface Maximum {
  readonly at: readonly number[];
  readonly value: number;
}

interface Options {
  /** Stops when the simplex spans less than this in value. */
  readonly tolerance?: number;
  readonly maxEvaluations?: number;
}

/**
 * A maximum of a function of a few variables, without derivatives: J. A. Nelder, R. Mead, "A simplex method for
 * function minimization", 1965. The function may be −∞ out of its domain, but not at `start`.
 *
 * @param steps first step along each variable
 */
export function maximise(
  f: (at: readonly number[]) => number,
  start: readonly number[],
  steps: readonly number[],
  { tolerance = 1e-2, maxEvaluations = 400 }: Options = {},
): Maximum {
  let evaluations = 0;
  const evaluate = (at: readonly number[]): Maximum => {
    evaluations++;
    const value = f(at);
    return { at, value: Number.isNaN(value) ? Number.NEGATIVE_INFINITY : value };
  };
  const simplex = [
    evaluate(start),
    ...steps.map((step, i) => evaluate(start.map((x, j) => (i === j ? x + step : x)))),
  ];
  while (evaluations < maxEvaluations) {
    simplex.sort((a, b) => b.value - a.value);
    const best = simplex[0] as Maximum;
    const worst = simplex.at(-1) as Maximum;
    const secondWorst = simplex.at(-2) as Maximum;
    if (best.value - worst.value < tolerance) break;
    const rest = simplex.slice(0, -1);
    const centre = start.map(
      (_, i) => rest.reduce((sum, { at }) => sum + (at[i] as number), 0) / rest.length,
    );
    const along = (factor: number) =>
      evaluate(centre.map((x, i) => x + factor * ((worst.at[i] as number) - x)));

    const reflected = along(-1);
    let next = reflected;
    if (reflected.value > best.value) {
      const expanded = along(-2);
      if (expanded.value > reflected.value) next = expanded;
    } else if (reflected.value <= secondWorst.value) {
      const contracted = along(reflected.value > worst.value ? -0.5 : 0.5);
      next = contracted;
      if (contracted.value <= Math.max(worst.value, reflected.value)) {
        for (let i = 1; i < simplex.length; i++) {
          const { at } = simplex[i] as Maximum;
          simplex[i] = evaluate(at.map((x, j) => (x + (best.at[j] as number)) / 2));
        }
        continue;
      }
    }
    simplex[simplex.length - 1] = next;
  }
  return simplex.reduce((best, vertex) => (vertex.value > best.value ? vertex : best));
}
