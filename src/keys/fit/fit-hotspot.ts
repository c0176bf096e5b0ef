import type { Candidate } from './candidate.js';
import { logLikelihood } from './likelihood.js';
import { type Maximum, maximise } from './maximise.js';
import type { Nodes } from './nodes.js';
import { hiddenFor, largestSize, sizeOf } from './size.js';
import type { Cells } from './spectrum.js';

/** At most so many places are tried to part the hot keys from the cold. */
const MOST_CUTS = 100;

/**
 * The number of hot keys H, their share of the requests o and the number of all keys N that make the spectrum
 * most likely: two Poisson means, o·R/H and (1 − o)·R/(N − H).
 *
 * From the best of the cuts between two counts, uphill in (ln H, logit o, ln(N − D + 1)).
 *
 * @returns null where all keys came equally often: there is nothing to part
 */
export function fitHotspot(cells: Cells): Candidate | null {
  const start = bestCut(cells);
  return start === null ? null : climb(cells, start.at);
}

function bestCut(cells: Cells): Maximum | null {
  const { counts, keys, distinct, requests } = cells;
  const likelihood = likelihoodOf(cells);
  const every = Math.max(1, Math.floor(counts.length / MOST_CUTS));
  let best: Maximum | null = null;
  let hot = 0;
  let hits = 0;
  for (let i = 0; i + 1 < counts.length; i++) {
    hot += keys[i] as number;
    hits += (keys[i] as number) * (counts[i] as number);
    // The first cuts part single keys, and are worth a look each.
    if (i > 20 && i % every !== 0) continue;
    const share = hits / requests;
    const size = Math.log(hot);
    const hidden = hiddenFor(distinct, (n) => hotspotNodes(requests, hot, share, n));
    const at = [size, Math.log(share / (1 - share)), hidden];
    const value = likelihood(at);
    if (value > (best?.value ?? Number.NEGATIVE_INFINITY)) best = { at, value };
  }
  return best;
}

function climb(cells: Cells, start: readonly number[]): Candidate {
  const likelihood = likelihoodOf(cells);
  const rough = maximise(likelihood, start, [0.05, 0.05, 0.2]);
  const { at, value } = maximise(likelihood, rough.at, [0.005, 0.005, 0.05]);
  const [logHot = 0, logit = 0, hidden = 0] = at;
  const n = sizeOf(cells.distinct, hidden);
  const hot = Math.exp(logHot);
  const share = 1 / (1 + Math.exp(-logit));
  return {
    model: 'hotspot',
    freedom: 3,
    logLikelihood: value,
    values: { n, alpha: null, hot, share },
    hidden,
    nodes: () => hotspotNodes(cells.requests, hot, share, n),
    withHidden: (other) => hotspotNodes(cells.requests, hot, share, sizeOf(cells.distinct, other)),
    refit: (others) => climb(others, at),
  };
}

function likelihoodOf(cells: Cells): (at: readonly number[]) => number {
  const { distinct, requests } = cells;
  return ([logHot = 0, logit = 0, hidden = 0]) => {
    const n = sizeOf(distinct, hidden);
    const hot = Math.exp(logHot);
    const share = 1 / (1 + Math.exp(-logit));
    // Hot ones must be hotter: else the two are exchanged, and nothing is gained.
    if (hidden < 0 || hot < 0.5 || hot > n - 0.5 || n > largestSize(distinct) || share < hot / n) {
      return Number.NEGATIVE_INFINITY;
    }
    return logLikelihood(cells, hotspotNodes(requests, hot, share, n));
  };
}

function hotspotNodes(requests: number, hot: number, share: number, n: number): Nodes {
  const cold = Math.max(n - hot, 0.5);
  return {
    ranks: Float64Array.of(hot, cold),
    means: Float64Array.of((requests * share) / hot, (requests * (1 - share)) / cold),
  };
}
