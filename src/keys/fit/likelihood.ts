import { type Nodes, totalRanks } from './nodes.js';
import { logGamma, logPoisson } from './special.js';
import type { Cells } from './spectrum.js';

/** Counts further from a mean than so many standard deviations add nothing that a double holds on to. */
const REACH = 7;

/**
 * The log-likelihood of a spectrum, to a constant that is the same for every model.
 *
 * Each of N keys came Poisson(mean) times; which key has which mean is not known, so the number of times any
 * one came follows the mixture of them all: P(c) = Σ ranks · Poisson(c; mean) / N. N − D keys never came, so
 *
 *   ln L = ln N! − ln (N − D)! + Σ keys(c) ln P(c) + (N − D) ln P(0)
 *
 * Where the peaks of neighbouring ranks stand apart, as they do at the head, the mixture at a count is the one
 * rank that it belongs to, and the term is what it would be with the order known. Where they run into each other
 * no order is assumed. So neither the head is wasted nor the tail biased by ranks that are read off the counts
 * themselves. For a multiplicity of keys unseen see L. Sanathanan, "Estimating the size of a multinomial
 * population", Ann. Math. Stat. 43 (1972).
 *
 * @returns −∞ where N < D
 */
export function logLikelihood(cells: Cells, nodes: Nodes): number {
  const n = totalRanks(nodes);
  const unseen = n - cells.distinct;
  if (unseen < -1e-6 * n) return Number.NEGATIVE_INFINITY;
  return logChoices(n, cells.distinct) + logUnseen(nodes, n, Math.max(0, unseen)) + logSeen(cells, nodes);
}

/** ln N! − ln (N − D)! − D ln N: what choosing the keys that came is worth, apart from the D ln N of `logSeen`. */
function logChoices(n: number, distinct: number): number {
  const unseen = Math.max(0, n - distinct);
  if (unseen < 20) return logGamma(n + 1) - logGamma(unseen + 1) - distinct * Math.log(n);
  // Stirling's series of both, so that what they have in common is never summed.
  return -(unseen + 0.5) * Math.log1p(-distinct / n) - distinct + 1 / (12 * n) - 1 / (12 * unseen);
}

function logUnseen({ ranks, means }: Nodes, n: number, unseen: number): number {
  if (unseen === 0) return 0;
  let seen = 0;
  for (let i = 0; i < ranks.length; i++) seen -= (ranks[i] as number) * Math.expm1(-(means[i] as number));
  // 1 − P(not seen) loses its digits where all are seen: then from the other side.
  if (seen / n < 0.5) return unseen * Math.log1p(-seen / n);
  let never = 0;
  for (let i = 0; i < ranks.length; i++) never += (ranks[i] as number) * Math.exp(-(means[i] as number));
  return unseen * Math.log(Math.max(never / n, Number.MIN_VALUE));
}

/** Σ keys(c) ln Σ ranks · Poisson(c; mean). Both lists fall, so the nodes near a count are a sliding window. */
function logSeen({ counts, keys, logFactorials }: Cells, { ranks, means }: Nodes): number {
  const logMeans = means.map(Math.log);
  const last = means.length - 1;
  let from = 0;
  let to = 0;
  let sum = 0;
  for (let i = 0; i < counts.length; i++) {
    const count = counts[i] as number;
    const reach = REACH * Math.sqrt(count) + REACH * 3;
    while (from < last && (means[from] as number) > count + reach) from++;
    if (to < from) to = from;
    while (to < last && (means[to + 1] as number) >= count - reach) to++;
    // The neighbours on either side always count: a key far from all of them must still pull in their direction.
    const first = Math.max(0, from - 1);
    const end = Math.min(last, to + 1);
    const logFactorial = logFactorials[i] as number;
    let largest = Number.NEGATIVE_INFINITY;
    let total = 0;
    for (let j = first; j <= end; j++) {
      const log = logPoisson(count, means[j] as number, logMeans[j] as number, logFactorial);
      if (log > largest) {
        total = total * Math.exp(largest - log) + (ranks[j] as number);
        largest = log;
      } else total += (ranks[j] as number) * Math.exp(log - largest);
    }
    sum += (keys[i] as number) * (largest + Math.log(total));
  }
  return sum;
}
