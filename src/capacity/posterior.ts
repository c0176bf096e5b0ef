import type { Evidence } from './evidence.js';

/** What all runs of a search say together of where the capacity lies, however they came to be asked for. */
export interface Posterior {
  /** The chance that the capacity is below a rate. */
  below(rate: number): number;
}

/** How much the limit differs from run to run, as standard deviations of its logarithm: as likely each, from next to nothing on. */
const LEAST_SPREAD = 0.002;
const MOST_SPREAD = 0.8;
const SPREADS = 12;
/** Of runs, by what is not the service's limit: a hiccup of the machine fails one, or spares one. */
const LAPSE = 0.01;
/** The capacity may lie beyond what was tried, by this factor. */
const BEYOND = 2;
/** Grid points to the narrowest distance that matters. */
const POINTS = 4;
const MOST_POINTS = 4000;
/** A logistic distribution of standard deviation 1 has this scale. */
const LOGISTIC = Math.sqrt(3) / Math.PI;

/**
 * Each run draws its limit from a log-logistic distribution whose median is the capacity; it passes where its rate is
 * below. Neither median nor spread is known, and both are weighed by how well they explain all the runs (Bayes, on a
 * grid; flat in the logarithms of both). Runs that were asked for because of what others said are no different from any:
 * the likelihood does not know why a run was made. A test of the two ends alone would, as they are those ends because
 * their runs agreed.
 *
 * @param precision how close two rates are that are to be told apart
 */
export function posteriorOf(steps: readonly Evidence[], precision: number): Posterior {
  const seen = steps.flatMap(({ rate, runs }) => {
    const count = (verdict: 'pass' | 'fail') => runs.filter((run) => run.verdict === verdict).length;
    const [passed, failed] = [count('pass'), count('fail')];
    return passed + failed === 0 ? [] : [{ log: Math.log(rate), passed, failed }];
  });
  const logs = seen.map(({ log }) => log);
  const from = Math.min(...logs) - Math.log(BEYOND);
  const to = Math.max(...logs) + Math.log(BEYOND);
  const points = Math.min(MOST_POINTS, Math.ceil((POINTS * (to - from)) / Math.log(1 + precision)));
  const at = (i: number) => from + ((i + 0.5) * (to - from)) / points;
  const likelihoods = Array.from({ length: SPREADS }, (_, k) => {
    const scale = LOGISTIC * LEAST_SPREAD * (MOST_SPREAD / LEAST_SPREAD) ** (k / (SPREADS - 1));
    return Array.from({ length: points }, (__, i) =>
      seen.reduce((sum, { log, passed, failed }) => {
        const passes = LAPSE + (1 - 2 * LAPSE) / (1 + Math.exp((log - at(i)) / scale));
        return sum + passed * Math.log(passes) + failed * Math.log(1 - passes);
      }, 0),
    );
  });
  const best = likelihoods.reduce((most, each) => each.reduce((a, b) => Math.max(a, b), most), -Infinity);
  const weights = Array.from({ length: points }, (_, i) =>
    likelihoods.reduce((sum, each) => sum + Math.exp((each[i] ?? -Infinity) - best), 0),
  );
  const total = weights.reduce((sum, weight) => sum + weight, 0);
  return {
    below: (rate) => {
      if (seen.length === 0) return 0.5;
      const place = ((Math.log(rate) - from) / (to - from)) * points;
      const whole = Math.max(0, Math.min(points, Math.floor(place)));
      const part = place > 0 && place < points ? (place - whole) * (weights[whole] ?? 0) : 0;
      return (weights.slice(0, whole).reduce((sum, weight) => sum + weight, 0) + part) / total;
    },
  };
}
