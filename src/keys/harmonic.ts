/** Terms summed one by one; the error of the rest is then below 1e-16 of the sum for every exponent. */
const DIRECT_TERMS = 1000;

/**
 * The generalised harmonic number H(n, α) = Σ k^−α, k = 1…n: the norm of a zipf distribution.
 * The first terms are summed, the rest by the Euler–Maclaurin formula (DLMF 2.10.1), so the cost is the same at
 * any n. Relative error below 1e-14.
 *
 * @param n 0 ≤ n ≤ 2^53
 * @param alpha ≥ 0 and finite
 */
export function harmonic(n: number, alpha: number): number {
  let sum = 0;
  const direct = Math.min(n, DIRECT_TERMS);
  // From the smallest term, so that none is lost to the rounding of a large sum.
  for (let k = direct; k >= 1; k--) sum += Math.exp(-alpha * Math.log(k));
  if (n <= DIRECT_TERMS) return sum;
  return sum + tail(DIRECT_TERMS + 1, n, alpha);
}

/** Σ k^−α, k = m…n. */
function tail(m: number, n: number, alpha: number): number {
  const first = Math.exp(-alpha * Math.log(m));
  if (first === 0) return 0;
  const last = Math.exp(-alpha * Math.log(n));
  const slopes = (alpha / 12) * (first / m - last / n);
  const cubic = (alpha * (alpha + 1) * (alpha + 2)) / 720;
  return integral(m, n, alpha) + (first + last) / 2 + slopes - cubic * (first / m ** 3 - last / n ** 3);
}

/** ∫ x^−α dx from m to n, also where α is 1 or next to it. */
function integral(m: number, n: number, alpha: number): number {
  const logRatio = Math.log(n / m);
  const beta = 1 - alpha;
  if (beta === 0) return logRatio;
  return Math.exp(beta * Math.log(m)) * (Math.expm1(beta * logRatio) / beta);
}
