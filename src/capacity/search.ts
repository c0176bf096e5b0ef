import type { CapacityEnd, CapacityResult, CapacityRun, Plan } from '../core/index.js';
import type { Bench } from './bench.js';
import { bracketConfidence } from './confidence.js';
import { decide, interval, type SearchOptions } from './decide.js';
import { type Estimate, estimate } from './estimate.js';
import { bracketOf, describeStep, stepVerdict, upperEnd } from './evidence.js';
import { kneeOf } from './knee.js';
import { widthOf } from './plans.js';
import { posteriorOf } from './posterior.js';
import { Halt, Runner, type RunnerOptions } from './runner.js';
import { rateWarnings } from './warnings.js';

export interface RateOptions extends RunnerOptions {
  readonly repeat: number;
  readonly confirm: number;
  readonly precision: number;
  /** Bounds of the search, per second. Null: from what a closed loop says, and on. */
  readonly from: number | null;
  readonly to: number | null;
  /** Connections that may be used where the service needs more than the plan has; null: the plan's are to be kept. */
  readonly mostConnections: number | null;
}

/** What a search finds; the command line adds who measured, and what. */
export type Found = Omit<CapacityResult, 'schema' | 'tool' | 'startedAt' | 'name' | 'plan'> & {
  /** What ended it, where that was an error. */
  readonly error?: unknown;
};

const LOWEST_RATE = 1;
const HIGHEST_RATE = 1e7;
/** Below what a closed loop does, so that the first step is likely to pass. */
const START_SHARE = 0.8;
const GROWTH = 1.4;
const GROWTH_BLIND = 2;
/** Of `maxRate`: where the curve is measured when the search is over. */
const CURVE_SHARES = [0.9, 0.75, 0.5, 0.25];
const SAME_RATE = 0.06;
/** Windows are short, and a queue that drains answers more than came. */
const CONTRADICTION = 0.05;

/** Finds the highest rate that meets the gates. Never rejects: what ended it early is in the result. */
export async function searchRate(plan: Plan, options: RateOptions, bench: Bench): Promise<Found> {
  const search = new RateSearch(plan, options, bench);
  return search.run();
}

interface Step {
  readonly rate: number;
  readonly runs: CapacityRun[];
}

class RateSearch {
  readonly #options: RateOptions;
  readonly #bench: Bench;
  readonly #runner: Runner;
  readonly #steps: Step[] = [];
  /** The step of the last run. */
  #last: Step | null = null;
  #connections: number;

  constructor(plan: Plan, options: RateOptions, bench: Bench) {
    this.#options = options;
    this.#bench = bench;
    this.#runner = new Runner(plan, options, bench);
    this.#connections = widthOf(plan);
  }

  async run(): Promise<Found> {
    let ended: CapacityEnd;
    let failure: { error: unknown } | null = null;
    try {
      ended = await this.#search();
      if (ended !== 'unstable' && ended !== 'floor') ended = (await this.#curve()) ?? ended;
    } catch (error) {
      ended = error instanceof Halt ? error.ended : 'failed';
      if (!(error instanceof Halt)) failure = { error };
    }
    return { ...this.#found(ended), ...failure };
  }

  async #search(): Promise<CapacityEnd> {
    const options = await this.#begin();
    for (;;) {
      const next = decide(this.#steps, options);
      if (next.kind === 'end') return next.ended;
      await this.#measure(next.rate, next.why);
    }
  }

  /** Where to begin, and with how many connections. */
  async #begin(): Promise<SearchOptions> {
    const { from, to, mostConnections, measureMs } = this.#options;
    await this.#runner.rest();
    const connections = this.#connections;
    const most = mostConnections ?? connections;
    let known: Estimate = { rate: null, connections };
    // With a lower bound to begin at, only the number of connections is to be found.
    if (from === null || mostConnections !== null) {
      known = await estimate(this.#runner, this.#bench, {
        connections,
        mostConnections: most,
        measureMs: Math.min(2000, measureMs),
      });
    }
    this.#connections = known.connections;
    const { repeat, confirm, precision } = this.#options;
    const blind = from !== null || known.rate === null;
    return {
      repeat,
      confirm,
      precision,
      start: from ?? START_SHARE * (known.rate ?? 100),
      floor: from ?? LOWEST_RATE,
      ceiling: to ?? HIGHEST_RATE,
      growth: blind ? GROWTH_BLIND : GROWTH,
    };
  }

  async #measure(rate: number, why: string): Promise<Step> {
    let step = this.#steps.find((each) => each.rate === rate);
    if (step === undefined) {
      step = { rate, runs: [] };
      this.#steps.push(step);
    }
    const tellAndRun = (reason: string, run: number) => {
      this.#bench.tell({ kind: 'run', rate, connections: this.#connections, run, why: reason });
      return this.#runner.run(rate, this.#connections);
    };
    let run = await tellAndRun(why, step.runs.length + 1);
    while (run.verdict === 'connections' && 2 * this.#connections <= (this.#options.mostConnections ?? 0)) {
      await this.#runner.pauseAfter(run);
      this.#connections *= 2;
      run = await tellAndRun('with more connections', step.runs.length + 1);
    }
    step.runs.push(run);
    this.#last = step;
    await this.#runner.pauseAfter(run);
    return step;
  }

  /** @returns what ended it early, unless that leaves what was found as it is */
  async #curve(): Promise<'interrupted' | null> {
    try {
      await this.#measureCurve();
    } catch (error) {
      if (!(error instanceof Halt)) throw error;
      if (error.ended === 'interrupted') return 'interrupted';
    }
    return null;
  }

  /** Lower rates, for the curve, and for the proof that they pass too. A run each, where it passes. */
  async #measureCurve(): Promise<void> {
    const { low } = bracketOf(this.#steps, this.#options);
    if (low === null) return;
    for (const share of CURVE_SHARES) {
      const rate = Number((share * low.rate).toPrecision(3));
      const floor = this.#options.from ?? LOWEST_RATE;
      const isNew = this.#steps.every((step) => Math.abs(step.rate / rate - 1) > SAME_RATE);
      if (rate < floor || !isNew) continue;
      if (!this.#runner.hasTime) return;
      for (let step = await this.#measure(rate, 'curve'); !this.#settled(step); ) {
        if (!this.#runner.hasTime) return;
        step = await this.#measure(rate, 'curve');
      }
    }
  }

  #settled({ runs }: Step): boolean {
    const [first] = runs;
    if (runs.length === 1 && first?.verdict === 'pass') return true;
    return stepVerdict({ runs }, this.#options) !== 'undecided';
  }

  /**
   * Whether a rate that was too high to be answered was answered after all, by a run that was asked for more: then the
   * service is not now what it was then.
   */
  #contradicted(high: Step | null): boolean {
    const byRate = high?.runs.some(
      ({ verdict, why }) => verdict === 'fail' && /^(qps|rate-missed)\b/.test(why ?? ''),
    );
    if (high === null || byRate !== true) return false;
    const most = high.rate * (1 + Math.max(CONTRADICTION, 2 * this.#options.precision));
    return this.#steps.some(({ rate, runs }) =>
      runs.some(
        ({ verdict, achieved, errorRate }) =>
          rate > most && verdict === 'fail' && achieved * (1 - errorRate) > most,
      ),
    );
  }

  /** By all runs, those that were asked for on the way included. */
  #chanceOf(low: Step, high: Step | null): number {
    const all = posteriorOf(this.#steps, this.#options.precision);
    return Math.max(0, (high === null ? 1 : all.below(high.rate)) - all.below(low.rate));
  }

  #found(given: CapacityEnd): Omit<Found, 'error'> {
    const options = this.#options;
    const bracket = bracketOf(this.#steps, options);
    const { low, inverted } = bracket;
    // A single run of the curve, which lies below what passed, has decided its step where it passed.
    const verdictOf = ({ rate, runs }: Step) =>
      low !== null && rate < low.rate && runs.length === 1 && runs[0]?.verdict === 'pass'
        ? 'pass'
        : stepVerdict({ runs }, options);
    const blocked = upperEnd(this.#steps, bracket, options);
    // What a service does not come back from needs no majority.
    const broken = given === 'collapsed' && (this.#last?.rate ?? 0) > (low?.rate ?? 0) ? this.#last : null;
    const high = broken ?? blocked;
    const failed = high !== null && (high === broken || stepVerdict(high, options) === 'fail') ? high : null;
    const sure = interval(this.#steps, { low, high: failed }, options);
    const isFigure = given === 'found' || given === 'time';
    const ended = inverted || (isFigure && this.#contradicted(sure.high ?? high)) ? 'unstable' : given;
    // The last one may have been cut short before its first run.
    const steps = this.#steps
      .filter(({ runs }) => runs.length > 0)
      .toSorted((a, b) => a.rate - b.rate)
      .map((step) => describeStep(step.rate, step.runs, verdictOf(step)));
    const best = steps.find(({ rate }) => rate === low?.rate);
    // Where the search was cut short, there may be none whose runs agree.
    const ends = { low: sure.low ?? low, high: sure.high ?? failed };
    const confidence =
      ends.low === null || ended === 'unstable'
        ? null
        : Math.min(bracketConfidence(ends.low, ends.high), this.#chanceOf(ends.low, ends.high));
    return {
      varied: 'rate',
      gates: options.gates,
      maxRate: ended === 'unstable' ? null : (low?.rate ?? null),
      low: ends.low?.rate ?? null,
      high: ends.high?.rate ?? null,
      confidence,
      p99Us: ended === 'unstable' ? null : (best?.p99Us ?? null),
      ended,
      valid:
        low !== null &&
        (ended === 'found' ||
          ended === 'ceiling' ||
          (ended === 'collapsed' && failed !== null) ||
          // What is less likely than not is no figure.
          (ended === 'time' && failed !== null && (confidence ?? 0) >= 0.5)),
      connections: this.#connections,
      steps,
      knee: kneeOf(steps),
      usl: null,
      warnings: rateWarnings(steps, { ended, idle: this.#runner.idle, confidence }),
    };
  }
}
