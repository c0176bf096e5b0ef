/** Special functions that the likelihoods need; relative error below 1e-9 unless said otherwise. */

/** Lanczos' coefficients for g = 7, n = 9 (P. Godfrey). */
const lanczos = [
  0.99999999999980993, 676.5203681218851, -1259.1392167224028, 771.32342877765313, -176.61502916214059,
  12.507343278686905, -0.13857109526572012, 9.9843695780195716e-6, 1.5056327351493116e-7,
] as const;

/** ln Γ(x), x > 0. */
export function logGamma(x: number): number {
  const z = x - 1;
  let sum: number = lanczos[0];
  for (let i = 1; i < lanczos.length; i++) sum += (lanczos[i] as number) / (z + i);
  const t = z + 7.5;
  return 0.5 * Math.log(2 * Math.PI) + (z + 0.5) * Math.log(t) - t + Math.log(sum);
}

/** ln P(X = count), X Poisson of mean e^logMean; `logFactorial` is ln count!. */
export function logPoisson(count: number, mean: number, logMean: number, logFactorial: number): number {
  return count * logMean - mean - logFactorial;
}

/** Φ(z): W. J. Cody's rational forms are more than is needed here; absolute error below 1.5e-7 (A&S 7.1.26). */
export function normalCdf(z: number): number {
  const x = Math.abs(z) / Math.SQRT2;
  const t = 1 / (1 + 0.3275911 * x);
  const poly =
    t * (0.254829592 + t * (-0.284496736 + t * (1.421413741 + t * (-1.453152027 + t * 1.061405429))));
  const half = 0.5 * poly * Math.exp(-x * x);
  return z > 0 ? 1 - half : half;
}

/**
 * P(X ≥ count), X Poisson: summed for small counts, else as the gamma integral by Wilson and Hilferty's cube
 * root, whose absolute error is below 1e-3 there.
 */
export function poissonAtLeast(count: number, mean: number): number {
  if (count <= 0) return 1;
  if (mean <= 0) return 0;
  if (count <= 12) {
    let term = Math.exp(-mean);
    let below = term;
    for (let i = 1; i < count; i++) {
      term *= mean / i;
      below += term;
    }
    return Math.max(0, 1 - below);
  }
  return normalCdf(3 * Math.sqrt(count) * (Math.cbrt(mean / count) - 1 + 1 / (9 * count)));
}

/** P(X ≥ statistic), X chi-square with `freedom` degrees of freedom: the upper incomplete gamma ratio. */
export function chiSquareTail(statistic: number, freedom: number): number {
  if (!(statistic > 0)) return 1;
  const a = freedom / 2;
  const x = statistic / 2;
  const scale = Math.exp(a * Math.log(x) - x - logGamma(a));
  return Math.min(1, Math.max(0, x < a + 1 ? 1 - scale * seriesBelow(a, x) : scale * fractionAbove(a, x)));
}

/** Γ(a)·P(a, x) / (x^a e^−x) by its series (DLMF 8.7.1). */
function seriesBelow(a: number, x: number): number {
  let term = 1 / a;
  let sum = term;
  for (let i = 1; i < 100_000 && term > sum * 1e-15; i++) {
    term *= x / (a + i);
    sum += term;
  }
  return sum;
}

/** Γ(a)·Q(a, x) / (x^a e^−x) by its continued fraction (DLMF 8.9.2), evaluated as Lentz does. */
function fractionAbove(a: number, x: number): number {
  let b = x + 1 - a;
  let c = 1e300;
  let d = 1 / b;
  let value = d;
  for (let i = 1; i < 100_000; i++) {
    const numerator = -i * (i - a);
    b += 2;
    d = 1 / (numerator * d + b);
    c = b + numerator / c;
    const factor = c * d;
    value *= factor;
    if (Math.abs(factor - 1) < 1e-15) break;
  }
  return value;
}
