import type { Candidate } from './candidate.js';
import { drawSpectrum } from './draw-spectrum.js';
import { expectedCurve, ksDistance } from './rank-curve.js';
import { cellsOf, type Spectrum } from './spectrum.js';

export interface Goodness {
  /** The most by which the share of the k most frequent keys differs from the model's, over all k. In [0, 1]. */
  readonly ks: number;
  /** How often logs of the model itself differ from their own fit as much or more. In (0, 1]. */
  readonly p: number;
  /** Standard deviations of the fitted parameters over those logs. */
  readonly errors: Errors;
}

export interface Errors {
  /** Of ln(keys unseen + 1), from what it truly was in each log: how many keys do not show is chance, too. */
  readonly hidden: number;
  readonly alpha: number | null;
  /** Of ln hot. */
  readonly logHot: number | null;
  readonly share: number | null;
}

export const REPLICATES = 99;

/**
 * How well a model describes a log, by parametric bootstrap: logs are drawn from the model, the model is fitted to
 * each, and its distance to each taken as it was to the log. Fitting and ordering flatter the distance in both
 * alike. A. Clauset, C. R. Shalizi, M. E. J. Newman, "Power-law distributions in empirical data", 2009, §4.1.
 */
export function goodnessOf(
  spectrum: Spectrum,
  candidate: Candidate,
  seed: number,
  replicates = REPLICATES,
): Goodness {
  const ks = distance(spectrum, candidate);
  const nodes = candidate.nodes();
  let asFar = 0;
  const refits: Candidate[] = [];
  const missed: number[] = [];
  for (let i = 0; i < replicates; i++) {
    const drawn = drawSpectrum(nodes, seed, i);
    const refit = candidate.refit(cellsOf(drawn));
    if (distance(drawn, refit) >= ks) asFar++;
    refits.push(refit);
    missed.push(refit.hidden - Math.log1p(Math.max(0, candidate.values.n - drawn.distinct)));
  }
  return { ks, p: (asFar + 1) / (replicates + 1), errors: errorsOf(candidate, refits, missed) };
}

/** KS distance of a log from a model fitted to it. */
export function distance(spectrum: Spectrum, candidate: Candidate): number {
  return ksDistance(spectrum, expectedCurve(candidate.nodes()));
}

function errorsOf({ values }: Candidate, refits: readonly Candidate[], missed: readonly number[]): Errors {
  const over = (value: (refit: Candidate) => number | null) =>
    deviation(refits.map((refit) => value(refit) ?? 0));
  return {
    hidden: Math.sqrt(missed.reduce((sum, each) => sum + each * each, 0) / missed.length),
    alpha: values.alpha === null ? null : over((refit) => refit.values.alpha),
    logHot: values.hot === null ? null : over((refit) => Math.log(refit.values.hot ?? 1)),
    share: values.share === null ? null : over((refit) => refit.values.share),
  };
}

function deviation(values: readonly number[]): number {
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
  return Math.sqrt(values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / (values.length - 1));
}
