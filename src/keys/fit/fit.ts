import { boundsOf, type Interval, isBounded, leastSize } from './bounds.js';
import type { Candidate } from './candidate.js';
import { type Drift, driftOf } from './drift.js';
import { fitHotspot } from './fit-hotspot.js';
import { fitUniform, fitZipf } from './fit-zipf.js';
import { distance, type Goodness, goodnessOf, REPLICATES } from './goodness.js';
import type { HotKey } from './hot-keys.js';
import type { KeyCounter } from './key-counter.js';
import { ksDistance } from './rank-curve.js';
import { cellsOf, type Spectrum, spectrumOf, topShares } from './spectrum.js';
import { type Table, tableCurve, tableOf } from './zones.js';

/** A model that was tried. */
export interface TriedModel {
  readonly model: Candidate['model'];
  readonly n: number;
  readonly alpha: number | null;
  readonly hot: number | null;
  readonly share: number | null;
  /** Bayesian information criterion above the best one's: 0 for the best, and 10 is overwhelming. */
  readonly bicAboveBest: number;
  readonly ks: number;
}

/** What a log's keys follow. */
export interface KeyFit {
  readonly model: 'zipf' | 'hotspot' | 'empirical';
  /** `fits`: chance alone explains the distance. `close`: it does not, but it is small. */
  readonly verdict: 'fits' | 'close' | 'empirical';
  /** Exponent; 0 is uniform. Null but for zipf. */
  readonly alpha: number | null;
  /** Number of keys, those never seen included; of an empirical one, those seen. */
  readonly n: number;
  readonly hot: number | null;
  readonly share: number | null;
  readonly requests: number;
  readonly distinct: number;
  /** Whether `distinct` and the rare keys are estimates from a sample: there were too many to count. */
  readonly isSample: boolean;
  /** Kolmogorov–Smirnov distance of what `model` says from the log. */
  readonly ks: number;
  /** By parametric bootstrap; null for a table, which has nothing to test, and for a sample. */
  readonly p: number | null;
  /** 95 %, by the same bootstrap; null for what the model has not. The upper end of n is null when the log does not bound it. */
  readonly intervals: {
    readonly alpha: Interval | null;
    readonly n: readonly [number, number | null] | null;
    readonly hot: Interval | null;
    readonly share: Interval | null;
  };
  readonly tried: readonly TriedModel[];
  readonly drift: Drift | null;
  readonly topShares: { readonly top1: number; readonly top10: number; readonly top100: number };
  readonly top: readonly HotKey[];
  /** The log as it was counted; null unless `model` is empirical. */
  readonly table: Table | null;
}

const TOP_KEYS = 100;
/** Hot keys looked at for drift: those noticed late are left out, so some more than it takes. */
const DRIFT_KEYS = 1000;
const ALPHA_OF_TEST = 0.1;
/** A model whose shares are off by less than this is close enough to load a service with. */
const CLOSE = 0.03;
/** With fewer requests to keys seen before, there is nothing that a model could be told from. */
const LEAST_REPEATS = 100;

/**
 * Which model the counted keys follow, how well, and whether the popular ones change.
 *
 * Uniform, zipf and hotspot are fitted by maximum likelihood and compared by BIC (G. Schwarz, 1978). The best is
 * taken if a parametric bootstrap does not reject it (p > 0.1), or if its KS distance is at most 0.03: logs of
 * millions of requests reject every model, also good ones. Else the log's own table is.
 *
 * @param seed of the bootstrap
 */
export function fitKeys(counter: KeyCounter, seed: number, replicates = REPLICATES): KeyFit {
  const spectrum = spectrumOf(counter.keysByCount());
  const drift = driftOf(counter.hot.top(DRIFT_KEYS));
  const top = counter.hot.top(TOP_KEYS);
  const shareOf = topShares(spectrum);
  const common = {
    requests: counter.requests,
    distinct: Math.round(spectrum.distinct),
    isSample: counter.isSample,
    drift,
    top,
    topShares: { top1: shareOf(1), top10: shareOf(10), top100: shareOf(100) },
  };
  if (spectrum.requests - spectrum.distinct < LEAST_REPEATS)
    return { ...common, ...asTable(spectrum), tried: [] };

  const candidates = candidatesOf(spectrum);
  const tried = compare(spectrum, candidates);
  for (const candidate of worthATest(candidates, tried)) {
    const goodness = goodnessOf(spectrum, candidate, seed, replicates);
    const verdict = verdictOf(goodness);
    if (verdict === null) continue;
    return {
      ...common,
      ...asModel(spectrum, candidate, goodness),
      verdict,
      p: counter.isSample ? null : goodness.p,
      tried,
      table: null,
    };
  }
  return { ...common, ...asTable(spectrum), tried };
}

/** The best first. */
function candidatesOf(spectrum: Spectrum): Candidate[] {
  const cells = cellsOf(spectrum);
  const all = [fitUniform(cells), fitZipf(cells), fitHotspot(cells)].filter((each) => each !== null);
  return all.sort((a, b) => bicOf(a, spectrum) - bicOf(b, spectrum));
}

function bicOf({ freedom, logLikelihood }: Candidate, { requests }: Spectrum): number {
  return freedom * Math.log(requests) - 2 * logLikelihood;
}

function compare(spectrum: Spectrum, candidates: readonly Candidate[]): TriedModel[] {
  const best = bicOf(candidates[0] as Candidate, spectrum);
  return candidates.map((candidate) => ({
    model: candidate.model,
    ...rounded(candidate),
    bicAboveBest: bicOf(candidate, spectrum) - best,
    ks: distance(spectrum, candidate),
  }));
}

function rounded({ values: { n, alpha, hot, share } }: Candidate) {
  return { n: Math.round(n), alpha, hot: hot === null ? null : Math.max(1, Math.round(hot)), share };
}

/** The likeliest; and should it be refused, the one that is closest to the log, if that is close. */
function worthATest(candidates: readonly Candidate[], tried: readonly TriedModel[]): Candidate[] {
  const closest = tried.reduce((best, { ks }, i) => (ks < (tried[best]?.ks ?? 1) ? i : best), 0);
  const isOther = closest !== 0 && (tried[closest]?.ks ?? 1) <= CLOSE;
  return candidates.filter((_, i) => i === 0 || (isOther && i === closest));
}

function verdictOf({ ks, p }: Goodness): 'fits' | 'close' | null {
  if (p > ALPHA_OF_TEST) return 'fits';
  return ks <= CLOSE ? 'close' : null;
}

function asModel(spectrum: Spectrum, best: Candidate, goodness: Goodness) {
  const intervals = boundsOf(spectrum.distinct, best, goodness.errors);
  const values = rounded(best);
  const cells = cellsOf(spectrum);
  const bounded = isBounded(cells, best);
  // What the log does not bound from above is taken as small as it allows.
  const n = bounded ? values.n : Math.round(leastSize(cells, best));
  return {
    model: best.model === 'hotspot' ? ('hotspot' as const) : ('zipf' as const),
    ...values,
    n,
    ks: goodness.ks,
    intervals: bounded ? intervals : { ...intervals, n: [n, null] as const },
  };
}

function asTable(spectrum: Spectrum) {
  const table = tableOf(spectrum);
  const curve = tableCurve(table);
  const n = Math.round(spectrum.distinct);
  return {
    model: 'empirical' as const,
    verdict: 'empirical' as const,
    alpha: null,
    hot: null,
    share: null,
    n,
    // The curve's keys are percentages.
    ks: ksDistance(spectrum, { ...curve, keys: curve.keys.map((percent) => (percent / 100) * n) }),
    p: null,
    intervals: { alpha: null, n: null, hot: null, share: null },
    table,
  };
}
