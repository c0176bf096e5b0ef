import type { Candidate } from './candidate.js';
import { logLikelihood } from './likelihood.js';
import { type Maximum, maximise } from './maximise.js';
import { hiddenFor, largestSize, sizeOf } from './size.js';
import type { Cells } from './spectrum.js';
import { zipfGrid, zipfNodes } from './zipf-nodes.js';

const MAX_ALPHA = 6;
const FIRST_STEPS = [0.1, 0.5];
const LAST_STEPS = [0.005, 0.05];

/**
 * The exponent and the number of keys that make the spectrum most likely.
 *
 * For a number of exponents the size that gives the distinct keys seen, then uphill from the best of them, in
 * (α, ln(N − D + 1)).
 */
export function fitZipf(cells: Cells): Candidate {
  const { distinct, requests } = cells;
  let best: Maximum = { at: [0, 0], value: Number.NEGATIVE_INFINITY };
  for (let alpha = 0; alpha <= 3; alpha += 0.2) {
    const grid = gridFor(cells, alpha);
    const at = [alpha, hiddenFor(distinct, (n) => zipfNodes(requests, alpha, n, grid))];
    const value = likelihoodOn(cells, grid)(at);
    if (value > best.value) best = { at, value };
  }
  const rough = maximise(likelihoodOn(cells, gridFor(cells, best.at[0])), best.at, FIRST_STEPS);
  return climb(cells, rough.at);
}

/** Again, with cuts made for where it starts. */
function climb(cells: Cells, start: readonly number[]): Candidate {
  const grid = gridFor(cells, start[0]);
  const { at, value } = maximise(likelihoodOn(cells, grid), start, LAST_STEPS);
  const [alpha = 0, hidden = 0] = at;
  const n = sizeOf(cells.distinct, hidden);
  return {
    model: 'zipf',
    freedom: 2,
    logLikelihood: value,
    values: { n, alpha, hot: null, share: null },
    hidden,
    nodes: () => zipfNodes(cells.requests, alpha, n, grid),
    withHidden: (other) => zipfNodes(cells.requests, alpha, sizeOf(cells.distinct, other), grid),
    refit: (others) => climb(others, at),
  };
}

/** Every key as often as any other: α = 0, which leaves the size. */
export function fitUniform(cells: Cells): Candidate {
  const { distinct, requests } = cells;
  const grid = gridFor(cells, 0);
  const likelihood = likelihoodOn(cells, grid);
  const start = hiddenFor(distinct, (size) => zipfNodes(requests, 0, size, grid));
  const { at, value } = maximise(([hidden = 0]) => likelihood([0, hidden]), [start], [0.05]);
  const hidden = at[0] ?? 0;
  const n = sizeOf(distinct, hidden);
  return {
    model: 'uniform',
    freedom: 1,
    logLikelihood: value,
    values: { n, alpha: 0, hot: null, share: null },
    hidden,
    nodes: () => zipfNodes(requests, 0, n, grid),
    withHidden: (other) => zipfNodes(requests, 0, sizeOf(distinct, other), grid),
    refit: fitUniform,
  };
}

function gridFor({ requests, distinct }: Cells, alpha = 0): Float64Array {
  return zipfGrid(requests, alpha, largestSize(distinct));
}

/** Of (α, ln(N − D + 1)). */
function likelihoodOn(cells: Cells, grid: Float64Array): (at: readonly number[]) => number {
  const maxN = largestSize(cells.distinct);
  return ([alpha = 0, hidden = 0]) => {
    const n = sizeOf(cells.distinct, hidden);
    if (alpha < 0 || alpha > MAX_ALPHA || hidden < 0 || n > maxN) return Number.NEGATIVE_INFINITY;
    return logLikelihood(cells, zipfNodes(cells.requests, alpha, n, grid));
  };
}
