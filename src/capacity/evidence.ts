import type { CapacityRun, CapacityStep, CapacityVerdict } from '../core/index.js';
import { median, typical } from './judge.js';

/** What was seen at one rate, run by run. */
export interface Evidence {
  readonly rate: number;
  readonly runs: readonly Pick<CapacityRun, 'verdict'>[];
}

/** How many runs decide; odd numbers, so that a tie is broken by the next run. */
export interface Quorum {
  /** Runs of a step: the majority of them decides, and the rest is then not run. */
  readonly repeat: number;
  /** Valid runs of each end of the final bracket. */
  readonly confirm: number;
}

export type StepVerdict = CapacityVerdict | 'undecided';

/** Runs of one step at most, by its quorum: a machine that is never quiet must not hold up the search. */
const MOST_RUNS = 4;

/** What a step's runs say by majority. What says nothing of the service is counted apart. */
export function stepVerdict({ runs }: Pick<Evidence, 'runs'>, { repeat }: Quorum): StepVerdict {
  const of = (...verdicts: CapacityVerdict[]) =>
    runs.filter(({ verdict }) => verdicts.includes(verdict)).length;
  const majority = Math.floor(repeat / 2) + 1;
  const [passed, failed, mute] = [of('pass'), of('fail'), of('generator', 'connections')];
  const muteVerdict = of('connections') > of('generator') ? 'connections' : 'generator';
  if (passed >= majority && passed > failed) return 'pass';
  if (failed >= majority && failed > passed) return 'fail';
  if (mute >= majority && mute > passed + failed) return muteVerdict;
  if (runs.length < MOST_RUNS * repeat) return 'undecided';
  return mute > 0 ? muteVerdict : 'fail';
}

/** Runs that say something of the service. */
export function validRuns({ runs }: Pick<Evidence, 'runs'>): number {
  return runs.filter(({ verdict }) => verdict === 'pass' || verdict === 'fail').length;
}

/** Whether its first decision is not what its runs say now. */
export function flipped(evidence: Evidence, quorum: Quorum): boolean {
  const now = stepVerdict(evidence, quorum);
  for (let count = 1; count < evidence.runs.length; count++) {
    const then = stepVerdict({ runs: evidence.runs.slice(0, count) }, quorum);
    if (then === 'pass' || then === 'fail') return now !== 'undecided' && now !== then;
  }
  return false;
}

/** The highest rate that passed with nothing failed below it, and the lowest above it that did not pass. */
export interface Bracket<E extends Evidence = Evidence> {
  readonly low: E | null;
  readonly high: E | null;
  /** Whether a rate failed where a higher one passed: close to the limit that is luck. */
  readonly crossed: boolean;
  /** Whether that rate is so much higher that the service cannot be the same. */
  readonly inverted: boolean;
}

/** A rate that passed may be this much above one that failed, in runs that are short for a service that varies. */
export const LUCK = 1.15;

/** @param steps each rate once */
export function bracketOf<E extends Evidence>(steps: readonly E[], quorum: Quorum): Bracket<E> {
  const sorted = steps.toSorted((a, b) => a.rate - b.rate);
  const verdicts = sorted.map((step) => stepVerdict(step, quorum));
  const firstFail = verdicts.indexOf('fail');
  const lastPass = verdicts.lastIndexOf('pass');
  const [failed, passed] = [sorted[firstFail], sorted[lastPass]];
  const crossed = failed !== undefined && passed !== undefined && failed.rate < passed.rate;
  const inverted = crossed && passed.rate > LUCK * failed.rate;
  // Where luck has crossed them, the limit is where the fewest runs are on the wrong side of it.
  const split = crossed && !inverted ? likeliestSplit(sorted, firstFail, lastPass) : null;
  const below = split ?? (inverted ? firstFail : lastPass + 1);
  const low = verdicts.slice(0, below).lastIndexOf('pass');
  // Where a higher rate passed, a step that the generator spoilt says nothing.
  const last = inverted ? lastPass : low;
  const high = sorted.findIndex((_, i) => i > last && verdicts[i] !== 'undecided' && verdicts[i] !== 'pass');
  return { low: sorted[low] ?? null, high: sorted[high] ?? null, crossed, inverted };
}

/** How many of the steps, sorted by rate, lie below the limit. Of several that are as likely, the fewest. */
function likeliestSplit(sorted: readonly Evidence[], firstFail: number, lastPass: number): number {
  const count = (some: readonly Evidence[], verdict: CapacityVerdict) =>
    some.reduce((sum, { runs }) => sum + runs.filter((run) => run.verdict === verdict).length, 0);
  let best = firstFail;
  let fewest = Number.POSITIVE_INFINITY;
  for (let split = firstFail; split <= lastPass + 1; split++) {
    const wrong = count(sorted.slice(0, split), 'fail') + count(sorted.slice(split), 'pass');
    if (wrong < fewest) [best, fewest] = [split, wrong];
  }
  return best;
}

/** What says nothing of the service, if the step ended in that. */
export function mute(step: Pick<Evidence, 'runs'>, quorum: Quorum): 'generator' | 'connections' | null {
  const verdict = stepVerdict(step, quorum);
  return verdict === 'generator' || verdict === 'connections' ? verdict : null;
}

/** A failure is an end of the bracket as long as it is no farther above what passed than this. */
const NEAR = 1.25;

/**
 * The end above what passed. Where the steps next to it say nothing of the service, and one not much higher failed, it is
 * that one: what lies between is not known, and the rest is.
 */
export function upperEnd<E extends Evidence>(
  steps: readonly E[],
  bracket: Bracket<E>,
  quorum: Quorum,
): E | null {
  const { low, high } = bracket;
  if (low === null || high === null || mute(high, quorum) === null) return high;
  const failed = steps
    .filter((step) => step.rate > high.rate && stepVerdict(step, quorum) === 'fail')
    .toSorted((a, b) => a.rate - b.rate)[0];
  return failed !== undefined && failed.rate <= NEAR * low.rate ? failed : high;
}

/** A step as the document has it. @param runs at least one */
export function describeStep(
  rate: number | null,
  runs: readonly CapacityRun[],
  verdict: StepVerdict,
): CapacityStep {
  // The figures of a step are those of the runs that decided it.
  const decisive = runs.filter((run) => run.verdict === verdict);
  const shown = decisive.length > 0 ? decisive : runs;
  const looks = shown.flatMap(({ signals }) => (signals === undefined ? [] : [signals]));
  const middle = (pick: (run: CapacityRun) => number | null) => {
    return median(shown.map(pick).filter((value) => value !== null));
  };
  return {
    rate,
    connections: runs.at(-1)?.connections ?? 0,
    achieved: middle(({ achieved }) => achieved) ?? 0,
    errorRate: middle(({ errorRate }) => errorRate) ?? 0,
    meanUs: middle(({ meanUs }) => meanUs),
    p50Us: middle(({ p50Us }) => p50Us),
    p99Us: middle(({ p99Us }) => p99Us),
    samples: Math.min(...runs.map(({ samples }) => samples)),
    ok: verdict === 'undecided' ? null : verdict === 'pass',
    verdict,
    flaps: new Set(runs.map((run) => run.verdict)).size > 1,
    ...(looks.length === 0 ? {} : { signals: typical(looks) }),
    runs,
  };
}
