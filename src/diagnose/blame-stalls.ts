import type { Slices } from '../core/index.js';
import { chanceOf, sumIn } from './chance.js';
import { known, median } from './robust.js';
import { type Second, slicesOf } from './seconds.js';
import { type StallCause, stallCauses } from './stall-causes.js';
import { type Stall, stallsOf } from './stalls.js';

/** A series that is known for fewer of the slices is no witness. */
const COVERED = 0.8;
/** A slice more on both sides: looks and responses are not counted at the same instants. */
const AROUND = 1;
/** Two coincide by chance too easily for one event to prove a cause. */
const LEAST_STALLS = 2;
/** A cause explains at least so many of the stalls that are left. */
const SHARE = 0.3;

/** How a cause stands to the stalls of a run. */
export interface StallSuspect {
  readonly cause: StallCause;
  /** Of each stall: what the cause took of it, ms. */
  readonly tookMs: readonly number[];
  /** The same of a usual stretch as long. */
  readonly usualMs: readonly number[];
  readonly explains: readonly boolean[];
  readonly chance: number;
}

/** The stalls of a run, and what was known of each while it lasted. */
export class StallCase {
  readonly stalls: readonly Stall[];
  readonly suspects: readonly StallSuspect[];
  /** Of each stall, the CPUs that the service used meanwhile; null where it is not known. */
  readonly cores: readonly (number | null)[];

  constructor(seconds: readonly Second[], slices: Slices | null) {
    const series = (name: keyof Slices) => (slices === null ? [] : slicesOf(seconds, slices[name]));
    this.stalls = stallsOf(seconds, series('answered'));
    const all = stallCauses.map((cause) => standing(cause, this.stalls, series(cause.slices)));
    const knownOnes = all.filter((each) => each !== null);
    const direct = knownOnes.filter(({ cause }) => cause.pattern !== 'lock-or-queue');
    this.suspects = knownOnes
      .map((each) => (direct.includes(each) ? each : withoutThose(each, direct)))
      .filter(({ explains }) =>
        isEnough(
          explains,
          this.stalls.map(() => true),
        ),
      );
    const cpuMs = series('cpuMs');
    this.cores = this.stalls.map(({ from, length }) => {
      const within = known(cpuMs.slice(from, from + length));
      return within.length < length ? null : within.reduce((sum, each) => sum + each, 0) / (100 * length);
    });
  }
}

/** Whether those that a cause explains are enough of those asked about. */
export function isEnough(explains: readonly boolean[], asked: readonly boolean[]): boolean {
  const wanted = asked.filter(Boolean).length;
  const count = explains.filter((is, i) => is && asked[i] === true).length;
  return count >= LEAST_STALLS && count >= SHARE * wanted;
}

/** Null: the series is not known. */
function standing(
  cause: StallCause,
  stalls: readonly Stall[],
  series: readonly (number | null)[],
): StallSuspect | null {
  const usual = median(known(series));
  if (stalls.length === 0 || usual === null || known(series).length < COVERED * series.length) return null;
  const above = series.map((value) => Math.max(0, (value ?? usual) - usual));
  const measure = sumIn(above, AROUND);
  const aboveMs = stalls.map(({ from, length }) => measure(from, length));
  const usualMs = stalls.map(({ length }) => usual * length);
  return {
    cause,
    tookMs: aboveMs.map((each, i) => each + (usualMs[i] as number)),
    usualMs,
    explains: stalls.map(({ ms }, i) => (aboveMs[i] as number) >= cause.part * ms),
    // Of all stalls, those that it does not explain too: choosing them would not be chance.
    chance: chanceOf(stalls, series.length, measure),
  };
}

/** A quiet service waits for whatever stopped it: what could be one of the others is none of this one's. */
function withoutThose(suspect: StallSuspect, others: readonly (StallSuspect | null)[]): StallSuspect {
  const explains = suspect.explains.map((is, i) => is && !others.some((each) => each?.explains[i] === true));
  return { ...suspect, explains };
}
