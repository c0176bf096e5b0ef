import type { CapacityRun, CapacityStep, CapacityVerdict } from '../core/index.js';

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
  /** Whether a rate failed where a higher one passed. */
  readonly inverted: boolean;
}

/** @param steps each rate once */
export function bracketOf<E extends Evidence>(steps: readonly E[], quorum: Quorum): Bracket<E> {
  const sorted = steps.toSorted((a, b) => a.rate - b.rate);
  const verdicts = sorted.map((step) => stepVerdict(step, quorum));
  const firstFail = verdicts.indexOf('fail');
  const lastPass = verdicts.lastIndexOf('pass');
  const inverted = firstFail >= 0 && firstFail < lastPass;
  const below = inverted ? verdicts.slice(0, firstFail).lastIndexOf('pass') : lastPass;
  // Where a higher rate passed, a step that the generator spoilt says nothing.
  const high = sorted.findIndex((_, i) => i > lastPass && verdicts[i] !== 'undecided');
  return { low: sorted[below] ?? null, high: sorted[high] ?? null, inverted };
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
  const middle = (pick: (run: CapacityRun) => number | null) => {
    // The figures of a step are those of the runs that decided it.
    const decisive = runs.filter((run) => run.verdict === verdict);
    const values = (decisive.length > 0 ? decisive : runs).map(pick).filter((value) => value !== null);
    return values.toSorted((a, b) => a - b)[values.length >> 1] ?? null;
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
    runs,
  };
}
